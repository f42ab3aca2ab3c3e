import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import mosquitto from '../../../profiles/mosquitto/confinement.ts';
import { processIo } from '../../../src/cli/io.ts';
import { loadPolicySet } from '../../../src/cli/load-policy-set.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { prove } from '../../../src/selinux/prove/index.ts';
import { linkedPolicy, linkedWith } from '../../support/linked-policy.ts';

test.each(['debian-12', 'debian-13'] as const)(
  'every never of a daemon holds on %s',
  async (target) => {
    const { policy, fileContexts } = await linkedWith(target, mosquitto);
    const base = readPolicy(readFileSync((await linkedPolicy(target)).policy));
    const set = loadPolicySet(processIo(), { policy, fileContexts, base }, undefined);
    const open = prove(set, mosquitto).filter(({ verdict }) => verdict.outcome !== 'holds');
    expect(open.map(({ id }) => id)).toEqual([]);
    const without = { ...mosquitto, never: mosquitto.never.map(withoutExceptions) };
    expect(
      prove(set, without)
        .filter(({ verdict }) => verdict.outcome === 'violated')
        .map(({ id }) => id),
    ).toContain('listen');
  },
  120_000,
);

/** The exceptions matter: without them the broker does what it must never do. */
function withoutExceptions<N extends (typeof mosquitto.never)[number]>(never: N): N {
  return 'except' in never ? { ...never, except: [] } : never;
}
