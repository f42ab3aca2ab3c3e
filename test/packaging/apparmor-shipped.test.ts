import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import tcpdump from '../../profiles/tcpdump/confinement.ts';
import { apparmorFiles } from '../../src/cli/shipped-profiles.ts';
import { confine, type Description } from '../../src/description/index.ts';
import { apparmorDebianPackage, debianSource } from '../../src/packaging/index.ts';
import {
  cached,
  digest,
  PARSER_SUITES,
  type ParserSuite,
  run,
  unpackPackages,
} from '../../src/targets/index.ts';
import { apparmorDebhelper, buildDeb, sourceTree } from '../support/build-package.ts';
import { runCli } from '../support/run-cli.ts';

/** A description of a program whose profile Debian's own package of it ships: what dpkg says of ours, and what we say first. */
const root = join(import.meta.dirname, '../..');
const MAINTAINER = 'A Person <a.person@debian.org>';
const SHIPPING = ['tcpdump', 'apparmor', 'apparmor-profiles', 'man-db', 'liblxc-common'];
let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-aa-shipped-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A directory with tcpdump's profile, for the program at another path. */
function profileFor(executable: string): string {
  const cwd = mkdtempSync(join(work, 'cwd-'));
  for (const name of ['src', 'node_modules']) symlinkSync(join(root, name), join(cwd, name));
  cpSync(join(root, 'profiles/tcpdump'), join(cwd, 'profiles/tcpdump'), { recursive: true });
  const file = join(cwd, 'profiles/tcpdump/confinement.ts');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace("'/usr/local/bin/tcpdump'", `'${executable}'`));
  return cwd;
}

const packageIn = (cwd: string, ...options: string[]) =>
  runCli(['package', 'deb', 'profiles/tcpdump', '--mechanism', 'apparmor', ...options], { cwd });
const own = ['--output', 'build', '--maintainer', MAINTAINER];

test('the list of files is what packages of each release ship', async () => {
  const known = apparmorFiles();
  const shipped = new Map<string, Set<string>>(SHIPPING.map((name) => [name, new Set()]));
  for (const suite of PARSER_SUITES) {
    for (const name of SHIPPING) {
      const files = await shippedBy(suite, name);
      const unknown = files.filter((file) => !known.get(file)?.includes(name));
      expect(unknown, `${name} of ${suite}`).toEqual([]);
      for (const file of files) shipped.get(name)!.add(file);
    }
  }
  for (const [name, files] of shipped) {
    const listed = [...known].filter(([, packages]) => packages.includes(name));
    expect(new Set(listed.map(([file]) => file)), name).toEqual(files);
  }
  expect(shipped.get('tcpdump')).toEqual(new Set(['usr.bin.tcpdump']));
}, 600_000);

describe('a package of its own', () => {
  test('for tcpdump as it is described ships nothing that Debian does', async () => {
    const cwd = profileFor('/usr/local/bin/tcpdump');
    const { code, out } = await packageIn(cwd, ...own);
    expect(code).toBe(0);
    expect(out).toContain('build/apparmor/usr.local.bin.tcpdump');
  });

  test('for the tcpdump of Debian is refused by us as dpkg would refuse it', async () => {
    const cwd = profileFor('/usr/bin/tcpdump');
    const { code, out, err } = await packageIn(cwd, ...own);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^confine: Debian’s tcpdump ships \/etc\/apparmor\.d\/usr\.bin\.tcpdump: dpkg would refuse a second package with that file\nhint: add ours to the source package/,
    );
    expect(existsSync(join(cwd, 'build'))).toBe(false);

    const confinement = atUsrBin();
    const deb = apparmorDebianPackage(confinement);
    const debian = debianSource(confinement, MAINTAINER, deb);
    const [ours] = await built('own', deb, debian);
    const machine = await machineWithTcpdump();
    await expect(machine.unpack(ours!)).rejects.toThrow(
      /trying to overwrite '\/etc\/apparmor\.d\/usr\.bin\.tcpdump', which is also in package tcpdump/,
    );
  });

  test('for a program that has a profile of our name is refused too', async () => {
    const cwd = profileFor('/usr/sbin/mosquitto');
    const file = join(cwd, 'profiles/tcpdump/confinement.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace("name: 'tcpdump'", "name: 'mosquitto'"));
    const { code, err } = await packageIn(cwd, ...own);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^confine: Debian’s apparmor has a profile `mosquitto` already, in \/etc\/apparmor\.d\/mosquitto: /,
    );
    expect(err).toContain('hint: without a package: `aa-disable /etc/apparmor.d/mosquitto`, then');
  });
});

describe('in the source package that makes the program', () => {
  const CONTROL = `Source: tcpdump\nSection: net\nPriority: optional\nMaintainer: ${MAINTAINER}\nBuild-Depends: debhelper-compat (= 13), dh-apparmor\nStandards-Version: 4.7.0\nRules-Requires-Root: no\n\nPackage: tcpdump\nArchitecture: all\nDepends: \${misc:Depends}\nDescription: packet capture\n Shows what goes over a network.\n`;
  const RULES = '#!/usr/bin/make -f\n%:\n\tdh $@\n';
  const changelog = `tcpdump (5.0) unstable; urgency=medium\n\n  * New.\n\n -- ${MAINTAINER}  Tue, 24 Nov 2026 00:00:00 +0000\n`;
  const THEIRS = `${RULES}override_dh_install:\n\tdh_install\n\tdh_apparmor -ptcpdump --profile-name=usr.bin.tcpdump\n`;

  test('is refused with the line as long as that ships the file; afterwards it takes the file over, as dpkg has it', async () => {
    const cwd = profileFor('/usr/bin/tcpdump');
    const write = (name: string, text: string): void => {
      mkdirSync(join(cwd, 'debian/source'), { recursive: true });
      writeFileSync(join(cwd, 'debian', name), text);
    };
    write('control', CONTROL);
    write('rules', THEIRS);
    write('usr.bin.tcpdump', '/usr/bin/tcpdump {\n}\n');
    const into = () => packageIn(cwd, '--into', 'debian/', '--output', 'debian/apparmor');
    expect((await into()).err).toMatch(
      /^confine: debian\/rules:6: tcpdump would ship \/etc\/apparmor\.d\/usr\.bin\.tcpdump, and so would ours\nhint: take that file out/,
    );
    write('rules', RULES);
    expect((await into()).err).toMatch(/^confine: debian\/usr\.bin\.tcpdump: tcpdump would ship/);
    rmSync(join(cwd, 'debian/usr.bin.tcpdump'));
    // Of another source, it would still be in the way.
    write('control', CONTROL.replaceAll('tcpdump', 'others'));
    expect((await into()).err).toContain('dpkg would refuse a second package');
    write('control', CONTROL);
    expect(await into()).toMatchObject({ code: 0, err: '' });
    // What is ours now names the file, which is no reason to refuse it.
    expect((await into()).out).not.toContain('written');

    write('changelog', changelog);
    write('source/format', '3.0 (native)\n');
    chmodSync(join(cwd, 'debian/rules'), 0o755);
    const tree = join(work, 'into/source');
    cpSync(join(cwd, 'debian'), join(tree, 'debian'), { recursive: true });
    const debs = await buildDeb(tree, await apparmorDebhelper(join(work, 'into')));
    const machine = await machineWithTcpdump();
    await machine.unpack(...debs);
    expect(await machine.owner('/etc/apparmor.d/usr.bin.tcpdump')).toBe('tcpdump-apparmor');
    // Debian's file was as it came: nobody is asked.
    await machine.configure('tcpdump', 'tcpdump-apparmor');
    const file = join(machine.root, 'etc/apparmor.d/usr.bin.tcpdump');
    expect(readFileSync(file, 'utf8')).toContain('Generated by confine');

    expect((await packageIn(cwd, '--into', 'debian', '--remove')).code).toBe(0);
    expect(readFileSync(join(cwd, 'debian/control'), 'utf8')).toBe(CONTROL);
  });
});

function atUsrBin() {
  const { domain, executableType, roleAttribute, fileContexts, ...said } = tcpdump;
  const description = structuredClone(said) as Description;
  return confine({
    ...description,
    program: { ...description.program, executables: ['/usr/bin/tcpdump'] },
  });
}

/** What a package of a release has below /etc/apparmor.d, as far as the list goes. */
async function shippedBy(suite: ParserSuite, name: string): Promise<string[]> {
  const directory = await unpacked(suite, name);
  return globSync('**/*', { cwd: join(directory, 'root/etc/apparmor.d'), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).split('/etc/apparmor.d/')[1]!)
    .filter((file) => !/^(abi|abstractions|local|tunables)\//.test(file))
    .sort();
}

function unpacked(suite: ParserSuite, name: string): Promise<string> {
  return cached(`apparmor/ships-${suite}-${digest(name)}`, (partial) =>
    unpackPackages({ suite }, [name], partial),
  );
}

async function built(
  name: string,
  { sources }: ReturnType<typeof apparmorDebianPackage>,
  debian: ReturnType<typeof debianSource>,
): Promise<string[]> {
  const tree = sourceTree(join(work, name, 'source'), [
    ...sources.map(({ name: path, text }) => [`apparmor/${path}`, text] as const),
    ...debian.map(({ name: path, text }) => [`debian/${path}`, text] as const),
  ]);
  return buildDeb(tree, await apparmorDebhelper(join(work, name)));
}

/** A root of its own for dpkg, in which Debian 13's tcpdump is unpacked: which files it has decides, not what its scripts do. */
async function machineWithTcpdump() {
  const at = mkdtempSync(join(work, 'machine-'));
  for (const name of ['var/lib/dpkg/updates', 'var/lib/dpkg/info', 'etc'])
    mkdirSync(join(at, name), { recursive: true });
  for (const name of ['status', 'available']) writeFileSync(join(at, 'var/lib/dpkg', name), '');
  const dpkg = (...args: string[]) =>
    run('dpkg', [
      ...[`--root=${at}`, '--force-script-chrootless', '--force-depends', '--force-not-root'],
      ...args,
    ]);
  const machine = {
    root: at,
    unpack: (...debs: string[]) => dpkg('--unpack', ...debs),
    /** Without their scripts, which would act on the machine that runs this. */
    configure: (...names: string[]) => {
      for (const name of names)
        rmSync(join(at, `var/lib/dpkg/info/${name}.postinst`), { force: true });
      return dpkg('--no-triggers', '--configure', ...names);
    },
    owner: async (path: string) => (await dpkg('-S', path)).stdout.split(':')[0],
  };
  await machine.unpack(await tcpdumpDeb());
  return machine;
}

/** Debian 13's tcpdump, put together again from what was unpacked of it. */
async function tcpdumpDeb(): Promise<string> {
  const from = await unpacked('trixie', 'tcpdump');
  const tree = mkdtempSync(join(work, 'tcpdump-'));
  cpSync(join(from, 'root'), tree, { recursive: true, verbatimSymlinks: true });
  cpSync(join(from, 'control/tcpdump'), join(tree, 'DEBIAN'), { recursive: true });
  chmodSync(tree, 0o755);
  const deb = `${tree}.deb`;
  await run('dpkg-deb', ['--root-owner-group', '-b', tree, deb]);
  return deb;
}
