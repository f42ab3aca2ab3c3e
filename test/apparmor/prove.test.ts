import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import { type ProfileVerdict, proveProfile } from '../../src/apparmor/prove/index.ts';
import type { Never } from '../../src/description/index.ts';
import { apparmorParser } from '../../src/targets/index.ts';
import { compileBytes, featuresOf } from './compile.ts';
import { RUSTNET, TUNABLES } from './rustnet.ts';

/** Parser 3.0 knows no access permissions of sockets. */
const BUILDS = [
  { suite: 'trixie', features: 'linux-6.12' },
  { suite: 'trixie', features: 'abi-4.0' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;

const why = 'it is a test';
const NEVERS = {
  read: { kind: 'read', why, below: ['/etc/shadow', 'HOME/.ssh'], except: [] },
  write: {
    kind: 'write',
    why,
    except: [{ path: 'HOME/.local/state/rustnet' }, { path: '/dev/pts' }],
  },
  execute: { kind: 'execute', why },
  capabilities: { kind: 'capabilities', why, except: [{ names: ['net_raw', 'bpf', 'perfmon'] }] },
  'send-udp': { kind: 'send-udp', why },
  'connect-tcp': { kind: 'connect-tcp', why },
} as const satisfies Record<string, Never>;
type Kind = keyof typeof NEVERS;

async function prove(
  kind: Kind,
  build: (typeof BUILDS)[number],
  more = '',
  edit: (text: string) => string = (text) => text,
): Promise<ProfileVerdict> {
  const text = `${TUNABLES}${edit(RUSTNET.replace(/\}\n$/, `  ${more}\n}\n`))}`;
  const { profiles } = readCompiled(await compileBytes(text, build));
  return proveProfile({ profiles, executables: ['/usr/bin/rustnet'] }, NEVERS[kind]);
}

/** What is added to the profile, the never that it breaks, and what the witness must name. */
const OFFENCES: readonly (readonly [Kind, string, RegExp])[] = [
  ['read', '/etc/shadow r,', /read \/etc\/shadow$/],
  ['read', '/etc/** r,', /read \/etc\/shadow/],
  ['read', 'file,', /read \/root\/.ssh/],
  ['read', 'owner @{HOME}/.ssh/id_* r,', /read \/(root|home\/.+)\/\.ssh\/id_, if it owns it/],
  ['read', '/{etc,usr}/{sh,ch}adow r,', /read \/etc\/shadow/],
  ['read', '/**shadow r,', /read \/etc\/shadow/],
  ['read', '/tmp/x r, link /tmp/x -> /etc/*,', /read \/etc\/shadow under another name/],
  ['read', '/dev/sda r,', /open the device \/dev\/sda/],
  ['read', '/dev/sg[0-9]* r,', /open the device \/dev\/sg0/],
  ['read', '/dev/bsg/* rw,', /open the device \/dev\/bsg\//],
  ['read', '/dev/ng0n1 r,', /open the device \/dev\/ng0n1/],
  ['read', '/dev/dasda r,', /open the device \/dev\/dasda/],
  ['read', '/dev/mtd0 r,', /open the device \/dev\/mtd0/],
  ['read', '/bin/sh ux,', /executes \/bin\/sh as ux: it goes on without any profile/],
  [
    'read',
    '/bin/sh cx -> c, profile c { /etc/shadow r, }',
    /profile rustnet\/\/c may read \/etc\/shadow/,
  ],
  ['read', '^hat { /etc/shadow r, }', /profile rustnet\/\/hat may read/],
  ['read', 'change_profile -> unconfined,', /may change to unconfined/],
  ['write', '/tmp/** w,', /write \/tmp\//],
  ['write', 'owner /var/log/rustnet a,', /write \/var\/log\/rustnet, if it owns it/],
  ['write', '@{HOME}/.local/state/** w,', /write \/(root|home\/[^/]+)\/\.local\/state\//],
  ['execute', '/usr/bin/ls ix,', /execute \/usr\/bin\/ls/],
  ['execute', '/usr/bin/rustnet?ix,'.replace('?', '* '), /execute \/usr\/bin\/rustnet./],
  ['execute', '/usr/bin/rustnet rwix,', /write \/usr\/bin\/rustnet and execute/],
  ['execute', '/usr/bin/rustnet ix, owner /usr/bin/* w,', /write \/usr\/bin\/rustnet and/],
  [
    'execute',
    '/usr/bin/rustnet ix, link /usr/bin/rustnet -> /tmp/**,',
    /write \/usr\/bin\/rustnet and/,
  ],
  ['execute', '/usr/bin/rustnet ix, /dev/sda w,', /open the device/],
  ['capabilities', 'capability sys_admin,', /sys_admin/],
  ['capabilities', 'capability,', /chown/],
  ['send-udp', 'network inet dgram,', /send on a inet dgram socket/],
  ['send-udp', 'network (send) inet6 dgram,', /send on a inet6 dgram socket/],
  ['send-udp', 'network,', /send on a/],
  ['send-udp', 'network inet raw,', /send on a inet raw/],
  ['send-udp', 'network packet,', /send on a packet/],
  ['send-udp', 'network pppox,', /send on a pppox/],
  ['send-udp', '/dev/net/tun rw,', /write to \/dev\/net\/tun/],
  ['send-udp', 'capability net_admin,', /net_admin/],
  ['connect-tcp', 'network inet stream,', /connect on a inet stream/],
  ['connect-tcp', 'network (create, connect) inet6 stream,', /connect on a inet6 stream/],
];

/** What looks like an offence and is none. */
const DECOYS: readonly (readonly [Kind, string])[] = [
  ['read', '/etc/shadow-like r,'],
  ['read', '/etc/** r, deny /etc/shadow{,/**} r,'],
  ['read', '/etc/shadow w,'],
  ['read', '/tmp/x r, link /tmp/x -> /usr/**,'],
  ['read', 'owner /tmp/x rl,'],
  ['read', '/tmp/x l,'],
  ['read', '/etc/sha r, /etc/shadowy r,'],
  ['read', '@{HOME}/.sshx/** r,'],
  ['write', '@{HOME}/.local/state/rustnet/a w,'],
  ['write', '/tmp/** r,'],
  ['execute', '/usr/bin/ls r,'],
  ['execute', '/usr/lib/x m,'],
  ['execute', '/usr/bin/rustnet ix,'],
  ['capabilities', 'deny capability sys_admin,'],
  ['capabilities', 'capability, deny capability,'.replace('capability, ', '')],
  ['send-udp', 'network (create, bind, connect, receive, setopt) inet dgram,'],
  ['send-udp', 'network inet stream,'],
  ['send-udp', 'network inet dgram, deny network inet dgram,'],
  ['connect-tcp', 'network (create, bind, listen, accept, receive) inet stream,'],
  ['connect-tcp', 'network inet dgram,'],
];

test('whom it traces works for it: that is presupposed, of processes but its own', async () => {
  const assumed = async (rule: string): Promise<readonly string[]> =>
    (await prove('execute', BUILDS[0], rule)).assumes;
  expect(await assumed('ptrace (trace) peer=other,')).toEqual([
    'it does nothing through a process of another profile, although profile rustnet may trace processes of profile other',
  ]);
  expect(await assumed('ptrace (trace) peer=@{profile_name},')).toEqual([]);
});

describe.each(BUILDS)('$suite for $features', (build) => {
  test.each(Object.keys(NEVERS) as Kind[])('%s holds of the profile as it is', async (kind) => {
    const { outcome, ways, reasons } = await prove(kind, build);
    expect({ outcome, ways, reasons }).toEqual({ outcome: 'holds', ways: [], reasons: [] });
  });

  test.each(OFFENCES)('%s: `%s` breaks it, with a witness', async (kind, rule, witness) => {
    const { outcome, ways } = await prove(kind, build, rule);
    expect(outcome).toBe('violated');
    expect(
      ways.some((way) => witness.test(way)),
      ways.join('\n'),
    ).toBe(true);
  });

  test.each(DECOYS)('%s: `%s` does not', async (kind, rule) => {
    const { outcome, ways, reasons } = await prove(kind, build, rule);
    expect({ outcome, ways, reasons }).toEqual({ outcome: 'holds', ways: [], reasons: [] });
  });

  test('what cannot be said is undecided', async () => {
    const undecided: readonly (readonly [Kind, string])[] = [
      ['read', '/bin/sh px,'],
      ['read', '/bin/sh Px -> elsewhere,'],
      ['read', 'change_profile -> elsewhere,'],
      ['read', 'capability sys_admin, mount,'],
      ['read', '/etc/ rw,'],
      ['read', '/tmp/x rl,'],
      ['read', '/tmp/x r, link subset /tmp/x -> /etc/*,'],
      ['connect-tcp', 'network (create, send) inet stream,'],
    ];
    for (const [kind, rule] of undecided) {
      expect([rule, (await prove(kind, build, rule)).outcome]).toEqual([rule, 'undecided']);
    }
  });

  test.each(['complain', 'unconfined'])('a profile in %s mode breaks every never', async (mode) => {
    for (const kind of Object.keys(NEVERS) as Kind[]) {
      const verdict = await prove(kind, build, '', (text) =>
        text.replace('/usr/bin/rustnet {', `/usr/bin/rustnet flags=(${mode}) {`),
      );
      expect([kind, verdict.outcome]).toEqual([kind, 'violated']);
    }
  });
});

test('what the kernel does not ask about is unmediated, and holds nowhere', async () => {
  const parser = await apparmorParser('trixie');
  const work = mkdtempSync(join(tmpdir(), 'confine-apparmor-test-'));
  try {
    const features = join(work, 'features');
    const whole = readFileSync(featuresOf('linux-6.12').kernel, 'utf8');
    writeFileSync(features, whole.replace(/^network_v8 [\s\S]*?^\}\n\}\n/m, ''));
    const text = `${TUNABLES}${RUSTNET}`;
    const { profiles } = readCompiled(
      await parser.compile(text, { kernel: features, policy: features }),
    );
    for (const kind of ['send-udp', 'connect-tcp'] as const) {
      const verdict = proveProfile({ profiles, executables: [] }, NEVERS[kind]);
      expect(verdict.outcome).toBe('unmediated');
      expect(verdict.unmediated.join()).toContain('without a network class');
    }
    expect(proveProfile({ profiles, executables: [] }, NEVERS.read).outcome).toBe('holds');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test('the abi line is a security decision: without it a mainline kernel asks nothing about sockets', async () => {
  const outcomes = ['', 'abi <abi/4.0>,\n'].map(async (abi) => {
    const text = `${abi}${TUNABLES}${RUSTNET.replace(/ network .*\n/g, '\n')}`;
    const { profiles } = readCompiled(await compileBytes(text, BUILDS[0], 'abi'));
    return proveProfile({ profiles, executables: [] }, NEVERS['send-udp']).outcome;
  });
  expect(await Promise.all(outcomes)).toEqual(['unmediated', 'holds']);
});
