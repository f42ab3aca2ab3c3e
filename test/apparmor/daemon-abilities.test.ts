import { beforeAll, describe, expect, test } from 'vitest';
import mosquitto from '../../profiles/mosquitto/confinement.ts';
import pdftotext from '../../profiles/pdftotext/confinement.ts';
import type { CompiledProfile } from '../../src/apparmor/compiled/index.ts';
import { PERM } from '../../src/apparmor/compiled/index.ts';
import { type ProvedOfProfile, proveProfiles } from '../../src/apparmor/prove/index.ts';
import { FAMILIES, pathAnswer, SOCKET_TYPES, socketGrant } from '../../src/apparmor/query/index.ts';
import { DescribedProfile } from '../../src/cli/apparmor-compiler.ts';
import { FEATURE_SETS } from '../../src/cli/feature-sets.ts';
import { subjectOf } from '../../src/cli/prove-apparmor.ts';
import * as confine from '../../src/index.ts';

/** Every ability of a daemon, in one profile, as each compiler makes it. */
const all = confine.confine({
  name: 'app',
  title: 'all that daemons do',
  version: '1.0.0',
  released: '2026-11-28',
  program: { name: 'app', version: '1', homepage: 'https://app/', executables: ['/usr/sbin/app'] },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'permissive',
  tunables: [{ name: 'documents', can: 'read documents', why: 'they are named.', default: true }],
  may: [
    confine.runAsDaemon({ notify: true, sockets: ['udp_socket'], capabilities: ['setuid'] }),
    confine.runAsTimerJob({ cron: true }),
    confine.listenOn({ protocol: 'tcp', own: [1883], privileged: true }),
    confine.connectTo({ services: ['redis'] }),
    confine.readConfiguration({ paths: ['/etc/app', '/etc/app.conf'] }),
    confine.readCertificates({ own: ['/etc/app/keys'] }),
    confine.keepState({ directory: '/var/lib/app' }),
    confine.keepCache({ directory: '/var/cache/app' }),
    confine.useRuntimeDirectory({ directory: '/run/app' }),
    confine.useSpool({ directory: '/var/spool/app' }),
    confine.writeLogs({ directory: '/var/log/app' }),
    confine.logToSystem(),
    confine.serveUnixSocket({ directory: '/run/app-socket', clients: ['httpd_t'] }),
    confine.talkToUnixSocket({
      to: [
        { domain: 'mysqld_t', sockets: ['mysqld_runtime_t'], paths: ['/run/mysqld/mysqld.sock'] },
      ],
    }),
    confine.runHelper({ programs: ['/usr/libexec/app/helper'], shell: true }),
    confine.useBus({ own: true, calls: ['systemd_resolved_t'] }),
    confine.temporaryFiles(),
    confine.readUserDocuments({ when: 'documents' }),
    confine.writeUserDocuments({ when: 'documents', replace: true }),
  ],
  never: [],
  residuals: [],
});

/** What is granted of every file: its attributes. */
const NOTHING = 'getattr';

const profiles = new Map<string, CompiledProfile>();
beforeAll(async () => {
  for (const set of FEATURE_SETS) {
    const [own] = await (await DescribedProfile.of(all, set)).compiled();
    profiles.set(set.id, own!);
  }
});

describe.each(FEATURE_SETS.map(({ id }) => id))('%s', (id) => {
  const may = (path: string, half: 'owner' | 'other' = 'other'): string =>
    pathAnswer(profiles.get(id)!, path)[half].permissions.join(' ');

  test.each([
    ['/etc/app/x.conf', true],
    ['/etc/app.conf', true],
    ['/etc/apple', false],
    ['/etc/shadow', false],
    ['/etc/ssl/certs/ca.pem', true],
    ['/etc/ssl/private/key.pem', false],
    ['/etc/app/keys/own.key', true],
    ['/var/log/app/x.log', false],
    ['/run/mysqld/mysqld.sock', true],
  ])('reads %s: %s', (path, reads) => {
    expect(may(path).split(' ').includes('read')).toBe(reads);
  });

  test.each([
    '/var/lib/app/',
    '/var/lib/app/a/b',
    '/var/cache/app/x',
    '/run/app/pid',
    '/var/spool/app/1',
  ])('keeps %s', (path) => {
    expect(may(path)).toMatch(/read write .*create delete/);
    expect(may(path)).not.toMatch(/exec|link/);
  });

  test('others’ directories, and those that only begin alike, stay closed', () => {
    for (const path of [
      '/var/lib/apple/x',
      '/var/lib/other',
      '/run/other/pid',
      '/var/log/syslog',
    ]) {
      expect(may(path)).toBe(NOTHING);
    }
  });

  test('logs are written and not read, temporary files are the user’s', () => {
    expect(may('/var/log/app/x.log')).toMatch(/write/);
    expect(may('/tmp/x', 'owner')).toMatch(/read write/);
    expect(may('/tmp/x', 'other')).toBe(NOTHING);
  });

  test('documents are read, written and replaced, what is hidden is not', () => {
    expect(may('/home/alice/Documents/x.pdf', 'owner')).toMatch(/read write .*create delete/);
    expect(may('/home/alice/Documents/x.pdf', 'other')).toBe(NOTHING);
    expect(may('/home/alice/.ssh/id_rsa', 'owner')).toBe(NOTHING);
  });

  test('helpers and the shell run, and nothing else', () => {
    expect(may('/usr/libexec/app/helper')).toMatch(/exec/);
    expect(may('/bin/sh')).toMatch(/exec/);
    expect(may('/usr/bin/python3')).toBe(NOTHING);
  });

  test('TCP listens and connects, UDP is handed over and not made', () => {
    const grant = (family: string, type: string): number => {
      const found = socketGrant(profiles.get(id)!, FAMILIES.indexOf(family), SOCKET_TYPES[type]!);
      return found === 'unmediated' ? -1 : found.sometimes;
    };
    const tcp = PERM.create | PERM.bind | PERM.listen | PERM.accept | PERM.open | PERM.write;
    expect(grant('inet6', 'stream') & tcp).toBe(tcp);
    expect(grant('inet', 'dgram') & (PERM.create | PERM.bind | PERM.open)).toBe(0);
    expect(grant('packet', 'raw') & tcp).toBe(0);
  });
});

describe('a daemon', () => {
  test('what AppArmor can hold of it holds; all else is accepted by the residual that names it', async () => {
    for (const set of FEATURE_SETS) {
      const verdicts = await proved(mosquitto, set);
      const peers = set.id === 'linux-6.12' ? ['unix-sockets by unix-sockets'] : [];
      expect(verdicts.map(({ verdict }) => verdict.outcome).sort()).toEqual([
        ...Array<string>(6 + peers.length).fill('accepted'),
        ...Array<string>(10 - peers.length).fill('holds'),
      ]);
      expect(
        verdicts.flatMap(({ id, verdict: { accepted } }) =>
          [...new Set(accepted.map(({ residual }) => residual))].map((by) => `${id} by ${by}`),
        ),
      ).toEqual([
        'listen by listening-ports',
        'connect-tcp by fast-open',
        'egress by sctp',
        ...peers,
        'load-kernel-module by modules-on-demand',
        'executable-memory by anonymous-memory',
        'inject-keystrokes by terminal-ioctls',
      ]);
    }
  });

  test('what its residuals and the paths of sockets do not name is not accepted', async () => {
    const never = mosquitto.never.map((one) =>
      one.kind === 'unix-sockets' ? { ...one, except: [] } : one,
    );
    const bare = { ...mosquitto, never, residuals: [] };
    for (const set of FEATURE_SETS) {
      const verdicts = await proved(bare, set);
      const outcomes = Object.fromEntries(
        verdicts.map(({ id, verdict }) => [id, verdict.outcome] as const),
      );
      // A TCP socket that may send can open by that, and SCTP has the type of TCP.
      expect(outcomes).toMatchObject({
        'connect-tcp': 'undecided',
        egress: 'violated',
        'unix-sockets': 'violated',
        write: 'violated',
      });
      const ways = verdicts
        .filter(({ id }) => id === 'egress' || id === 'write')
        .flatMap(({ verdict }) => verdict.ways);
      expect(ways.slice(0, 2)).toEqual([
        'profile mosquitto may send or connect on a inet stream socket: sctp',
        'profile mosquitto may send or connect on a inet6 stream socket: sctp',
      ]);
      expect(ways.slice(2).join()).toMatch(
        /^profile mosquitto may write \/run\/systemd\/(notify|journal)/,
      );
    }
  });
});

describe('a tool', () => {
  const outcomes = async (
    confinement: confine.Confinement,
    set: (typeof FEATURE_SETS)[number],
  ): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await proved(confinement, set)).map(({ id, verdict }) => [id, verdict.outcome] as const),
    );

  test('its documents are an exception, and hidden files of the same directories are none', async () => {
    const hidden = {
      ...confine.temporaryFiles(),
      name: 'hidden',
      types: [],
      blocks: [
        { why: 'a decoy', selinux: [], apparmor: [confine.ownerRule('@{HOME}/.bashrc', 'w')] },
      ],
    };
    for (const set of FEATURE_SETS) {
      const found = await outcomes(pdftotext, set);
      expect(Object.entries(found).filter(([, outcome]) => outcome !== 'holds')).toEqual([
        ['load-kernel-module', 'accepted'],
        ['executable-memory', 'accepted'],
        ['inject-keystrokes', 'accepted'],
      ]);
      const decoy = await outcomes({ ...pdftotext, may: [...pdftotext.may, hidden] }, set);
      expect(decoy.write).toBe('violated');
    }
  });
});

async function proved(
  confinement: confine.Confinement,
  set: (typeof FEATURE_SETS)[number],
): Promise<readonly ProvedOfProfile[]> {
  const compiler = await DescribedProfile.of(confinement, set);
  return proveProfiles(subjectOf(confinement, await compiler.compiled()), confinement.never);
}
