import { expect, test } from 'vitest';
import { parseSshTarget, sshCommand } from '../../src/lab/machine/ssh-machine.ts';

test.each([
  ['ssh://root@fedora', { user: 'root', host: 'fedora', port: undefined }],
  ['ssh://fedora', { user: 'root', host: 'fedora', port: undefined }],
  ['ssh://root@10.0.0.2:2222', { user: 'root', host: '10.0.0.2', port: 2222 }],
  ['ssh://root@[fe80::1]:22/', { user: 'root', host: 'fe80::1', port: 22 }],
])('%s', (text, target) => {
  expect(parseSshTarget(text)).toEqual(target);
});

test.each([
  'root@fedora',
  'ssh://',
  'ssh://-oProxyCommand=x',
  'ssh://-l@host',
  'ssh://a b',
  'ssh://host;id',
  'ssh://host:port',
])('not a target: %s', (text) => {
  expect(parseSshTarget(text)).toBeUndefined();
});

test('the remote command comes after `--`, so that no host name is an option', () => {
  expect(sshCommand({ user: 'root', host: 'h', port: 22 }, 'true').slice(-7)).toEqual([
    ...['-p', '22', '-l', 'root', '--', 'h', 'true'],
  ]);
});
