/**
 * Installs the real packages on the lab's guest and writes what was seen to `profiles/rustnet/evidence/packages.json`:
 *
 *     node test/lab/packages-run.ts [rpm|deb]
 *
 * Not part of `npm test`: every transaction links the whole policy, which takes a minute or two under emulation.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import rustnet from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import {
  booleanName,
  type Confinement,
  confine,
  type Description,
  type Rollout,
} from '../../src/description/index.ts';
import {
  type CheckResult,
  debian13,
  type PackageSeries,
  type QemuMachine,
  realProgram,
  runPackages,
  startQemu,
} from '../../src/lab/index.ts';
import { debianSource, packageSources, rpmSpec } from '../../src/packaging/index.ts';
import { cached, digest, run, targetOf, unpackPackages } from '../../src/targets/index.ts';
import { buildDeb, buildRpms, sourceTree } from '../support/build-package.ts';

/** What Debian 13's rpm is made of, beyond what the guest has. */
const RPM = [
  ...['rpm', 'rpm-common', 'librpm10', 'librpmio10', 'librpmbuild10', 'librpmsign10'],
  ...['libpopt0', 'liblua5.3-0', 'librpm-sequoia-1', 'libnettle8t64', 'libhogweed6t64'],
  ...['libgmp10', 'libreadline8t64', 'libmagic1t64', 'libgomp1', 'libfsverity0', 'libxml2'],
];

const work = mkdtempSync(join(tmpdir(), 'confine-packages-'));
const formats = (['rpm', 'deb'] as const).filter(
  (format) => process.argv[2] === undefined || process.argv[2] === format,
);
const checks: CheckResult[] = [];
try {
  const program = await realProgram(suite.program);
  if (program === undefined) throw new Error('the suite names no program of its own');
  for (const format of formats) {
    const series = await built(format);
    const machine = await startQemu(await debian13(), { progress: console.error });
    try {
      await machine.put('/usr/bin/rustnet', program, 0o755);
      await prepare(machine, format);
      checks.push(...(await runPackages(machine, series, console.error)));
    } finally {
      await machine.stop();
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const evidence = join(import.meta.dirname, '../../profiles/rustnet/evidence/packages.json');
const others = existing().filter(({ id }) => !formats.some((format) => id.startsWith(format)));
mkdirSync(join(evidence, '..'), { recursive: true });
writeFileSync(evidence, `${JSON.stringify([...others, ...checks], null, 2)}\n`);
for (const { outcome, title, problems } of checks) {
  console.log(`${outcome}  ${title}`);
  for (const problem of problems) console.log(`        ${problem}`);
}
process.exitCode = checks.every(({ outcome }) => outcome === 'passed') ? 0 : 1;

function existing(): CheckResult[] {
  try {
    return JSON.parse(readFileSync(evidence, 'utf8')) as CheckResult[];
  } catch {
    return [];
  }
}

async function built(format: 'rpm' | 'deb'): Promise<PackageSeries> {
  const file = async (version: string, rollout: Rollout) => {
    const { domain, executableType, roleAttribute, fileContexts, ...said } = rustnet;
    const confinement = confine({ ...(structuredClone(said) as Description), version, rollout });
    const path = await (format === 'rpm' ? rpm(confinement) : deb(confinement));
    return { name: path.slice(path.lastIndexOf('/') + 1), bytes: readFileSync(path) };
  };
  return {
    format,
    module: 'rustnet',
    booleans: Object.fromEntries(
      rustnet.tunables.map(({ name, default: on }) => [booleanName(rustnet, name), on]),
    ),
    program: '/usr/bin/rustnet',
    start: 'su - tester -c "tmux new-session -d -s monitor rustnet"; sleep 5',
    first: await file('1.0.0', 'permissive'),
    update: await file('1.0.1', 'permissive'),
    enforcing: await file('1.1.0', { enforcing: 'without evidence' }),
    later: await file('1.1.1', { enforcing: 'without evidence' }),
  };
}

async function rpm(confinement: Confinement): Promise<string> {
  const directory = join(work, `rpm-${confinement.version}`);
  mkdirSync(directory);
  for (const { name, text } of packageSources(confinement))
    writeFileSync(join(directory, name), text);
  const spec = join(directory, 'rustnet-selinux.spec');
  writeFileSync(spec, rpmSpec(confinement));
  return (await buildRpms(spec, { fedora: 42, work: directory }))[0]!;
}

async function deb(confinement: Confinement): Promise<string> {
  const tree = sourceTree(join(work, `deb-${confinement.version}`, 'source'), [
    ...packageSources(confinement).map(({ name, text }) => [`selinux/${name}`, text] as const),
    ...debianSource(confinement, 'A Person <a.person@debian.org>').map(
      ({ name, text }) => [`debian/${name}`, text] as const,
    ),
  ]);
  await buildDeb(tree);
  const built = readdirSync(join(tree, '..')).find((name) => name.endsWith('.deb'))!;
  return join(tree, '..', built);
}

/** The program as its own package leaves it; for rpm, Debian 13's rpm beside the system, and its policy under Fedora's name. */
async function prepare(machine: QemuMachine, format: 'rpm' | 'deb'): Promise<void> {
  let script =
    'set -e; restorecon /usr/bin/rustnet; setcap cap_net_raw,cap_bpf,cap_perfmon+eip /usr/bin/rustnet\n';
  if (format === 'rpm') {
    await machine.put('/root/rpm.tar', await rpmForGuest());
    script += `tar -C / --no-same-owner -xf /root/rpm.tar
ldconfig
restorecon -R /usr/bin/rpm /usr/lib/rpm
ln -s default /etc/selinux/targeted
ln -s default /var/lib/selinux/targeted
sed -i 's/^SELINUXTYPE=.*/SELINUXTYPE=targeted/' /etc/selinux/config
rpm -qa\n`;
  }
  const { code, stdout, stderr } = await machine.run(script);
  if (code !== 0) throw new Error(`the guest cannot be prepared:\n${stdout}${stderr}`);
}

async function rpmForGuest(): Promise<Uint8Array> {
  const directory = await cached(`debian-13/rpm-${digest(...RPM)}`, (partial) =>
    unpackPackages(targetOf('debian-13'), RPM, partial),
  );
  const tar = join(work, 'rpm.tar');
  await run('tar', ['-C', join(directory, 'root'), '-cf', tar, 'usr/bin/rpm', 'usr/lib']);
  return readFileSync(tar);
}
