import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import exiftool from '../../../docs/examples/exiftool/confinement.ts';
import mosquitto from '../../../profiles/mosquitto/confinement.ts';
import { processIo } from '../../../src/cli/io.ts';
import { loadPolicySet } from '../../../src/cli/load-policy-set.ts';
import type { Confinement, Never } from '../../../src/description/index.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { prove } from '../../../src/selinux/prove/index.ts';
import { linkedPolicy, linkedWith } from '../../support/linked-policy.ts';

const EXAMPLES: readonly (readonly [Confinement, Never['kind']])[] = [
  [mosquitto, 'listen'],
  [exiftool, 'write'],
];

test.each(
  (['debian-12', 'debian-13'] as const).flatMap((target) =>
    EXAMPLES.map(([example, kind]) => [example.name, target, example, kind] as const),
  ),
)('every never of %s holds on %s', async (_, target, example, kind) => {
  const { policy, fileContexts } = await linkedWith(target, example);
  const base = readPolicy(readFileSync((await linkedPolicy(target)).policy));
  const set = loadPolicySet(processIo(), { policy, fileContexts, base }, undefined);
  const open = prove(set, example).filter(({ verdict }) => verdict.outcome !== 'holds');
  expect(open.map(({ id }) => id)).toEqual([]);
  const without = { ...example, never: example.never.map(withoutExceptions) };
  expect(
    prove(set, without)
      .filter(({ verdict }) => verdict.outcome === 'violated')
      .map(({ id }) => id),
  ).toContain(kind);
});

/** The exceptions matter: without them the program does what it must never do. */
function withoutExceptions<N extends Never>(never: N): N {
  return 'except' in never ? { ...never, except: [] } : never;
}
