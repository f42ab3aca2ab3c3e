import { expect, test } from 'vitest';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { MachineError, suiteUnder } from '../../src/lab/index.ts';

test('under SELinux a suite is what it says', () => {
  expect(suiteUnder(suite, 'selinux')).toEqual({ suite, leftOut: [] });
});

test('under AppArmor what only SELinux has words for is left out by name, and not as passed', () => {
  const { apparmor: _, ...bare } = suite;
  const { suite: here, leftOut } = suiteUnder(bare, 'apparmor');
  expect([...here.scenarios, ...here.attacks]).toEqual([]);
  expect(leftOut).toHaveLength(suite.scenarios.length + suite.attacks.length);
  expect(leftOut.every(({ why }) => why.startsWith('not mapped to AppArmor yet'))).toBe(true);
});

test('nothing gets lost on the way, and every expectation is in AppArmor’s words', () => {
  const { suite: here, leftOut } = suiteUnder(suite, 'apparmor');
  const ids = [...here.scenarios, ...here.attacks, ...leftOut].map(({ id }) => id);
  expect(ids.sort()).toEqual([...suite.scenarios, ...suite.attacks].map(({ id }) => id).sort());
  const expected = [
    ...here.scenarios.flatMap(({ denials = [] }) => denials),
    ...here.attacks.flatMap(({ refusedBy = [] }) => refusedBy),
  ];
  expect(expected.every((one) => 'operation' in one)).toBe(true);
});

test('an attack either must be refused by a record, or succeeds and is counted against no never', () => {
  for (const { id, against, residual, refusedBy = [] } of suiteUnder(suite, 'apparmor').suite
    .attacks) {
    const isRefused = refusedBy.some(({ optional }) => !optional);
    expect(isRefused, id).toBe(residual === undefined);
    if (residual !== undefined) expect(against, id).toBeUndefined();
  }
  // SELinux cannot refuse this one, and AppArmor does.
  const environ = suiteUnder(suite, 'apparmor').suite.attacks.find(
    ({ id }) => id === 'residual-environ',
  );
  expect(environ?.residual).toBeUndefined();
});

test('words about an attack that is not there are an error', () => {
  const half = { scenarios: {}, attacks: { gone: { succeeds: 'so' } } };
  expect(() => suiteUnder({ ...suite, apparmor: half }, 'apparmor')).toThrow(MachineError);
  expect(() => suiteUnder({ ...suite, apparmor: half }, 'apparmor')).toThrow(/`gone`/);
});
