import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { buildFixture } from '../../support/fixtures.ts';
import { peer } from '../../support/peer.ts';
import { seinfo } from '../../support/seinfo.ts';

const whole = async (): Promise<Buffer> =>
  readFileSync(
    await buildFixture({ source: 'everything.cil', version: 34, mls: true, attributes: true }),
  );

test('a policy for Xen, made by checkpolicy, is refused by its name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'confine-xen-'));
  try {
    const source = join(directory, 'xen.conf');
    const output = join(directory, 'xen.policy');
    writeFileSync(
      source,
      'class xen\nsid xen\nclass xen { scheduler }\ntype xen_t;\nrole xen_r;\nrole xen_r types xen_t;\n' +
        'allow xen_t xen_t:xen scheduler;\nuser system_u roles xen_r;\nsid xen system_u:xen_r:xen_t\n',
    );
    await peer('checkpolicy', ['-t', 'xen', '-c', '30', '-o', output, source]);
    expect(() => readPolicy(readFileSync(output))).toThrow(
      'not a readable policy: header, offset 4: this is a policy for Xen (XenFlask); only policies for SELinux are read',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a module, made by checkmodule, is refused with what to do', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'confine-module-'));
  try {
    const source = join(directory, 'm.te');
    const output = join(directory, 'm.mod');
    writeFileSync(source, 'module m 1.0;\nrequire { class file { read }; }\ntype m_t;\n');
    await peer('checkmodule', ['-m', '-o', output, source]);
    expect(() => readPolicy(readFileSync(output))).toThrow(
      'not a readable policy: header, offset 0: this is a policy module, not a linked policy: link it first (`semodule`)',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.each([
  ['nothing', () => new Uint8Array(0), 'the file ends here: 4 more bytes are needed and 0 left'],
  [
    'text',
    () => Buffer.from('(block base)'),
    'this is not a kernel policy: it starts with 0x6f6c6228, not 0xf97cff8c',
  ],
])('%s is no policy', (_, bytes, problem) => {
  expect(() => readPolicy(bytes())).toThrow(`not a readable policy: header, offset 0: ${problem}`);
});

test.each([
  [16, 14, 'offset 16: version 14 is not read; versions 15 to 35 are'],
  [16, 36, 'offset 16: version 36 is not read; versions 15 to 35 are'],
  [16, 18, 'offset 20: MLS exists since version 19; this is 18'],
  [16, 30, 'offset 24: version 30 has 8 symbol tables and 7 kinds of object contexts, not 8 and 9'],
  [20, 7, 'offset 20: configuration 0x00000007 has no meaning'],
  [24, 9, 'offset 24: version 34 has 8 symbol tables and 9 kinds of object contexts, not 9 and 9'],
])('the field at %i changed to %i is refused where it stands', async (at, value, problem) => {
  const bytes = await whole();
  bytes.writeUInt32LE(value, at);
  expect(() => readPolicy(bytes)).toThrow(`not a readable policy: header, ${problem}`);
});

test.each(['allow', 'deny', 'reject'] as const)('handle_unknown %s is told', async (unknown) => {
  const bytes = await whole();
  const bits = { deny: 0, reject: 2, allow: 4 }[unknown];
  bytes.writeUInt32LE(1 | bits, 20);
  expect(readPolicy(bytes).handleUnknown).toBe(unknown);
});

test.each([
  ['netlink for reading interfaces', 0x8000_0000, { android: ['netlink_route'], unnamedBits: 0 }],
  ['and for neighbours', 0xc000_0000, { android: ['netlink_route', 'netlink_getneigh'] }],
  ['a bit that nobody names', 0x80, { android: [], unnamedBits: 0x80 }],
  ['both', 0x8000_0008, { android: ['netlink_route'], unnamedBits: 8 }],
])('bits of the configuration that libsepol ignores are kept apart: %s', async (_, bits, found) => {
  const bytes = await whole();
  bytes.writeUInt32LE((1 | 2 | bits) >>> 0, 20);
  const { readOver, mls, handleUnknown } = readPolicy(bytes);
  expect(readOver).toMatchObject(found);
  expect([mls, handleUnknown, readOver.trailingBytes]).toEqual([true, 'reject', 0]);
});

test('as Android writes it, with bytes behind it: setools reads the same of it', async () => {
  const plain = readFileSync(
    await buildFixture({ source: 'everything.cil', version: 30, mls: true, attributes: true }),
  );
  const android = Buffer.concat([plain, Buffer.alloc(16, 0xaa)]);
  android.writeUInt32LE((plain.readUInt32LE(20) | 0x8000_0000) >>> 0, 20);
  const directory = mkdtempSync(join(tmpdir(), 'confine-android-'));
  try {
    const [one, other] = [join(directory, 'plain'), join(directory, 'android')];
    writeFileSync(one, plain);
    writeFileSync(other, android);
    // Its listings print sets in another order each time.
    const { listings: _, ...counted } = await seinfo(other);
    expect(counted).toEqual((({ listings, ...rest }) => rest)(await seinfo(one)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const { readOver, ...read } = readPolicy(android);
  const { readOver: _, ...same } = readPolicy(plain);
  expect(read).toEqual(same);
  expect(readOver).toEqual({ android: ['netlink_route'], unnamedBits: 0, trailingBytes: 16 });
});
