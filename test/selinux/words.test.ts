import { expect, test } from 'vitest';
import { CAPABILITIES as APPARMOR } from '../../src/apparmor/query/names.ts';
import { CAPABILITIES, capabilityProblem } from '../../src/selinux/words/capability.ts';
import { suggestion } from '../../src/selinux/words/index.ts';

test('SELinux and AppArmor have the same capabilities', () => {
  expect([...CAPABILITIES].sort()).toEqual([...APPARMOR].sort());
});

test.each([
  ['net_raw', undefined],
  ['CAP_NET_RAW', 'write `net_raw`'],
  ['net_rawx', 'did you mean `net_raw`?'],
  ['flying', 'their names are in capabilities(7): `net_raw` is CAP_NET_RAW'],
])('a capability is held against those of the kernel: %s', (name, hint) => {
  expect(capabilityProblem(name)?.hint).toBe(hint);
});

test('of equally near words the one that begins alike is meant', () => {
  expect(suggestion('htpd_t', ['ftpd_t', 'httpd_t', 'ntpd_t'])).toBe('did you mean `httpd_t`?');
});
