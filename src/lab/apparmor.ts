import { dirname } from 'node:path';
import { apparmorDenialsOf } from '../denials/index.ts';
import { sectionsOf } from '../targets/index.ts';
import { ofProfile, recordProblems } from './expect-apparmor.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import { check, type Mechanism, type PolicyLife, type Records } from './mechanism.ts';
import type { InstalledFile } from './module.ts';
import type { CheckResult, MachineFacts } from './result.ts';
import { prepare, type Stage } from './stage.ts';

/** A program's AppArmor profile with what it includes, as its package installs them. */
export interface ProfileFiles {
  /** What the kernel calls it: `rustnet`. */
  readonly name: string;
  /** `/etc/apparmor.d/usr.bin.rustnet` */
  readonly path: string;
  /** All files, that one among them. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /**
   * Where an administrator decides: a line `include <rustnet.d/direct_dns>` for each tunable, behind `# off: ` where it is off. Absent where there is
   * nothing to decide.
   */
  readonly switches?: string;
  /** The program's group, whose members may write where it does. */
  readonly group: string;
  /** What makes that group, and the program's directories. */
  readonly installed: readonly InstalledFile[];
}

/** AppArmor with a profile; what its kernel ran is the compiled profile, as the kernel keeps it. */
export function apparmor(files: ProfileFiles): Mechanism<Uint8Array> {
  const { name } = files;
  return {
    security: 'apparmor',
    domain: name,
    records: APPARMOR_RECORDS,
    adapt: withoutLabels,
    tools: {
      programs: ['apparmor_parser', 'aa-enforce', 'aa-status'],
      dnf: ['apparmor-parser', 'apparmor-utils'],
      apt: ['apparmor', 'apparmor-utils'],
    },
    isContext: (line) => line === 'unconfined' || /^\S+ \((?:enforce|complain|kill)\)$/.test(line),
    domainIn: (context) => (context === `${name} (enforce)` ? name : undefined),
    domainOf: () => name,
    ofDomain: (denials) => ofProfile(denials, name),
    problems: (denials, expected) => recordProblems(denials, expected, name),
    labelCheck: () => '',
    facts: apparmorFacts,
    on: (machine) => profileLife(machine, files),
  };
}

export const APPARMOR_RECORDS: Records = {
  prepare: 'true',
  // Nothing is remembered as granted, but capabilities for a moment.
  before: 'true',
  pattern: 'apparmor="DENIED"',
  read: apparmorDenialsOf,
};

/** What a suite's scripts label, and what they set of SELinux for the twin, is nothing where there are neither labels nor booleans. */
function withoutLabels(machine: Machine): Machine {
  return {
    ...machine,
    run: (script, options) => machine.run(`${NO_LABELS}\n${script}`, options),
  };
}

const NO_LABELS = 'restorecon() { :; }; chcon() { :; }; setsebool() { :; }';

function profileLife(machine: Machine, files: ProfileFiles): PolicyLife<Uint8Array> {
  const { name } = files;
  let covered: string | undefined;
  let loud = false;
  const uncover = async (): Promise<void> => {
    if (covered !== undefined) await prepare(machine, 'put the program back', `umount ${covered}`);
    covered = undefined;
  };
  const quiet = async (): Promise<void> => {
    if (loud) await machine.run(`echo -n normal > ${AUDIT_MODE}`);
    loud = false;
  };
  return {
    install: (stage) => install(machine, files, stage),
    admit: async () => [await modeIs(machine, name, 'complain')],
    enforce: () => enforce(machine, files),
    running: () => loaded(machine, name),
    logAll: async () => {
      loud = true;
      await prepare(machine, 'log what is refused in silence', `echo -n noquiet > ${AUDIT_MODE}`);
    },
    probeInside: async (stage, program) => {
      // A profile attaches to a path: what lies there is inside, and no rule has to be added for it.
      covered = program.path;
      await prepare(
        machine,
        'put the attack program where the program is',
        `mount --bind ${stage.probeInside} ${program.path}`,
      );
      return program.path;
    },
    setTunables: (tunables) => setTunables(machine, files, tunables),
    labelPackets: async () => {
      throw new MachineError('AppArmor labels no packets: the scenario is not for it');
    },
    remove: async () => {
      await uncover();
      await quiet();
      return removed(machine, files);
    },
    tidy: async () => {
      await uncover().catch(() => {});
      await quiet().catch(() => {});
      await removed(machine, files).catch(() => {});
    },
  };
}

const AUDIT_MODE = '/sys/module/apparmor/parameters/audit';

async function install(
  machine: Machine,
  { path, files, group, installed }: ProfileFiles,
  { user }: Stage,
): Promise<CheckResult[]> {
  for (const file of files) await machine.put(file.path, file.text);
  for (const file of installed) await machine.put(file.path, file.text, file.mode);
  const pathsOf = (role: InstalledFile['role']): string[] =>
    installed.filter((file) => file.role === role).map((file) => file.path);
  const said = await prepare(
    machine,
    'load the profile',
    `
${pathsOf('sysusers')
  .map((one) => `systemd-sysusers ${one}; usermod -aG ${group} ${user}`)
  .join('\n')}
${pathsOf('tmpfiles')
  .map((one) => `systemd-tmpfiles --create ${one}`)
  .join('\n')}
apparmor_parser -QK ${path} 2>&1
# As packages ship it first: an administrator's aa-enforce ends it, and no update brings it back.
mkdir -p ${COMPLAIN} && ln -sf ${path} ${COMPLAIN}/
apparmor_parser -r ${path} >/dev/null 2>&1`,
  );
  return [
    check(
      'compile',
      'The profile compiles without a warning, and is loaded',
      `apparmor_parser -QK ${path}`,
      said,
      (output) => (/warning|error/i.test(output) ? ['the parser printed a warning'] : []),
    ),
  ];
}

const COMPLAIN = '/etc/apparmor.d/force-complain';

/** By the command that an administrator has. One that cannot read the profile is a problem; the run goes on with what the command would have done. */
async function enforce(machine: Machine, { name, path }: ProfileFiles): Promise<CheckResult> {
  const command = await machine.run(`aa-enforce ${path} 2>&1`, { timeout: 600 });
  const enforces = await machine.run(modeOf(name));
  const isDone = enforces.stdout.includes(`${name} (enforce)`);
  if (!isDone) {
    await prepare(
      machine,
      'enforce the profile',
      `rm -f ${COMPLAIN}/$(basename ${path})
apparmor_parser -r ${path}
${modeOf(name)} | grep -F '${name} (enforce)'`,
    );
  }
  return check(
    'enforcing',
    'An administrator takes the profile out of complain mode',
    `aa-enforce ${path}`,
    `${command.stdout}${enforces.stdout}`,
    () => (isDone ? [] : ['aa-enforce left it as it was']),
  );
}

async function modeIs(machine: Machine, name: string, mode: string): Promise<CheckResult> {
  return check(
    'installed',
    `The kernel has the profile in ${mode} mode, as it is shipped`,
    'aa-status',
    await prepare(machine, 'ask for the profile', modeOf(name)),
    (output) => (output.includes(`${name} (${mode})`) ? [] : [`it is not in ${mode} mode`]),
  );
}

function modeOf(name: string): string {
  return `grep -E '^${name}( |//)' /sys/kernel/security/apparmor/profiles`;
}

/** As it was loaded: what the kernel keeps for whoever asks. */
async function loaded(machine: Machine, name: string): Promise<Uint8Array> {
  const directory = await prepare(
    machine,
    'find the loaded profile',
    `cd /sys/kernel/security/apparmor/policy/profiles
for each in */name; do [ "$(cat $each)" = '${name}' ] && echo $PWD/$(dirname $each); done; true`,
  );
  return machine.get(`${directory.trim().split('\n').at(-1)}/raw_data`);
}

async function setTunables(
  machine: Machine,
  { name, path, switches }: ProfileFiles,
  tunables: Readonly<Record<string, boolean>>,
): Promise<void> {
  const settings = Object.entries(tunables);
  if (settings.length === 0) return;
  if (switches === undefined) throw new MachineError(`the profile ${name} has no tunables`);
  const set = ([tunable, on]: [string, boolean]): string => {
    const line = `include <${name}.d/${tunable}>`;
    return `sed -i 's|^\\(# off: \\)*${line}$|${on ? line : `# off: ${line}`}|' ${switches}
grep -qxF '${on ? line : `# off: ${line}`}' ${switches}`;
  };
  await prepare(
    machine,
    `set ${settings.map(([one, on]) => `${one}=${on}`).join(' ')}`,
    `${settings.map(set).join('\n')}\napparmor_parser -r ${path}`,
  );
}

/** As a package does on purge. */
async function removed(
  machine: Machine,
  { name, path, files, installed }: ProfileFiles,
): Promise<CheckResult> {
  const ours = [...files, ...installed].map((file) => file.path);
  const directories = [...new Set(files.map((file) => dirname(file.path)))].filter(
    (directory) => directory !== '/etc/apparmor.d',
  );
  const own = directories.length > 0;
  const left = await prepare(
    machine,
    'remove the profile',
    `[ ! -e ${path} ] || apparmor_parser -R ${path} >/dev/null 2>&1
rm -f ${COMPLAIN}/$(basename ${path})
rm -f ${ours.join(' ')}
${own ? `rmdir --ignore-fail-on-non-empty ${directories.join(' ')}\n` : ''}${modeOf(name)} || true
${own ? `ls -d ${directories.join(' ')} 2>/dev/null || true\n` : ''}grep -rl 'profile ${name} ' /etc/apparmor.d || true`,
  );
  return check(
    'removal',
    'Removal leaves no profile behind, neither loaded nor on disk',
    `apparmor_parser -R ${path}`,
    left,
    (output) =>
      output
        .split('\n')
        .filter(Boolean)
        .map((line) => `left behind: ${line}`),
  );
}

/** What kind of machine this is, in its own words. */
async function apparmorFacts(
  machine: Machine,
  programVersion: string,
  bootSeconds: number | undefined,
): Promise<MachineFacts> {
  const said = await prepare(
    machine,
    'describe the machine',
    `section() { printf '\\n@@ %s\\n' "$1"; }
section distribution; . /etc/os-release; echo "$PRETTY_NAME"
section kernel; uname -sr
section policyVersion; ls /sys/kernel/security/apparmor/features/policy/versions | tail -n 1
section policyPackage; dpkg-query -W apparmor 2>/dev/null || rpm -q apparmor-parser
section capabilities; cd /sys/kernel/security/apparmor/features; grep -r . | sort
section permissiveDomains; sed -n 's/ (complain)$//p' ../profiles
section status; aa-status --json 2>/dev/null | head -c 20000 || aa-status`,
  );
  const sections = sectionsOf(said);
  const lines = (name: string): readonly string[] => sections.get(name) ?? [];
  const text = (name: string): string => lines(name).join('\n').trim();
  return {
    name: machine.name,
    distribution: text('distribution'),
    kernel: text('kernel'),
    policy: 'AppArmor',
    policyVersion: text('policyVersion'),
    policyPackage: text('policyPackage').replace(/\t/g, ' '),
    capabilities: lines('capabilities'),
    booleans: [],
    permissiveDomains: lines('permissiveDomains').filter(Boolean),
    sestatus: text('status'),
    programVersion,
    bootSeconds,
  };
}
