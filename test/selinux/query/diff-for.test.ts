import { expect, test } from 'vitest';
import {
  domainChange,
  type effectiveDifference,
  policyPair,
} from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const SHARED = `${CIL_PRELUDE}
(type a_t) (roletype r a_t) (type b_t) (roletype r b_t) (type c_t) (roletype r c_t)
(type other_t) (roletype r other_t) (type b_exec_t) (roletype r b_exec_t)
(typeattribute files) (typeattributeset files (b_t c_t))
(boolean x false)
(allow a_t files (file (read open)))
(allow b_t b_exec_t (file (entrypoint)))
(typetransition a_t b_exec_t process b_t)
(allow a_t b_exec_t (file (execute)))
`;
const BEFORE = `${SHARED}
(allow a_t c_t (dir (search)))
(allow other_t c_t (file (write)))
`;
const AFTER = `${SHARED}
(allow a_t files (file (write)))
(booleanif x (true (allow a_t self (tcp_socket (create connect)))))
(allow a_t b_t (process (transition)))
(allow other_t b_t (file (write)))
`;

test('what changed for one domain, alike told once', async () => {
  const pair = policyPair(await policyFromCil(BEFORE), await policyFromCil(AFTER));
  const { gained, lost, becomes, enteredFrom } = domainChange(pair, 'a_t');
  expect(
    gained.map(({ area, targets, permissions, when }) => [area, targets, permissions, when]),
  ).toEqual([
    ['own sockets', ['self'], ['connect', 'create'], 'x'],
    ['processes', ['b_t'], ['transition'], undefined],
    ['writes', ['b_t', 'c_t'], ['write'], undefined],
  ]);
  expect(lost.map(({ targets, tclass }) => [targets, tclass])).toEqual([[['c_t'], 'dir']]);
  expect(becomes).toEqual({ added: ['b_t'], removed: [] });
  expect(enteredFrom).toEqual({ added: [], removed: [] });
  expect(domainChange(pair, 'b_t').enteredFrom).toEqual({ added: ['a_t'], removed: [] });
});

test('as many accesses as the effective difference has, on Debian 12 and 13', async () => {
  const { out } = await runCli([
    'query',
    'diff',
    'debian-12',
    'debian-13',
    '--for',
    'sshd_t',
    '--json',
  ]);
  const { gained, lost } = JSON.parse(out) as ReturnType<typeof domainChange>;
  const { out: each } = await runCli([
    ...['query', 'diff', 'debian-12', 'debian-13', '--effective', '-s', 'sshd_t', '--json'],
  ]);
  const { changes } = JSON.parse(each) as { changes: ReturnType<typeof effectiveDifference> };
  const count = (side: 'gained' | 'lost'): number =>
    changes.flatMap((change) => change[side]).reduce((sum, of) => sum + of.permissions.length, 0);
  const told = (accesses: typeof gained): number =>
    accesses.reduce((sum, of) => sum + of.permissions.length * of.targets.length, 0);
  expect(told(gained)).toBe(count('gained'));
  expect(told(lost)).toBe(count('lost'));
  expect(count('gained')).toBeGreaterThan(100);
});

test('the command', async () => {
  const [before, after] = [await policyFileFromCil(BEFORE), await policyFileFromCil(AFTER)];
  const { code, out } = await runCli(['query', 'diff', before, after, '--for', 'a_t']);
  expect(code).toBe(1);
  expect(out).toContain('a_t can now become b_t');
  expect(out).toMatch(/writes +b_t, c_t +file \{ write \}/);
  expect(out).toContain('a_t gains 5 accesses and loses 1');
  const same = await runCli(['query', 'diff', before, before, '--for', 'a_t']);
  expect([same.code, same.out]).toEqual([0, '']);
  expect(same.err).toContain('none:');
  const wrong = await runCli(['query', 'diff', before, after, '--for', 'z_t']);
  expect(wrong.code).toBe(2);
  const two = await runCli(['query', 'diff', before, after, '--for', 'a_t', '--equivalent']);
  expect(two.code).toBe(2);
});
