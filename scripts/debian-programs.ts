/**
 * Writes data/debian/programs.tsv from the policies of both releases: `node scripts/debian-programs.ts`. A test holds the file against them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programTable } from '../src/selinux/facts/index.ts';
import { TARGETS } from '../src/targets/index.ts';
import { labelledPrograms } from './labelled-programs.ts';

const releases = await Promise.all(
  TARGETS.map(async ({ id }) => [id, await labelledPrograms(id)] as const),
);
writeFileSync(join(import.meta.dirname, '../data/debian/programs.tsv'), programTable(releases));
