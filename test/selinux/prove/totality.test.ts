import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { KERNEL_CHECKS, type PolicyClasses, prove } from '../../../src/selinux/prove/index.ts';
import { HARMLESS, knownPermission } from '../../../src/selinux/prove/kernel/totality.ts';
import { linkedWith } from '../../support/linked-policy.ts';
import { policyClasses, union } from './policy-classes.ts';
import { PRELUDE, verdict } from './subject-policy.ts';

let classes: PolicyClasses;

beforeAll(async () => {
  classes = union(await policyClasses());
});

function pairs(): [tclass: string, permission: string][] {
  return [...classes].flatMap(([tclass, permissions]) =>
    [...permissions].map((permission): [string, string] => [tclass, permission]),
  );
}

test('every permission of Debian 12, Debian 13, Fedora and the newest kernel is judged', () => {
  expect(pairs().length).toBeGreaterThan(2200);
  const unjudged = pairs().filter((pair) => knownPermission(...pair) === undefined);
  expect(unjudged.map((pair) => pair.join(' '))).toEqual([]);
});

test('none is judged twice: by a check and as harmless, or harmless for two reasons', () => {
  const twice = pairs().filter((pair) => {
    const { checks, harmless } = knownPermission(...pair)!;
    return harmless.length + (checks.length > 0 ? 1 : 0) > 1;
  });
  expect(twice.map((pair) => pair.join(' '))).toEqual([]);
});

test('no entry is about what no policy and no kernel has', () => {
  const stale: string[] = [];
  for (const entry of [...HARMLESS, ...KERNEL_CHECKS]) {
    const named = entry.permissions === 'all' ? [] : entry.permissions;
    const everyClass =
      'id' in entry ? [...entry.classes, ...(entry.classesWithoutExtended ?? [])] : entry.classes;
    for (const name of everyClass) {
      const known = classes.get(name);
      if (known === undefined) stale.push(name);
      else if (named.length > 0 && !named.some((permission) => known.has(permission))) {
        stale.push(`${name} ${named.join(' ')}`);
      }
    }
    for (const permission of named) {
      if (!everyClass.some((name) => classes.get(name)?.has(permission))) stale.push(permission);
    }
  }
  expect(stale).toEqual([]);
});

test('every kernel check is used by a guarantee, or says why by none', async () => {
  const { policy } = await linkedWith('debian-13', rustnet);
  // The description has nevers of every kind but flow-from, which asks the permission map, and an exception that packet labels prove.
  const proved = prove({ db: readPolicy(readFileSync(policy)) }, rustnet);
  const used = new Set(proved.flatMap(({ verdict: { checks } }) => checks));
  expect(KERNEL_CHECKS.filter(({ id }) => !used.has(id)).map(({ id }) => id)).toEqual(
    KERNEL_CHECKS.filter(({ considered }) => considered !== undefined).map(({ id }) => id),
  );
});

test.each([
  [
    'a class',
    '(class novelty (begin))(classorder (unordered novelty))',
    'novelty (begin)',
    'begin',
  ],
  ['a permission', '', 'process2 (leap)', 'leap'],
])('%s that nobody has judged leaves every guarantee undecided', async (_, more, granted, name) => {
  const prelude = `${PRELUDE.replace('nosuid_transition', 'nosuid_transition leap')}${more}`;
  const allow = `(allow demo_t self (${granted}))`;
  const never = { kind: 'mount', why: 'a test' } as const;
  const found = await verdict(never, allow, { prelude });
  expect(found.outcome).toBe('undecided');
  expect('reasons' in found && found.reasons.join()).toContain(name);
  // Granted to somebody else it is nothing to this domain.
  expect(
    (await verdict(never, allow.replace('demo_t self', 'base_t base_t'), { prelude })).outcome,
  ).toBe('holds');
});
