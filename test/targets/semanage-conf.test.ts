import { expect, test } from 'vitest';
import { readSemanageConf } from '../../src/targets/semanage-conf.ts';
import { ToolchainError } from '../../src/targets/toolchain-error.ts';

const FEDORA = `module-store = direct
# policy-version = 19
expand-check=1
handle-unknown = deny
ignore-module-cache = true
store-root = /etc/selinux # for images
ignoredirs=/root;/bin
[load_policy]
path = /usr/sbin/load_policy
[end]
[setfiles]
path=/sbin/restorecon_xattr
args=-r $@
[end]
[verify kernel]
path = /usr/local/bin/verify
args = $@
[end]
`;

test('a copy keeps what decides about the policy, and nothing that acts on the system', () => {
  const lines = readSemanageConf(FEDORA)
    .forCopy('/var/lib/selinux', '/usr/sbin/setfiles')
    .split('\n');
  for (const kept of [
    'expand-check=1',
    'handle-unknown = deny',
    'ignore-module-cache = true',
    'ignoredirs=/root;/bin',
    'path = /usr/local/bin/verify',
    'store-root = /var/lib/selinux',
    'path = /usr/sbin/setfiles',
  ]) {
    expect(lines).toContain(kept);
  }
  expect(lines.join('\n')).not.toMatch(/load_policy$|restorecon|store-root = \/etc/m);
});

test('the store is where the last line says, and unknown where none does', () => {
  expect(readSemanageConf(FEDORA).storeRoot).toBe('/etc/selinux');
  expect(readSemanageConf(`${FEDORA}store-root=/other\n`).storeRoot).toBe('/other');
  expect(readSemanageConf('#store-root = /commented\n').storeRoot).toBeUndefined();
});

test.each(['module-store = policy.example.org:4242', 'module-store = /run/policy', 'root = /mnt'])(
  'a store that is no directory of this machine is refused: %s',
  (line) => {
    expect(() => readSemanageConf(`${line}\n`)).toThrow(ToolchainError);
  },
);
