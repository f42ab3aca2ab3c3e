import { beforeAll, describe, expect, test } from 'vitest';
import type { PolicyDb, TypeId } from '../../../src/selinux/policydb/index.ts';
import {
  accessVector,
  booleanSetting,
  differenceText,
  domainDifference,
  effectiveDifference,
  equivalent,
  formatRule,
  implies,
  noNewAccess,
  type PolicyPair,
  permissionNames,
  policyDifference,
  policyPair,
} from '../../../src/selinux/query/index.ts';
import { randomVariant } from '../../oracle/random-variant.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const BASE = `
(type app_t) (type data_t) (type other_t)
(typeattribute domains) (typeattributeset domains (app_t))
(boolean reads false)
(allow domains data_t (file (getattr)))
(booleanif reads (true (allow app_t data_t (file (read)))))
`;

async function pairOf(left: string, right: string): Promise<PolicyPair> {
  return policyPair(
    await policyFromCil(CIL_PRELUDE + left),
    await policyFromCil(CIL_PRELUDE + right),
  );
}

describe('what a domain can newly do', () => {
  test('has what an attribute brings, with the rules and conditions', async () => {
    const pair = await pairOf(
      BASE,
      `${BASE}(allow domains other_t (dir (search)))
       (booleanif reads (true (allow app_t other_t (file (read)))))`,
    );
    expect(effectiveDifference(pair, 'app_t')).toEqual([
      {
        source: 'app_t',
        target: 'other_t',
        tclass: 'dir',
        gained: [{ permissions: ['search'], conditions: [], under: undefined, certain: true }],
        lost: [],
      },
      {
        source: 'app_t',
        target: 'other_t',
        tclass: 'file',
        gained: [
          { permissions: ['read'], conditions: ['reads'], under: { reads: true }, certain: true },
        ],
        lost: [],
      },
    ]);
  });

  test('a rule that only moves out of its condition is gained where the condition is false', async () => {
    const pair = await pairOf(BASE, `${BASE}(allow app_t data_t (file (read)))`);
    const [change] = effectiveDifference(pair);
    expect(change).toMatchObject({
      gained: [{ permissions: ['read'], conditions: [], under: { reads: false } }],
      lost: [],
    });
  });

  test('the same condition written otherwise makes no difference', async () => {
    const pair = await pairOf(
      `${BASE}(boolean x true) (booleanif (and reads x) (true (allow app_t other_t (file (write)))))`,
      `${BASE}(boolean x true) (booleanif (not (or (not x) (not reads))) (true (allow app_t other_t (file (write)))))`,
    );
    expect(effectiveDifference(pair)).toEqual([]);
    expect(policyDifference(pair).map(({ id }) => id)).toEqual(['allow']);
  });

  test('a domain that is in neither policy is said to be so', async () => {
    const pair = await pairOf(BASE, BASE);
    expect(() => effectiveDifference(pair, 'nobody_t')).toThrow(
      'neither policy has the type `nobody_t`',
    );
  });
});

describe('no new access against a reference', () => {
  test('a rule through an attribute is a counterexample, with that rule', async () => {
    const pair = await pairOf(BASE, `${BASE}(allow domains other_t (file (append)))`);
    const { verdict, counterexample } = noNewAccess(pair);
    expect(verdict).toBe('no');
    expect(counterexample!.rules.map(formatRule)).toEqual(['allow domains other_t:file append;']);
    expect(counterexample).toMatchObject({
      grantedBy: 'right',
      source: 'app_t',
      target: 'other_t',
    });
  });

  test('what only a new type can do is not counted among existing types', async () => {
    const pair = await pairOf(BASE, `${BASE}(type new_t) (allow new_t data_t (file (read)))`);
    expect(noNewAccess(pair).verdict).toBe('no');
    expect(noNewAccess(pair, { existing: true }).verdict).toBe('yes');
  });

  test('less is no more', async () => {
    const pair = await pairOf(`${BASE}(allow app_t other_t (file (read)))`, BASE);
    expect(noNewAccess(pair)).toMatchObject({ verdict: 'yes', reasons: [] });
    expect(implies(pair, 'app_t').verdict).toBe('no');
  });

  test('a domain made permissive, and a permission that is not defined and so allowed', async () => {
    const permissive = await pairOf(BASE, `${BASE}(typepermissive app_t)`);
    expect(noNewAccess(permissive).counterexample).toMatchObject({ source: 'app_t', target: '*' });
    expect(noNewAccess(permissive, { domain: 'data_t' }).verdict).toBe('yes');

    const without = CIL_PRELUDE.replace(' forward_in forward_out', '');
    const unknown = policyPair(
      await policyFromCil(CIL_PRELUDE + BASE),
      await policyFromCil(without + BASE, { handleUnknown: 'allow' }),
    );
    expect(noNewAccess(unknown).counterexample).toMatchObject({
      tclass: 'packet',
      permissions: ['forward_in', 'forward_out'],
    });
  });

  test('a narrowing of ioctl commands that is gone', async () => {
    const narrowed = `${BASE}(allow app_t data_t (file (ioctl)))
      (allowx app_t data_t (ioctl file (0x5401)))`;
    const wide = `${BASE}(allow app_t data_t (file (ioctl)))`;
    expect(noNewAccess(await pairOf(narrowed, wide))).toMatchObject({
      verdict: 'no',
      counterexample: {
        permissions: ['ioctl'],
        note: expect.stringContaining('all ioctl commands'),
      },
    });
    expect(noNewAccess(await pairOf(wide, narrowed)).verdict).toBe('yes');
    const more = narrowed.replace('(0x5401)', '((range 0x5401 0x5403))');
    expect(noNewAccess(await pairOf(narrowed, more)).counterexample).toMatchObject({
      note: 'ioctl commands 0x5402-0x5403',
    });
  });

  test('bounds and constraints, which take away what rules grant, keep a yes from being certain', async () => {
    const bounded = `${BASE}(type child_t) (typebounds app_t child_t)`;
    const free = `${BASE}(type child_t)`;
    expect(noNewAccess(await pairOf(bounded, free))).toMatchObject({
      verdict: 'undecided',
      reasons: [expect.stringContaining('child_t')],
    });
    const constrained = `${BASE}(constrain (file (read)) (eq u1 u2))`;
    expect(noNewAccess(await pairOf(constrained, BASE))).toMatchObject({
      verdict: 'undecided',
      reasons: [expect.stringContaining('Constraints')],
    });
  });
});

describe('implies and equivalent', () => {
  test('between domains of different names, what a domain may do to itself is its own', async () => {
    const policy = `${BASE}(allow app_t self (process (signal))) (allow other_t self (process (signal)))
      (allow other_t data_t (file (getattr read write)))`;
    const pair = await pairOf(policy, policy);
    expect(implies(pair, 'app_t', 'other_t').verdict).toBe('yes');
    expect(implies(pair, 'other_t', 'app_t').counterexample).toMatchObject({
      source: 'other_t',
      target: 'data_t',
      // Under no setting may app_t write; read it may while the boolean is on.
      permissions: ['write'],
    });
  });

  test('policies are equivalent however their rules are put', async () => {
    const grouped = `${BASE}(typeattribute both) (typeattributeset both (app_t other_t))
      (allow both data_t (file (lock)))`;
    const single = `${BASE}(allow app_t data_t (file (lock))) (allow other_t data_t (file (lock)))`;
    expect(equivalent(await pairOf(grouped, single))).toMatchObject({
      verdict: 'yes',
      reasons: [],
    });
    const differs = equivalent(await pairOf(BASE, BASE.replace('reads false', 'reads true')));
    expect(differs.verdict).toBe('undecided');
  });
});

describe('the effective difference of random policies', () => {
  const policies: PolicyDb[] = [];
  beforeAll(async () => {
    for (let seed = 1; seed <= 6; seed++) policies.push(await policyFromCil(randomVariant(seed)));
  });

  test('is what the decision on every triple under every setting says', {}, () => {
    let found = 0;
    for (const [a, b] of [
      [0, 1],
      [1, 0],
      [2, 3],
      [4, 5],
      [5, 2],
    ] as const) {
      const pair = policyPair(policies[a]!, policies[b]!);
      const ours = new Map(
        effectiveDifference(pair).map(({ source, target, tclass, gained, lost }) => [
          `${source} ${target} ${tclass}`,
          {
            gained: gained.flatMap(({ permissions }) => permissions).sort(),
            lost: lost.flatMap(({ permissions }) => permissions).sort(),
          },
        ]),
      );
      const expected = bruteForce(pair);
      found += expected.size;
      expect(ours).toEqual(expected);
    }
    expect(found).toBeGreaterThan(500);
  });

  test('rules come by source, target, class and condition, names as JavaScript compares them', () => {
    let conditional = 0;
    for (const right of policies.slice(1)) {
      const pair = policyPair(policies[0]!, right);
      const rules = policyDifference(pair, new Set(['allow', 'dontaudit'])).flatMap(
        ({ difference: { added, removed, modified } }) => [
          [...added],
          [...removed],
          [...modified].map((entry) => ('rule' in entry ? entry.rule : entry)),
        ],
      );
      for (const list of rules) {
        const keys = list.map((rule) => {
          if (typeof rule === 'string' || !('tclass' in rule)) throw new Error('not a rule');
          if (rule.condition !== undefined) conditional++;
          const { expression = '', branch = false } = rule.condition ?? {};
          return [rule.source, rule.target, rule.tclass, expression, branch ? 1 : 0].join('\0');
        });
        expect(keys).toEqual(keys.toSorted());
      }
    }
    expect(conditional).toBeGreaterThan(10);
  });

  test('is the same asked for one domain, by another way', () => {
    for (const right of policies.slice(1)) {
      const pair = policyPair(policies[0]!, right);
      for (const name of ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7']) {
        expect(domainDifference(pair, name, name)).toEqual(effectiveDifference(pair, name));
      }
    }
  });
});

/** Every triple of the two policies' names, under every setting of their booleans, by the kernel's computation. */
function bruteForce({
  left,
  right,
}: PolicyPair): Map<string, { gained: string[]; lost: string[] }> {
  const types = (db: PolicyDb): string[] =>
    db.types.names.filter((_, id) => !db.types.attributes.has(id as TypeId));
  const names = [...new Set([...types(left), ...types(right)])];
  const booleans = [...new Set([...left.booleans.names, ...right.booleans.names])];
  const settings = Array.from({ length: 2 ** booleans.length }, (_, bits) =>
    [left, right].map((db) =>
      booleanSetting(
        db,
        Object.fromEntries(
          booleans
            .map((name, i) => [name, ((bits >> i) & 1) === 1])
            .filter(([name]) => db.booleans.ids.has(name as string)),
        ),
      ),
    ),
  );
  const result = new Map<string, { gained: string[]; lost: string[] }>();
  for (const source of names) {
    for (const target of names) {
      for (const tclass of ['file', 'dir']) {
        const gained = new Set<string>();
        const lost = new Set<string>();
        for (const setting of settings) {
          const [before, after] = [left, right].map((db, side) => {
            const [s, t] = [db.types.ids.get(source), db.types.ids.get(target)];
            const c = db.classes.ids.get(tclass)!;
            if (s === undefined || t === undefined) return new Set<string>();
            const { allowed, bounded } = accessVector(db, s, t, c, setting[side]!);
            return new Set(permissionNames(db, c, (allowed | bounded) >>> 0));
          }) as [Set<string>, Set<string>];
          for (const name of after.difference(before)) gained.add(name);
          for (const name of before.difference(after)) lost.add(name);
        }
        if (gained.size + lost.size > 0) {
          result.set(`${source} ${target} ${tclass}`, {
            gained: [...gained].sort(),
            lost: [...lost].sort(),
          });
        }
      }
    }
  }
  return result;
}

test('the command line: exit codes, one question at a time, and the same as data', async () => {
  const left = await policyFileFromCil(CIL_PRELUDE + BASE);
  const right = await policyFileFromCil(
    `${CIL_PRELUDE}${BASE}(allow domains other_t (file (append)))`,
  );
  const diff = (...args: string[]) => runCli(['query', 'diff', ...args]);

  expect(await diff(left, left)).toMatchObject({ code: 0, out: '' });
  const changed = await diff(left, right);
  expect(changed.code).toBe(1);
  expect(changed.out).toBe(`Allow Rules (1 Added, 0 Removed, 0 Modified)
   Added Allow Rules: 1
      + allow app_t other_t:file append;

`);
  expect(await diff(left, right, '--only', 'types')).toMatchObject({ code: 0 });
  expect(await diff(left, right, '--only', 'nonsense')).toMatchObject({ code: 2 });
  expect(await diff(left, right, '--effective')).toMatchObject({
    code: 1,
    out: '+ app_t other_t:file { append }\n',
  });
  expect(await diff(left, right, '--implies', '-s', 'app_t')).toMatchObject({
    code: 0,
    out: 'yes\n',
  });
  expect(await diff(left, right, '--implies')).toMatchObject({ code: 2 });
  expect(await diff(left, right, '--no-new-access')).toMatchObject({
    code: 1,
    out: `no
  only the right policy: app_t other_t:file { append }
    allow domains other_t:file append;
`,
  });
  expect(await diff(left, right, '--no-new-access', '--equivalent')).toMatchObject({ code: 2 });
  for (const [one, other] of [
    [left, right],
    [left, left],
  ] as const) {
    const { out } = await diff(one, other, '--json');
    expect(out).toBe(`${JSON.stringify(JSON.parse(out), null, 2)}\n`);
    const [differences] = JSON.parse(out).differences;
    expect(differences?.kind).toBe(one === other ? undefined : 'allow');
  }
  const data = JSON.parse((await diff(left, right, '--equivalent', '--json')).out);
  expect(data).toMatchObject({ verdict: 'no', counterexample: { source: 'app_t' } });
  expect(await diff(left, '/dev/null')).toMatchObject({ code: 3 });
});

test('a section’s text is lines without line breaks', async () => {
  const pair = await pairOf(BASE, `${BASE}(type new_t)`);
  expect(policyDifference(pair).flatMap((section) => [...differenceText(section)])).toEqual([
    'Types (1 Added, 0 Removed, 0 Modified)',
    '   Added Types: 1',
    '      + new_t',
  ]);
});
