/**
 * Writes data/debian/interfaces.tsv from the headers of both releases: `node scripts/debian-interfaces.ts`. A test holds the file against
 * the headers.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interfaceTable } from '../src/selinux/facts/index.ts';
import { distribution, headerInterfaces, TARGETS } from '../src/targets/index.ts';

const releases = await Promise.all(
  TARGETS.map(async ({ id }) => headerInterfaces(await distribution(id))),
);
writeFileSync(
  join(import.meta.dirname, '../data/debian/interfaces.tsv'),
  interfaceTable(
    TARGETS.map(({ id }) => id),
    releases,
  ),
);
