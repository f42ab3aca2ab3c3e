import { gunzipSync } from 'node:zlib';
import { PRIORITY } from '../selinux/words/index.ts';
import { watchAudit, withDenials } from './audit.ts';
import { IMAGE_USER } from './machine/image-recipe.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import type { PackageFile } from './run-packages.ts';
import { SELINUX_RECORDS } from './selinux.ts';
import { installDebs, prepare } from './stage.ts';
import { quoted } from './terminal.ts';
import { tracedStart } from './traced-unit.ts';

export interface Recording {
  readonly machine: Machine;
  /** Packages that the machine lacks and cannot fetch. */
  readonly packages: readonly PackageFile[];
  /** Where the program is installed, no link. */
  readonly executable: string;
  /** Gives the program a domain of its own, and grants it nothing. In CIL, which takes no compiler. */
  readonly module: {
    readonly name: string;
    readonly domain: string;
    readonly executableType: string;
    readonly cil: string;
  };
  /** The service that starts it; undefined for a program that the command starts. */
  readonly unit: RecordedUnit | undefined;
  /** What is run: the program, or with a unit, what is asked of the service while it is up. As a user would type it. */
  readonly command: string | undefined;
  /** Files that the command finds in its working directory. */
  readonly files: readonly PackageFile[];
  readonly runs: number;
  readonly progress: (what: string) => void;
}

export interface RecordedUnit {
  /** An instance where the unit is a template. */
  readonly name: string;
  /** The unit file. */
  readonly text: string;
  /** Whether the machine has it from nobody else. */
  readonly put: boolean;
}

/** One run of the program. */
export interface RecordedRun {
  /** What `strace -f -y` wrote. */
  readonly trace: Uint8Array;
  /** The kernel's audit records of this time, of all programs. */
  readonly log: string;
  /** What did not go as it should, and the run is no less a run for it: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Runs a program under strace, in a domain of its own that is granted nothing, and gives what both saw of each run. The kernel is permissive meanwhile: not the
 * program alone, but the tracer, the service manager and a client too do what no policy knows of. The machine is not tidied up afterwards:
 * give it one that is thrown away. Throws MachineError where the program does not start, and where records of a run were lost.
 */
export async function recordRuns(recording: Recording): Promise<readonly RecordedRun[]> {
  const { machine, runs, progress } = recording;
  try {
    progress('packages and module: install');
    const audit = await watchAudit(machine, SELINUX_RECORDS);
    await installDebs(machine, recording.packages);
    await admit(recording);
    const recorded: RecordedRun[] = [];
    for (let run = 1; run <= runs; run++) {
      progress(`run ${run} of ${runs}: ${recording.unit?.name ?? recording.command}`);
      recorded.push(await recordOne(recording, audit));
    }
    return recorded;
  } catch (error) {
    throw error instanceof MachineError && error.evidence.reproduce !== undefined
      ? await withDenials(machine, error, SELINUX_RECORDS)
      : error;
  }
}

const DIRECTORY = '/var/lib/confine-lab';
const TRACE = `${DIRECTORY}/trace`;
const USER = IMAGE_USER;
const HOME = `/home/${USER}`;
/** -A: a service that is started again, or by several commands, goes on in the same file. */
const STRACE = `/usr/bin/strace -f -y -A -o ${TRACE}`;

/** Puts the program into its domain, and what runs it in its place. */
async function admit({ machine, executable, module, unit, ...rest }: Recording): Promise<void> {
  const { name, executableType } = module;
  await machine.put(`/root/confine-lab-module/${name}.cil`, module.cil);
  await prepare(
    machine,
    'give the program a domain of its own',
    `cd /root/confine-lab-module
semodule -X ${PRIORITY.package} -i ${name}.cil
restorecon -F ${quoted(executable)}
ls -Z ${quoted(executable)} | grep -q ':${executableType}:'
setenforce 0
mkdir -p ${DIRECTORY}; chmod 1777 ${DIRECTORY}
echo '${USER} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/confine-lab; chmod 440 /etc/sudoers.d/confine-lab`,
    600,
  );
  for (const { name: file, bytes } of rest.files) {
    await machine.put(`${HOME}/${file}`, bytes);
    await prepare(
      machine,
      `label ${file}`,
      `chown ${USER}: ${quoted(`${HOME}/${file}`)}; restorecon -F ${quoted(`${HOME}/${file}`)}`,
    );
  }
  if (rest.command !== undefined) await machine.put(`${DIRECTORY}/command`, `${rest.command}\n`);
  if (unit === undefined) return;
  if (unit.put) await machine.put(`/etc/systemd/system/${unit.name}`, unit.text);
  await machine.put(
    `/etc/systemd/system/${unit.name}.d/confine-lab.conf`,
    tracedStart(unit.text, STRACE.replace('strace', 'strace -D'), DIRECTORY),
  );
  await prepare(machine, 'read the unit', 'systemctl daemon-reload');
}

async function recordOne(
  recording: Recording,
  audit: Awaited<ReturnType<typeof watchAudit>>,
): Promise<RecordedRun> {
  const { machine, unit, command, module, executable } = recording;
  await prepare(machine, 'begin a run', `rm -f ${TRACE}`);
  const { value: notes, log } = await audit.window(async () => {
    const said =
      unit === undefined
        ? await runCommand(machine, command!, `${STRACE} -u ${USER} `)
        : await runService(machine, unit.name, command);
    await prepare(
      machine,
      'wait for strace',
      'for try in $(seq 100); do pgrep -x strace >/dev/null || break; sleep 0.1; done',
    );
    return said;
  });
  const { code } = await machine.run(`test -s ${TRACE} && gzip -kf ${TRACE}`);
  const trace = code === 0 ? gunzipSync(await machine.get(`${TRACE}.gz`)) : new Uint8Array();
  const name = executable.slice(executable.lastIndexOf('/') + 1);
  if (!Buffer.from(trace).includes(`/${name}"`)) {
    throw new MachineError(
      `${unit === undefined ? `\`${command}\`` : unit.name} never started ${executable}${notes.length === 0 ? '' : `: ${notes.join('; ')}`}`,
      { hint: 'give what starts it: --lab-command, or the --unit' },
    );
  }
  return {
    trace,
    log,
    notes: log.includes(`:${module.domain}:`)
      ? notes
      : [...notes, `the log has no denial of ${module.domain}: did the program run in it?`],
  };
}

/** Starts the service, asks of it what the command does, and stops it: that is what a service does in its life. */
async function runService(
  machine: Machine,
  unit: string,
  command: string | undefined,
): Promise<string[]> {
  const { code, stdout } = await machine.run(
    `systemctl reset-failed ${unit} 2>/dev/null
timeout ${LONGEST} systemctl start ${unit} >/dev/null 2>&1 || { code=$?; ${SAID(unit)}; exit $code; }
# One that forks, or fails over its configuration, has not said so yet.
sleep 5
! systemctl is-failed --quiet ${unit} || { ${SAID(unit)}; exit 1; }`,
    { timeout: LONGEST + 60 },
  );
  if (code !== 0) {
    const late = code === TIMED_OUT ? ` within ${LONGEST} seconds` : '';
    throw new MachineError(
      `${unit} does not start in the lab${late}: ${lastLine(stdout) ?? 'its journal is empty'}`,
      { hint: 'a unit may need files, a network or another service that the guest has not' },
    );
  }
  const notes = command === undefined ? [] : await runCommand(machine, command, '');
  await machine.run(`timeout ${LONGEST} systemctl stop ${unit}`, { timeout: LONGEST + 60 });
  return notes;
}

/** What the program said last, or where it said nothing, the service manager. */
const SAID = (unit: string): string =>
  `said=$(journalctl -q --no-pager -o cat -n 1 _SYSTEMD_UNIT=${unit}); echo "\${said:-$(journalctl -q --no-pager -o cat -u ${unit} | tail -n 1)}"`;

/**
 * At a terminal, as the ordinary user: a program that is to be root's is started by sudo, as a person does. strace itself is root, so that set-user-ID
 * and file capabilities are honoured.
 */
async function runCommand(machine: Machine, command: string, strace: string): Promise<string[]> {
  const asUser = strace === '' ? `setpriv --reuid ${USER} --regid ${USER} --init-groups ` : strace;
  const line = `${asUser}sh ${DIRECTORY}/command`;
  const { code, stdout } = await machine.run(
    `cd ${HOME}
export HOME=${HOME} USER=${USER} LOGNAME=${USER} SHELL=/bin/bash TERM=xterm PATH=/usr/local/bin:/usr/bin:/bin
timeout --kill-after=10 ${LONGEST} script -q -e -c ${quoted(line)} /dev/null < /dev/null`,
    { timeout: LONGEST + 60 },
  );
  if (code === 0) return [];
  const said = lastLine(stdout);
  return [
    code === TIMED_OUT
      ? `\`${command}\` did not end within ${LONGEST} seconds, and was ended`
      : `\`${command}\` ended with exit code ${code}${said === undefined ? '' : `: ${said}`}`,
  ];
}

/** Seconds. strace in an emulated guest makes minutes of seconds: an index of all files takes more than five. */
const LONGEST = 900;
/** timeout(1)'s exit code. */
const TIMED_OUT = 124;

function lastLine(text: string): string | undefined {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .at(-1);
}
