import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsOnTarget } from '../../src/cli/interface-calls.ts';
import { type OriginSources, ruleOrigins } from '../../src/cli/rule-origins.ts';
import {
  allow,
  call,
  confine,
  either,
  leaveTheDomain,
  mount,
  optional,
  ptrace,
  startFromShell,
  useCapabilities,
} from '../../src/index.ts';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import { type PolicySet, prove } from '../../src/selinux/prove/index.ts';
import { formatRule } from '../../src/selinux/query/index.ts';
import { distribution } from '../../src/targets/index.ts';
import { linkedPolicy, linkedWith } from '../support/linked-policy.ts';

const TEXT = `
may: [
  startFromShell({ users: ['staff'] }),
  { name: 'work', blocks: [
  ] },
]
`;

/** Violates what it can: by a rule, by rules in `optional` and under a tunable, by calls, and by an attribute that a call joins. */
const thing = confine({
  name: 'thing',
  title: 'a program for tests',
  version: '1.0.0',
  released: '2026-11-24',
  program: {
    ...{ name: 'thing', version: '1', homepage: 'https://example.org/' },
    executables: ['/usr/bin/thing'],
  },
  rollout: 'enforcing',
  tunables: [{ name: 'more', default: false, can: 'do more', why: 'It may.' }],
  may: [
    startFromShell({ users: ['staff'] }),
    {
      name: 'work',
      title: 'Work',
      blocks: [
        { why: 'It looks into init.', selinux: [allow('init_t', 'process', 'ptrace')] },
        {
          why: 'Where there is such a type, it mounts over it, for reasons of its own.',
          selinux: [optional({ types: ['tmp_t'] }, [allow('tmp_t', 'dir', 'mounton')])],
        },
        { when: 'more', why: 'More.', selinux: [allow('self', 'capability', 'sys_module')] },
        {
          why: 'Names.',
          selinux: [either([call('mount_domtrans')], []), call('fs_unconfined')],
        },
      ],
    },
  ],
  never: [
    ptrace('none'),
    mount('none'),
    useCapabilities('none', { except: [] }),
    leaveTheDomain('none'),
  ],
  residuals: [],
});

/** A rule that is nobody's of ours, by name and by an attribute that every domain joins. */
const BESIDE = `
(allow thing_t init_t (process (dyntransition)))
(allow domain tmp_t (filesystem (unmount)))
`;

async function origins(
  sources: Partial<OriginSources>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const linked = await linkedWith('debian-13', thing, BESIDE);
  const base = readPolicy(readFileSync((await linkedPolicy('debian-13')).policy));
  const db: PolicyDb = readPolicy(readFileSync(linked.policy));
  const { given } = await callsOnTarget(
    { ...{ title: 'Debian 13', flavour: 'default' }, compilers: await distribution('debian-13') },
    db,
    thing,
  );
  const of = ruleOrigins({ confinement: thing, text: TEXT, db, base, given, ...sources });
  const set: PolicySet = { db, base, fileContexts: undefined, ruleset: undefined };
  const found = new Map<string, readonly string[]>();
  for (const { verdict } of prove(set, thing)) {
    const ways = [
      ...(verdict.outcome === 'violated' ? verdict.witnesses : []),
      ...('breaks' in verdict ? verdict.breaks : []),
    ];
    for (const { what, rules, takes } of ways) {
      for (const [k, rule] of rules.entries()) {
        const lines = of(rule, takes[k]).map((origin) => origin.said);
        found.set(`${what} | ${formatRule(rule)}`, lines);
      }
    }
  }
  return found;
}

const said = (
  found: ReadonlyMap<string, readonly string[]>,
  ...parts: readonly string[]
): readonly string[] | undefined =>
  [...found].find(([way]) => parts.every((part) => way.includes(part)))?.[1];

test('a rule is traced to the statement or the call that brought it, or is nobody’s of ours', async () => {
  const found = await origins({});
  // One rule in the binary: what one never takes of it is ours, what the other takes another module's.
  expect(said(found, 'attach to a process')).toEqual([
    'work (line 4), a rule under “It looks into init.”',
  ]);
  expect(said(found, 'without executing', 'init_t:process')).toEqual([
    'another module; no statement of the description, and not the policy without it',
  ]);
  expect(said(found, 'tmp_t:dir')).toEqual([
    'work (line 4), a rule under “Where there is such a type, it …”',
  ]);
  expect(said(found, 'sys_module')).toEqual(['work (line 4), a rule under “More.”']);
  expect(said(found, 'mount_t:process')).toEqual([
    'work (line 4), the call mount_domtrans(thing_t)',
  ]);
  expect(said(found, 'tmp_t:filesystem')).toEqual([
    'another module, by the attribute domain; no statement of the description, and not the policy without it',
  ]);
  expect(said(found, 'allow filesystem_unconfined_type')).toEqual([
    'the attribute filesystem_unconfined_type, which the domain joins by fs_unconfined(thing_t), work (line 4)',
  ]);
});

test('without the policy that it was linked into, what is not the description’s is not told apart', async () => {
  const found = await origins({ base: undefined });
  expect(said(found, 'without executing', 'init_t:process')).toEqual([
    'the distribution’s policy or another module; no statement of the description',
  ]);
});
