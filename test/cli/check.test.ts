import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/run-cli.ts';

let text: CliResult;

beforeAll(async () => {
  text = await runCli(['check', '--target', 'debian-12,debian-13,fedora']);
});

test('it begins with what is shipped, and ends with yes, what the domain may do, the proofs, and the residuals', () => {
  expect(text.code).toBe(0);
  expect(text.out.trimStart().split('\n')[0]).toBe(
    'Ships permissive: nothing below is enforced until `semanage permissive -d rustnet_t`.',
  );
  expect(text.out).toMatch(/^may +what +when +Debian 12 +Debian 13 +Fedora facts$/m);
  expect(text.out).toContain('It is not that policy');
  expect(text.out).toContain('frames can be sent through the capture socket');
  expect(text.out).toContain(
    'Debian 12: 17 nevers: 15 holds (2 beyond base, 3 assuming), 2 holds as set\nDebian 13: 17 nevers: 15 holds (2 beyond base, 3 assuming), 2 holds as set\nFedora facts: 17 nevers: 14 holds (6 beyond base, 3 assuming), 3 holds as set\n',
  );
  expect(text.out).toMatch(
    /\nyes: .*\n\nrun it under an enforcing kernel:\n {2}confine lab profiles\/rustnet\nmake a package of it \(or deb, cil\):\n.*\n$/,
  );
});

test('what the table says of sockets is the description’s, no more', () => {
  const sockets = /^own sockets[\s\S]*?(?=^BPF)/m.exec(text.out)![0];
  expect(
    sockets
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/\s+/g, ' ').trim()),
  ).toEqual([
    'own sockets bluetooth_socket { create ioctl } yes yes yes',
    'netlink_generic_socket { create ioctl } yes yes yes',
    'netlink_netfilter_socket { create } yes yes yes',
    'netlink_route_socket { bind create getattr getopt nlmsg_read read yes yes yes',
    'setopt write }',
    'packet_socket { bind create getattr getopt ioctl map read setopt yes yes yes',
    'write }',
    'udp_socket { bind connect create getattr } yes yes yes',
    'unix_dgram_socket { create ioctl } yes yes yes',
    'tcp_socket { connect create getattr getopt read setopt write } rustnet_direct_dns yes yes yes',
    'udp_socket { getopt read setopt write } rustnet_direct_dns yes yes yes',
  ]);
});

test('progress stands on stderr, a line per step', () => {
  expect(text.err).toContain('✓ linked into the full policy of Debian 13');
  expect(text.out).not.toContain('✓');
});

test('the same as data, for the small profile too', async () => {
  const { code, out } = await runCli([
    ...['check', 'profiles/tcpdump', '--json'],
    ...['--target', 'fedora', '--target', 'debian-13', '--target', 'debian-12'],
  ]);
  expect(code).toBe(0);
  const data = JSON.parse(out);
  expect(data.domain).toBe('tcpdump_t');
  expect(data.targets.map((target: { target: string }) => target.target)).toEqual([
    'debian-12',
    'debian-13',
    'fedora',
  ]);
  expect(data.ships).toBe('permissive');
  expect(data.targets[2].facts).toMatch(/^\d{4}-\d\d-\d\d$/);
  const grants = data.targets[1].grants.filter(
    (grant: { through?: string }) => grant.through === undefined,
  );
  expect(grants).toContainEqual({
    area: 'own sockets',
    target: 'self',
    tclass: 'packet_socket',
    permissions: ['bind', 'create', 'getattr', 'getopt', 'ioctl', 'map', 'read', 'setopt', 'write'],
  });
});

/** `check` of rustnet's description with a change. */
async function checked(change: (source: string) => string, form = '--json'): Promise<CliResult> {
  const directory = mkdtempSync(join(import.meta.dirname, '../../profiles/.check-'));
  try {
    const source = readFileSync(join(directory, '../rustnet/confinement.ts'), 'utf8');
    const changed = change(source);
    expect(changed).not.toBe(source);
    writeFileSync(join(directory, 'confinement.ts'), changed);
    return await runCli(['check', directory, '--target', 'debian-12,debian-13,fedora', form]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('an interface that is called for its dontaudit and allows is a fault, and so is a price that is not said', async () => {
  const { code, out } = await checked((source) =>
    source
      .replace(
        '    refuseClipboard(),',
        `    refuseClipboard(),
    {
      name: 'more',
      title: 'More',
      blocks: [
        {
          why: 'a test',
          apparmor: [{ kind: 'nothing', why: 'a test' }],
          selinux: [
            { kind: 'either', choices: [[{ kind: 'interface', name: 'xserver_dontaudit_stream_connect', args: ['self'] }]], otherwise: [] },
          ],
        },
      ],
    },`,
      )
      .replace(/ {6}more: \[[\s\S]*?\n {6}\],\n/, ''),
  );
  expect(code).toBe(1);
  const data = JSON.parse(out);
  expect(
    data.calls.filter(({ kind }: { kind: string }) => kind === 'dontaudit that allows'),
  ).toEqual([
    {
      interface: 'xserver_dontaudit_stream_connect',
      kind: 'dontaudit that allows',
      where: { 'Fedora facts': expect.stringContaining('user_tmp_t:sock_file') },
    },
  ]);
  expect(data.undeclared).toEqual([
    { boolean: 'rustnet_can_read_user_home', never: 'write', on: 'Fedora facts' },
  ]);
  const fedora = data.targets.find(({ target }: { target: string }) => target === 'fedora');
  const sockets = fedora.nevers.find(({ id }: { id: string }) => id === 'unix-sockets');
  expect(sockets.outcome).toBe('violated');
});

test('a domain that nobody enters is no green table', async () => {
  const { code, out } = await checked((source) =>
    source
      .replace("users: ['unconfined', 'sysadm', 'staff', 'user']", "users: ['visitor']")
      .replace("    runAsRoot({ when: 'run_as_root' }),\n", '')
      .replace("    runAsService({ when: 'run_as_service' }),\n", '')
      .replace(/ {4}\{\n {6}name: 'run_as_root',[\s\S]*?\n {4}\},\n/, '')
      .replace(/ {4}\{\n {6}name: 'run_as_service',[\s\S]*?\n {4}\},\n/, '')
      .replace(
        / {8}\{\n {10}names: \[[^\]]*\],\n {10}when: 'run_as_(root|service)',\n {8}\},\n/g,
        '',
      ),
  );
  expect(code).toBe(1);
  const { problems } = JSON.parse(out);
  expect(problems).toEqual([
    'Debian 12: nobody enters rustnet_t, so nothing below concerns the program',
    'Debian 13: nobody enters rustnet_t, so nothing below concerns the program',
    'Fedora facts: nobody enters rustnet_t, so nothing below concerns the program',
    expect.stringMatching(/^no policy has the user domain visitor_t: domains of users are .*staff/),
  ]);
});

test('in brief: verdicts, what opens a way, what is wrong, residuals by name, and no more', async () => {
  const right = await runCli(['check', '--brief', '--target', 'debian-13']);
  expect(right.code).toBe(0);
  expect(right.out).toMatch(/^ptrace +holds, assuming$/m);
  expect(right.out).toContain('opened by rustnet_use_sys_admin on');
  expect(right.out).toContain('frames can be sent through the capture socket');
  for (const absent of ['What rustnet_t may do', 'Who comes into', 'evidence', '  base '])
    expect(right.out).not.toContain(absent);
  const { code, out } = await checked(
    (source) =>
      source
        .replace('    refuseClipboard(),', `    refuseClipboard(),\n    ${SHADOW},`)
        .replace(/ {6}more: \[[\s\S]*?\n {6}\],\n/, ''),
    '--brief',
  );
  expect(code).toBe(1);
  expect(out).toMatch(/^read-2 +violated +violated +violated$/m);
  expect(out).toContain('allow rustnet_t shadow_t:file');
  expect(out).toContain(
    'not so: what a tunable opens on one distribution alone is said\n  rustnet_can_read_user_home opens a way to write, on Fedora facts alone\n',
  );
  expect(out).toMatch(/\nno:\n {2}1 setting opens a never on one policy alone\n/);
});

const SHADOW = `{
      name: 'more',
      title: 'More',
      blocks: [
        {
          why: 'a test',
          apparmor: [{ kind: 'nothing', why: 'a test' }],
          selinux: [{ kind: 'allow', targets: ['shadow_t'], classes: ['file'], permissions: ['open', 'read'] }],
        },
      ],
    }`;

test('a name in an optional block that no target has is a mistake, with the nearest one', async () => {
  const { code, err } = await checked((source) =>
    source.replace(
      '    refuseClipboard(),',
      `    refuseClipboard(),
    {
      name: 'more',
      title: 'More',
      blocks: [
        {
          why: 'a test',
          apparmor: [{ kind: 'nothing', why: 'a test' }],
          selinux: [
            {
              kind: 'optional',
              requires: { types: ['ceert_t'] },
              statements: [{ kind: 'allow', targets: ['ceert_t'], classes: ['file'], permissions: ['read'] }],
            },
          ],
        },
      ],
    },`,
    ),
  );
  expect(code).toBe(2);
  expect(err).toContain('no target has the type or attribute `ceert_t`');
  expect(err).toContain('did you mean `cert_t`?');
});

test('a profile named like a module of the policy would replace it', async () => {
  const { code, err } = await checked((source) =>
    source.replace("name: 'rustnet',", "name: 'memcached',"),
  );
  expect(code).toBe(2);
  expect(err).toContain(
    'name: the policy of Fedora, Debian 12, Debian 13 has a module `memcached`, which this one would replace',
  );
});

test('a rule of the module for every domain is no base, whatever its source', async () => {
  const { code, out } = await checked((source) =>
    source.replace(
      '    refuseClipboard(),',
      `    refuseClipboard(),
    {
      name: 'more',
      title: 'More',
      blocks: [
        {
          why: 'a test',
          apparmor: [{ kind: 'nothing', why: 'a test' }],
          selinux: [
            { kind: 'allow', sources: ['domain'], targets: ['bin_t'], classes: ['file'], permissions: ['execute_no_trans'] },
          ],
        },
      ],
    },`,
    ),
  );
  expect(code).toBe(1);
  for (const { target, nevers } of JSON.parse(out).targets) {
    const execute = nevers.find(({ id }: { id: string }) => id === 'execute');
    expect(execute.outcome, target).toBe('violated');
    expect(execute.witnesses[0].what, target).toContain('bin_t:file execute_no_trans');
  }
});
