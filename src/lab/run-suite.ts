import type { Denial } from '../denials/index.ts';
import type { Attack, Confinement, DomainMode, Scenario, Suite } from '../description/index.ts';
import { PRIORITY, permissiveEntry } from '../selinux/words/index.ts';
import { type AuditLog, watchAudit, withDenials } from './audit.ts';
import { ofDomain } from './expect-denials.ts';
import { machineFacts } from './facts.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import {
  compileModule,
  installModule,
  type ModuleFiles,
  makeEnforcing,
  putDontauditBack,
  removeModule,
  switchDontauditOff,
} from './module.ts';
import { olderThan } from './release.ts';
import type {
  AttackResult,
  CheckResult,
  LabResult,
  LeftOut,
  MachineFacts,
  ScenarioResult,
} from './result.ts';
import { runAttack } from './run-attack.ts';
import { runScenario } from './run-scenario.ts';
import type { Scene } from './scene.ts';
import {
  installProgram,
  installTools,
  prepare,
  type Stage,
  setStage,
  strikeStage,
  useResolver,
} from './stage.ts';
import { openTerminal } from './terminal.ts';

export interface SuiteRun {
  readonly machine: Machine;
  readonly profile: string;
  readonly confinement: Confinement;
  readonly suite: Suite;
  readonly module: ModuleFiles;
  /** The real program's bytes; undefined where the distribution brings it. */
  readonly program: Uint8Array | undefined;
  readonly probe: Uint8Array;
  /** `short` leaves out what is marked for the full form only, and the upgrade. */
  readonly form: 'short' | 'full';
  /** Seconds of a capture session. */
  readonly duration: number;
  /** Only scenarios and attacks whose ids match; everything without it. */
  readonly only?: RegExp;
  readonly bootSeconds?: number | undefined;
  /** Whether the machine goes on living: then everything is taken off it again. */
  readonly tidy: boolean;
  /** Told what is being done, for a person who waits. */
  readonly progress: (what: string) => void;
}

export interface SuiteOutcome {
  readonly result: LabResult;
  /** What the kernel ran while it was attacked, for the static proofs: its binary policy, and the labels of paths. */
  readonly policy: KernelPolicy;
}

export interface KernelPolicy {
  readonly binary: Uint8Array;
  /** The same before the module was installed: what of it is the distribution's. */
  readonly base: Uint8Array;
  readonly fileContexts: string;
  readonly homeDirectories: string;
  readonly substitutions: string;
}

/**
 * The whole run, in the order of a package's life: as shipped (permissive), enforcing at work, enforcing under attack, removed.
 * Throws MachineError when the machine breaks; everything else is in the result.
 */
export async function runSuite(run: SuiteRun): Promise<SuiteOutcome> {
  const { machine, confinement, suite, progress } = run;
  const started = new Date();
  const traces: Traces = { installed: false, dontauditOff: false };
  progress('tools, user and network');
  await installTools(machine);
  const audit = await watchAudit(machine);
  const stage = await setStage(machine, suite, run.probe);
  try {
    await useResolver(machine, suite.network, 'systemd-resolved');
    const base = await machine.get(RUNNING_POLICY);
    const installation = await install(run, stage, traces);
    const facts = await factsOf(run);
    const tooNew = leftOutAsTooNew(run);
    const scene = await openScene(run, stage, audit);
    const life = await live(run, scene, base, traces).finally(() =>
      scene.terminal.close().catch(() => {}),
    );
    const end = run.only === undefined ? await upgradeAndRemove(run, stage, traces) : [];
    const result: LabResult = {
      profile: run.profile,
      domain: confinement.domain,
      program: `${confinement.program.name} ${confinement.program.version}`,
      machine: facts,
      started: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      form: run.form,
      checks: [...installation, life.enforcing, ...end],
      scenarios: life.scenarios,
      attacks: life.attacks,
      leftOut: [...tooNew, ...life.leftOut],
      hidden: life.hidden,
    };
    return { result, policy: life.policy };
  } catch (error) {
    throw error instanceof MachineError ? await withDenials(machine, error) : error;
  } finally {
    if (run.tidy) await tidy(run, traces);
  }
}

/** What a machine that goes on living must be rid of. Each transaction costs it a link of the whole policy: none is made for nothing. */
interface Traces {
  installed: boolean;
  dontauditOff: boolean;
}

/** Takes everything off the machine again, also after a step that failed half-way. */
async function tidy(
  { machine, module, suite, confinement }: SuiteRun,
  { installed, dontauditOff }: Traces,
): Promise<void> {
  if (installed) await removeModule(machine, module, suite.program.path).catch(() => {});
  // semodule takes no other command beside -B.
  if (dontauditOff) await putDontauditBack(machine).catch(() => {});
  await strikeStage(machine, suite, confinement).catch(() => {});
}

async function install(run: SuiteRun, stage: Stage, traces: Traces): Promise<CheckResult[]> {
  const { machine, confinement, suite, module, progress } = run;
  progress('module: compile and install');
  const compiled = check(
    'compile',
    'The module compiles with the devel Makefile',
    `make -f /usr/share/selinux/devel/Makefile ${module.name}.pp`,
    await compileModule(machine, module),
    (output) => (/warning|error/i.test(output) ? ['make printed a warning'] : []),
  );
  traces.installed = true;
  await installModule(machine, module, stage.user, { permissive: true });
  await installProgram(machine, suite, confinement, run.program);
  const installed = check(
    'installed',
    'The module is in the list',
    'semodule -lfull',
    await prepare(
      machine,
      'list the modules',
      `semodule -lfull | grep -w ${module.name}; sestatus`,
    ),
    (output) =>
      output.includes(`${PRIORITY.package} ${module.name}`)
        ? []
        : [`it is not at priority ${PRIORITY.package}`],
  );
  return [compiled, installed];
}

async function factsOf({ machine, suite, bootSeconds }: SuiteRun): Promise<MachineFacts> {
  const version = await prepare(
    machine,
    'ask the program’s version',
    `${suite.program.path} --version 2>&1 || true`,
  );
  return machineFacts(machine, version.trim().split('\n')[0] ?? '', bootSeconds);
}

function wanted<T extends { readonly id: string }>({ only }: SuiteRun, all: readonly T[]): T[] {
  return all.filter(({ id }) => only === undefined || only.test(id));
}

function isTooNew({ suite }: SuiteRun, { since }: Scenario): boolean {
  return olderThan(suite.program, since);
}

function leftOutAsTooNew(run: SuiteRun): LeftOut[] {
  const path = run.suite.program.path;
  return wanted(run, run.suite.scenarios)
    .filter((scenario) => isTooNew(run, scenario))
    .map(({ id, title, since }) =>
      leaveOut(run, id, title, `${path} has it since release ${since}`),
    );
}

function leaveOut({ progress }: SuiteRun, id: string, title: string, why: string): LeftOut {
  progress(`left out: ${title}: ${why}`);
  return { id, title, why };
}

/** What happened between installation and removal. */
interface Life {
  readonly enforcing: CheckResult;
  readonly scenarios: readonly ScenarioResult[];
  readonly attacks: readonly AttackResult[];
  readonly leftOut: readonly LeftOut[];
  readonly hidden: readonly Denial[];
  readonly policy: KernelPolicy;
}

async function live(run: SuiteRun, scene: Scene, base: Uint8Array, traces: Traces): Promise<Life> {
  const { machine, confinement, progress } = run;
  const permissive = await play(run, scene, 'permissive');
  progress('enforcing: semanage permissive -d');
  const enforcing = check(
    'enforcing',
    'An administrator takes the domain out of permissive mode',
    `semanage permissive -d ${confinement.domain}`,
    await makeEnforcing(machine, confinement),
    () => [],
  );
  const policy = await kernelPolicy(machine, base);
  const atWork = await play(run, scene, 'enforcing');
  const attacks = wanted(run, run.suite.attacks);
  if (attacks.length > 0 || run.only === undefined) {
    // A dontaudit rule can hide the very denial that an attack is refused by.
    progress('policy without dontaudit rules');
    traces.dontauditOff = true;
    await switchDontauditOff(machine);
  }
  const hidden = run.only === undefined ? await hiddenDenials(run, scene) : [];
  const tried = await tryAttacks(run, scene, attacks);
  return { enforcing, scenarios: [...permissive, ...atWork], hidden, policy, ...tried };
}

async function play(run: SuiteRun, scene: Scene, mode: DomainMode): Promise<ScenarioResult[]> {
  const now = wanted(run, run.suite.scenarios).filter(
    (scenario) =>
      !isTooNew(run, scenario) &&
      scenario.modes.includes(mode) &&
      (run.form === 'full' || !scenario.longOnly?.includes(mode)),
  );
  const results: ScenarioResult[] = [];
  for (const scenario of now) {
    run.progress(`${mode}: ${scenario.title}`);
    results.push(told(run, await runScenario(scene, scenario, mode)));
  }
  return results;
}

function told<T extends { readonly problems: readonly string[] }>(run: SuiteRun, outcome: T): T {
  for (const problem of outcome.problems) run.progress(`not as expected: ${problem}`);
  return outcome;
}

async function hiddenDenials(run: SuiteRun, scene: Scene): Promise<Denial[]> {
  run.progress('what dontaudit rules hide');
  const seen = await scene.audit.window(() => ordinarySession(scene));
  return ofDomain(seen.denials, run.confinement.domain);
}

async function tryAttacks(
  run: SuiteRun,
  scene: Scene,
  attacks: readonly Attack[],
): Promise<Pick<Life, 'attacks' | 'leftOut'>> {
  const results: AttackResult[] = [];
  const leftOut: LeftOut[] = [];
  for (const attack of attacks) {
    const { id, title, kernelModule } = attack;
    if (kernelModule !== undefined && !(await loadKernelModule(run.machine, kernelModule))) {
      leftOut.push(leaveOut(run, id, title, `the kernel has no module ${kernelModule}`));
      continue;
    }
    run.progress(`attack: ${title}`);
    results.push(told(run, await runAttack(scene, attack)));
  }
  return { attacks: results, leftOut };
}

async function upgradeAndRemove(
  run: SuiteRun,
  stage: Stage,
  traces: Traces,
): Promise<CheckResult[]> {
  const { machine, module, suite, progress } = run;
  const upgraded = run.form === 'full' ? [await upgrade(run, stage)] : [];
  progress('module: removal');
  const left = await removeModule(machine, module, suite.program.path);
  traces.installed = left.length > 0;
  const removed = check(
    'removal',
    'Removal leaves no label, boolean, type or permissive entry behind',
    `semodule -X ${PRIORITY.package} -r ${module.name}`,
    left.join('\n'),
    () => left.map((line) => `left behind: ${line}`),
  );
  return [...upgraded, removed];
}

async function upgrade(
  { machine, module, confinement, progress }: SuiteRun,
  stage: Stage,
): Promise<CheckResult> {
  progress('module: upgrade');
  await installModule(machine, module, stage.user, { permissive: false });
  return check(
    'upgrade',
    'An upgrade keeps the administrator’s decision to enforce',
    `semodule -X ${PRIORITY.package} -i ${module.name}.pp`,
    await prepare(
      machine,
      'list the modules',
      `semodule -lfull | grep -w -e ${module.name} -e ${permissiveEntry(confinement.domain)}`,
    ),
    (output) => (output.includes('permissive') ? ['the domain is permissive again'] : []),
  );
}

const RUNNING_POLICY = '/sys/fs/selinux/policy';

async function kernelPolicy(machine: Machine, base: Uint8Array): Promise<KernelPolicy> {
  const binary = await machine.get(RUNNING_POLICY);
  const directory = (
    await prepare(
      machine,
      'find the policy',
      '. /etc/selinux/config; echo /etc/selinux/$SELINUXTYPE/contexts/files',
    )
  ).trim();
  const text = async (name: string): Promise<string> =>
    Buffer.from(await machine.get(`${directory}/${name}`)).toString('utf8');
  return {
    binary,
    base,
    fileContexts: await text('file_contexts'),
    homeDirectories: await text('file_contexts.homedirs'),
    substitutions: await text('file_contexts.subs_dist'),
  };
}

/** Whether everything that was run came out as expected. */
export function allPassed({ checks, scenarios, attacks }: LabResult): boolean {
  return [...checks, ...scenarios, ...attacks].every(({ outcome }) => outcome === 'passed');
}

async function loadKernelModule(machine: Machine, name: string): Promise<boolean> {
  return (await machine.run(`modprobe ${name}`)).code === 0;
}

export async function openScene(
  run: Pick<SuiteRun, 'machine' | 'confinement' | 'suite' | 'duration'>,
  stage: Stage,
  audit: AuditLog,
): Promise<Scene> {
  return {
    machine: run.machine,
    stage,
    audit,
    terminal: await openTerminal(run.machine, stage.user, stage.login),
    confinement: run.confinement,
    program: run.suite.program.path,
    duration: run.duration,
  };
}

/** Starts the program, lets it see some traffic, ends it: what every user does, for the list of what dontaudit rules hide. */
async function ordinarySession({ terminal, machine, stage, program }: Scene): Promise<void> {
  await terminal.type(program);
  await machine.run(
    `sleep 4; runuser -u ${stage.user} -- python3 ${stage.directory}/traffic.py "$(cat ${stage.directory}/hosts.json)" 4; pkill -x ${program.slice(program.lastIndexOf('/') + 1)}`,
  );
  await terminal.ended(20);
}

function check(
  id: string,
  title: string,
  command: string,
  output: string,
  judge: (output: string) => string[],
): CheckResult {
  const problems = judge(output);
  return {
    id,
    title,
    command,
    output,
    problems,
    outcome: problems.length === 0 ? 'passed' : 'failed',
  };
}
