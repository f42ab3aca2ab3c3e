import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { confine, type Description } from '../../src/description/index.ts';
import {
  type CheckResult,
  debian13,
  type PackageStep,
  type QemuMachine,
  realProgram,
  runSteps,
  startQemu,
} from '../../src/lab/index.ts';
import { apparmorDebianPackage, debianSource } from '../../src/packaging/index.ts';
import { apparmorDebhelper, buildDeb, sourceTree } from '../support/build-package.ts';
import { progressOf } from '../support/progress.ts';

/** The life of rustnet-apparmor on a guest, by the machine's own dpkg, with the real program running. */
const progress = progressOf('apparmor packages');
const VERSIONS = ['1.0.0', '1.0.1', '1.0.2'] as const;
const D = '/etc/apparmor.d';
const PROFILE = `${D}/usr.bin.rustnet`;
const TUNABLES = `${D}/rustnet.d/tunables`;
const LINK = `${D}/force-complain/usr.bin.rustnet`;

let work: string;
let guest: QemuMachine;
let checks: readonly CheckResult[];

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'confine-aa-packages-'));
  const environment = await apparmorDebhelper(work);
  const program = await realProgram(suite.program);
  guest = await startQemu(await debian13('apparmor'), { progress });
  await guest.put('/usr/bin/rustnet', program!, 0o755);
  for (const version of VERSIONS) {
    const file = await built(version, environment);
    await guest.put(`/root/${basename(file)}`, readFileSync(file));
  }
  await guest.run('setcap cap_net_raw,cap_bpf,cap_perfmon+eip /usr/bin/rustnet');
  checks = await runSteps(guest, 'apparmor', STEPS, progress);
}, 900_000);
afterAll(async () => {
  await guest?.stop();
  rmSync(work, { recursive: true, force: true });
});

/** A release of ours: its number stands in the profile, so that dpkg has a new configuration file with each. */
async function built(version: string, environment: Readonly<Record<string, string>>) {
  const { domain, executableType, roleAttribute, fileContexts, ...said } = rustnet;
  const confinement = confine({ ...(structuredClone(said) as Description), version });
  const deb = apparmorDebianPackage(confinement);
  const tree = sourceTree(join(work, version, 'source'), [
    ...deb.sources.map(({ name, text }) => [`apparmor/${name}`, text] as const),
    ...debianSource(confinement, 'A Person <a.person@debian.org>', deb).map(
      ({ name, text }) => [`debian/${name}`, text] as const,
    ),
  ]);
  return (await buildDeb(tree, environment))[0]!;
}

/** Nobody is there to answer: a question about a configuration file is an error. */
const install = (version: (typeof VERSIONS)[number]): string =>
  `dpkg -i /root/rustnet-apparmor_${version}_all.deb </dev/null 2>&1 || exit 1`;
const STATUS = `aa-status --json | tr ',{' '\\n\\n' | grep '"rustnet"' | sed 's/^/status /'`;
const RUNNING = 'cat /proc/$(pgrep -o -x rustnet)/attr/current | sed "s/^/running /"';
const LOADED = `grep -w rustnet /sys/kernel/security/apparmor/profiles | sed 's/^/loaded: /'`;
const start = (session: string, args = ''): string =>
  `su - tester -c 'tmux new-session -d -s ${session} "rustnet ${args}"'; sleep 5`;
const COMPLAINS = /^status +"rustnet": "complain"/m;
const ASKED = /Configuration file|conffile prompt/;

const STEPS: readonly PackageStep[] = [
  {
    id: 'install',
    title: 'first installation: complain mode by the link',
    command: `${install('1.0.0')}
${STATUS}
readlink -f ${LINK}; getent group rustnet; ls -ld /var/log/rustnet; ls ${D}/local/usr.bin.rustnet`,
    says: [COMPLAINS, new RegExp(`^${PROFILE}$`, 'm'), /^rustnet:/m, /^drwxrwx--T .*rustnet$/m],
    // What the compiler says of the link itself is no fault.
    never: [/^Warning(?!.*force.complain)/m],
  },
  {
    id: 'update',
    title: 'update while the program runs: mode, override and tunables are kept, nothing is asked',
    command: `${start('monitor')}
echo '/srv/site/** r,' > ${D}/local/usr.bin.rustnet
sed -i 's|^# off: include <rustnet.d/run_as_root>|include <rustnet.d/run_as_root>|' ${TUNABLES}
${RUNNING}
${install('1.0.1')}
${STATUS}
${RUNNING}
head -n 1 ${PROFILE}; cat ${D}/local/usr.bin.rustnet; grep run_as_root ${TUNABLES}; find ${D} -name '*.dpkg-*'`,
    says: [
      COMPLAINS,
      /^running rustnet \(complain\)\n[\s\S]*^running rustnet \(complain\)$/m,
      /^# rustnet 1\.0\.1: /m,
      /^\/srv\/site\/\*\* r,$/m,
      /^include <rustnet\.d\/run_as_root>$/m,
    ],
    never: [ASKED, /\.dpkg-/],
  },
  {
    id: 'enforce',
    title: 'aa-enforce flips the running program too, and the next update leaves it so',
    command: `aa-enforce ${PROFILE} >/dev/null 2>&1 || exit 1
${STATUS}
${install('1.0.2')}
${STATUS}
${RUNNING}
ls ${LINK} 2>/dev/null; head -n 1 ${PROFILE}`,
    says: [
      /^status +"rustnet": "enforce"[\s\S]*^status +"rustnet": "enforce"/m,
      /^running rustnet \(enforce\)$/m,
      /^# rustnet 1\.0\.2: /m,
    ],
    never: [ASKED, COMPLAINS, /^\/etc.*force-complain/m],
  },
  {
    id: 'tunable',
    title: 'a tunable counts when the profile is loaded again',
    command: `${start('on', '--pcap-export /tmp/on.pcap')}
sed -i 's|^include <rustnet.d/can_write_tmp>|# off: &|' ${TUNABLES}
apparmor_parser -r ${PROFILE}
${start('off', '--pcap-export /tmp/off.pcap')}
ls /tmp/*.pcap
su - tester -c 'tmux kill-session -t on; tmux kill-session -t off' 2>/dev/null || true`,
    says: [/^\/tmp\/on\.pcap$/m],
    never: [/off\.pcap/],
  },
  {
    id: 'remove',
    title: 'removal unloads it, also from the running program; what is configured stays',
    command: `${RUNNING}
dpkg -r rustnet-apparmor </dev/null 2>&1 || exit 1
${LOADED}
${RUNNING}
ls ${PROFILE} ${TUNABLES}`,
    says: [
      /^running rustnet \(enforce\)$/m,
      /^running unconfined$/m,
      new RegExp(`^${PROFILE}$`, 'm'),
      new RegExp(`^${TUNABLES}$`, 'm'),
    ],
    never: [/^loaded: /m],
  },
  {
    id: 'purge',
    title: 'a purge after a boot in between unloads what the boot loaded, and leaves no file',
    command: `pkill -x rustnet
apparmor_parser -r ${PROFILE}
${LOADED} | sed 's/^/before: /'
dpkg -P rustnet-apparmor </dev/null 2>&1 || exit 1
${LOADED}
find ${D} /var/cache/apparmor /var/lib/dpkg/info /usr/lib/sysusers.d /usr/lib/tmpfiles.d -name '*rustnet*' | sed 's/^/left: /'
for each in $(find ${D} -type d -empty); do dpkg -S $each >/dev/null 2>&1 || echo left: $each; done`,
    says: [/^before: loaded: rustnet \(enforce\)$/m],
    never: [/^loaded: /m, /^left: /m],
  },
  {
    id: 'again',
    title: 'installed again after the purge it is in complain mode again',
    command: `${install('1.0.2')}
${STATUS}
ls -l ${LINK}`,
    says: [COMPLAINS],
  },
  {
    id: 'broken',
    title: 'a purge unloads the profile also where its tunables are broken',
    command: `echo 'no rule' >> ${TUNABLES}
apparmor_parser -QT ${PROFILE} >/dev/null 2>&1 && echo readable
${LOADED} | sed 's/^/before: /'
dpkg -P rustnet-apparmor </dev/null 2>&1 || exit 1
${LOADED}
find ${D} -name '*rustnet*' | sed 's/^/left: /'`,
    says: [/^before: loaded: rustnet \(complain\)$/m],
    never: [/^loaded: /m, /^left: /m, /^readable$/m],
  },
];

test('rustnet-apparmor is installed, updated, enforced, removed and purged', () => {
  const failed = checks.filter(({ outcome }) => outcome !== 'passed');
  expect(failed.map(({ id, problems, output }) => ({ id, problems, output }))).toEqual([]);
  expect(checks).toHaveLength(STEPS.length);
});
