import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import tcpdump from '../../profiles/tcpdump/confinement.ts';
import { type CompiledProfile, readCompiled } from '../../src/apparmor/compiled/index.ts';
import {
  type ProvedOfProfile,
  proveProfile,
  proveProfiles,
} from '../../src/apparmor/prove/index.ts';
import { type Never, residualsOf } from '../../src/description/index.ts';
import { apparmorParser, cached, digest, unpackPackages } from '../../src/targets/index.ts';
import { featuresOf } from './compile.ts';

/** What Debian 13 ships for its tcpdump, and what we make of our description, compiled for the same kernel. */
let profiles: Readonly<Record<'debian' | 'ours', readonly CompiledProfile[]>>;

beforeAll(async () => {
  const parser = await apparmorParser('trixie');
  const unpacked = await cached(`apparmor/tcpdump-${digest('trixie')}`, (partial) =>
    unpackPackages({ suite: 'trixie' }, ['tcpdump'], partial),
  );
  const own = join(import.meta.dirname, '../../profiles/tcpdump/apparmor');
  const compiled = async (file: string): Promise<readonly CompiledProfile[]> => {
    // Debian's names a local file, which its package makes as it is installed.
    const text = readFileSync(file, 'utf8').replace(/^ *#include <local\/.*$/m, '');
    const features = { ...featuresOf('linux-6.12', 'abi'), include: [own] };
    return readCompiled(await parser.compile(text, features)).profiles;
  };
  profiles = {
    debian: await compiled(join(unpacked, 'root/etc/apparmor.d/usr.bin.tcpdump')),
    ours: await compiled(join(own, 'usr.local.bin.tcpdump')),
  };
});

function answers(whose: 'debian' | 'ours', kind: Never['kind']) {
  const never = tcpdump.never.find((one) => one.kind === kind)!;
  const executables = ['/usr/local/bin/tcpdump', '/usr/bin/tcpdump'];
  // Compiled as they are installed: an exception under a tunable counts where that is on.
  const on = tcpdump.tunables.filter((tunable) => tunable.default).map(({ name }) => name);
  return proveProfile({ profiles: profiles[whose], executables, on }, never);
}

test.each([
  ['execute', /gzip|bzip2/],
  ['read', /(home|root)\//],
  ['capabilities', /net_admin/],
] as const)('Debian’s profile breaks our never %s, and ours holds', (kind, way) => {
  const debian = answers('debian', kind);
  expect([debian.outcome, debian.ways.join('\n')]).toEqual([
    'violated',
    expect.stringMatching(way),
  ]);
  expect(answers('ours', kind).outcome).toBe('holds');
});

test('ours writes to its directory, devices and the resolver’s socket; Debian’s to /tmp as well', () => {
  const resolver = ['/run', '/var/run'].map((run) => `${run}/systemd/resolve/io.systemd.Resolve`);
  const paths = ['/var/log/tcpdump', '/dev', ...resolver];
  const never = { kind: 'write', why: 'a test', except: paths.map((path) => ({ path })) } as const;
  const outcome = (whose: 'debian' | 'ours') =>
    proveProfile({ profiles: profiles[whose], executables: [] }, never);
  expect(outcome('ours').ways).toEqual([]);
  expect(outcome('debian').ways).toContain('profile tcpdump may write /tmp/');
});

/** All nevers of our description, with what it accepts: the same for both. */
function proved(whose: 'debian' | 'ours'): readonly ProvedOfProfile[] {
  return proveProfiles(
    {
      profiles: profiles[whose],
      executables: ['/usr/local/bin/tcpdump', '/usr/bin/tcpdump'],
      own: { log: ['/var/log/tcpdump'] },
      on: tcpdump.tunables.filter((tunable) => tunable.default).map(({ name }) => name),
      residuals: residualsOf(tcpdump, 'apparmor'),
    },
    tcpdump.never,
  );
}

test('docs/ubuntu.md says what of our nevers Debian’s profile fails', () => {
  const ours = new Map(proved('ours').map(({ id, verdict }) => [id, verdict]));
  const rows = proved('debian').map(({ id, verdict: { outcome, ways, reasons, unmediated } }) => {
    const says = [...ways, ...reasons, ...unmediated];
    const more = says.length > 1 ? `, and ${says.length - 1} more` : '';
    const why = outcome === 'accepted' || says.length === 0 ? '' : `${says[0]}${more}`;
    return `| ${id} | ${outcome} | ${ours.get(id)!.outcome} | ${why.replace(/^profile tcpdump /, '')} |`;
  });
  expect(readFileSync(join(import.meta.dirname, '../../docs/ubuntu.md'), 'utf8')).toContain(
    [
      '| never | Debian’s profile | ours | what Debian’s opens |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
});
