import {
  type Attack,
  type Confinement,
  type DomainMode,
  namedDomain,
  type Scenario,
  type Suite,
} from '../description/index.ts';
import { type AuditLog, watchAudit, withDenials } from './audit.ts';
import type { LabDenial } from './lab-denial.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import type { Mechanism, PolicyLife } from './mechanism.ts';
import { olderThan } from './release.ts';
import type {
  AttackResult,
  CheckResult,
  LabResult,
  LeftOut,
  MachineFacts,
  ScenarioResult,
} from './result.ts';
import { type InsideProbe, runAttack } from './run-attack.ts';
import type { PackageFile } from './run-packages.ts';
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
import { suiteUnder } from './suite-under.ts';
import { openTerminal } from './terminal.ts';

export interface SuiteRun<Policy> {
  readonly machine: Machine;
  readonly profile: string;
  readonly confinement: Confinement;
  readonly suite: Suite;
  /** What confines the program, with the policy that it brings. */
  readonly mechanism: Mechanism<Policy>;
  /** The real program's bytes; undefined where the distribution brings it. */
  readonly program: Uint8Array | undefined;
  /** Packages that the machine lacks and cannot fetch: `packagesOf` its image. */
  readonly packages?: readonly PackageFile[];
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

export interface SuiteOutcome<Policy> {
  readonly result: LabResult;
  /** What the kernel ran while it was attacked, for the static proofs. */
  readonly policy: Policy;
}

/**
 * The whole run, in the order of a package's life: as shipped (permissive), enforcing at work, enforcing under attack, removed.
 * Throws MachineError when the machine breaks; everything else is in the result.
 */
export async function runSuite<Policy>(given: SuiteRun<Policy>): Promise<SuiteOutcome<Policy>> {
  const { mechanism, confinement } = given;
  const { suite, leftOut } = suiteUnder(given.suite, mechanism.security);
  const run: Run<Policy> = { ...given, suite, machine: mechanism.adapt(given.machine) };
  const { machine, progress } = run;
  const started = new Date();
  progress('tools, user and network');
  await installTools(machine, mechanism.tools);
  const audit = await watchAudit(machine, mechanism.records);
  const stage = await setStage(machine, suite, run.probe);
  const life = mechanism.on(machine);
  try {
    await useResolver(machine, suite.network, 'systemd-resolved');
    progress('policy: compile and install');
    const installation = await life.install(stage);
    await installProgram(machine, suite, run.program, run.packages);
    const admission = await life.admit(suite.program);
    const facts = await factsOf(run);
    const tooNew = leftOutAsTooNew(run);
    const scene = await openScene(run, stage, audit, life);
    const lived = await live(run, scene).finally(() => scene.terminal.close().catch(() => {}));
    const end = run.only === undefined ? await upgradeAndRemove(run, stage, life) : [];
    const result: LabResult = {
      profile: run.profile,
      domain: mechanism.domain,
      program: `${confinement.program.name} ${confinement.program.version}`,
      ...(mechanism.security === 'selinux' ? {} : { mechanism: mechanism.security }),
      machine: facts,
      started: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      form: run.form,
      checks: [...installation, ...admission, lived.enforcing, ...end],
      scenarios: lived.scenarios,
      attacks: lived.attacks,
      leftOut: [...wanted(run, leftOut), ...tooNew, ...lived.leftOut],
      hidden: lived.hidden,
    };
    return { result, policy: lived.policy };
  } catch (error) {
    throw error instanceof MachineError
      ? await withDenials(machine, error, mechanism.records)
      : error;
  } finally {
    if (run.tidy) {
      await life.tidy(suite.program);
      await strikeStage(machine, suite, confinement).catch(() => {});
    }
  }
}

/** A run with the suite as its mechanism has it. */
type Run<Policy> = SuiteRun<Policy>;

async function factsOf<P>({
  machine,
  mechanism,
  suite,
  bootSeconds,
}: Run<P>): Promise<MachineFacts> {
  const version = await prepare(
    machine,
    'ask the program’s version',
    `${suite.program.path} --version 2>&1 || true`,
  );
  return mechanism.facts(machine, version.trim().split('\n')[0] ?? '', bootSeconds);
}

function wanted<T extends { readonly id: string }>(
  { only }: { readonly only?: RegExp },
  all: readonly T[],
): T[] {
  return all.filter(({ id }) => only === undefined || only.test(id));
}

function isTooNew({ suite }: Pick<Run<unknown>, 'suite'>, { since }: Scenario): boolean {
  return olderThan(suite.program, since);
}

function leftOutAsTooNew<P>(run: Run<P>): LeftOut[] {
  const path = run.suite.program.path;
  return wanted(run, run.suite.scenarios)
    .filter((scenario) => isTooNew(run, scenario))
    .map(({ id, title, since }) =>
      leaveOut(run, id, title, `${path} has it since release ${since}`),
    );
}

function leaveOut<P>({ progress }: Run<P>, id: string, title: string, why: string): LeftOut {
  progress(`left out: ${title}: ${why}`);
  return { id, title, why };
}

/** What happened between installation and removal. */
interface Lived<Policy> {
  readonly enforcing: CheckResult;
  readonly scenarios: readonly ScenarioResult[];
  readonly attacks: readonly AttackResult[];
  readonly leftOut: readonly LeftOut[];
  readonly hidden: readonly LabDenial[];
  readonly policy: Policy;
}

async function live<P>(run: Run<P>, scene: Scene<P>): Promise<Lived<P>> {
  const { life } = scene;
  const permissive = await play(run, scene, 'permissive');
  run.progress('enforcing');
  const enforcing = await life.enforce();
  const policy = await life.running();
  const atWork = await play(run, scene, 'enforcing');
  const attacks = wanted(run, run.suite.attacks);
  if (attacks.length > 0 || run.only === undefined) {
    run.progress('nothing is refused in silence any more');
    await life.logAll();
  }
  const hidden = run.only === undefined ? await hiddenDenials(run, scene) : [];
  const tried = await tryAttacks(run, scene, attacks);
  return { enforcing, scenarios: [...permissive, ...atWork], hidden, policy, ...tried };
}

async function play<P>(run: Run<P>, scene: Scene<P>, mode: DomainMode): Promise<ScenarioResult[]> {
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

function told<T extends { readonly problems: readonly string[] }>(
  run: Pick<Run<unknown>, 'progress'>,
  outcome: T,
): T {
  for (const problem of outcome.problems) run.progress(`not as expected: ${problem}`);
  return outcome;
}

async function hiddenDenials<P>(run: Run<P>, scene: Scene<P>): Promise<LabDenial[]> {
  run.progress('what is refused in silence');
  const seen = await scene.audit.window(() => ordinarySession(scene));
  return run.mechanism.ofDomain(seen.denials);
}

async function tryAttacks<P>(
  run: Run<P>,
  scene: Scene<P>,
  attacks: readonly Attack[],
): Promise<Pick<Lived<P>, 'attacks' | 'leftOut'>> {
  const probes = new Map<string | undefined, InsideProbe>();
  const results: AttackResult[] = [];
  const leftOut: LeftOut[] = [];
  for (const attack of attacks) {
    const { id, title, kernelModule } = attack;
    if (kernelModule !== undefined && !(await loadKernelModule(run.machine, kernelModule))) {
      leftOut.push(leaveOut(run, id, title, `the kernel has no module ${kernelModule}`));
      continue;
    }
    run.progress(`attack: ${title}`);
    const probe = probes.get(attack.domain) ?? (await probeOf(run, scene, attack.domain));
    probes.set(attack.domain, probe);
    results.push(told(run, await runAttack(scene, attack, probe)));
  }
  return { attacks: results, leftOut };
}

/** A domain is entered as its description says: from the service manager, from a shell, or, where it has no entry of its own, from the program that starts it. */
async function probeOf<P>(
  run: Run<P>,
  scene: Scene<P>,
  name: string | undefined,
): Promise<InsideProbe> {
  const { stage, life, service, confinement } = scene;
  const { program } = run.suite;
  const path = await life.probeInside(stage, program, name);
  const own = service === undefined ? (startedFrom(confinement) ?? 'shell') : 'service';
  if (name === undefined) return { path, from: own };
  const from = startedFrom(namedDomain(confinement, name));
  if (from !== undefined) return { path, from };
  return { path: `${await life.probeInside(stage, program)} exec ${path}`, from: own };
}

function startedFrom({ may }: Confinement): InsideProbe['from'] | undefined {
  const entries = may.flatMap((ability) => ability.entries ?? []).map(({ from }) => from);
  if (entries.includes('user') || entries.includes('sudo')) return 'shell';
  return entries.includes('service') ? 'service' : undefined;
}

async function upgradeAndRemove<P>(
  { form, progress, suite }: Run<P>,
  stage: Stage,
  life: PolicyLife<P>,
): Promise<CheckResult[]> {
  const upgraded: CheckResult[] = [];
  if (form === 'full' && life.upgrade !== undefined) {
    progress('policy: upgrade');
    upgraded.push(await life.upgrade(stage));
  }
  progress('policy: removal');
  return [...upgraded, await life.remove(suite.program)];
}

/** Whether everything that was run came out as expected. */
export function allPassed({ checks, scenarios, attacks }: LabResult): boolean {
  return [...checks, ...scenarios, ...attacks].every(({ outcome }) => outcome === 'passed');
}

async function loadKernelModule(machine: Machine, name: string): Promise<boolean> {
  return (await machine.run(`modprobe ${name}`)).code === 0;
}

export async function openScene<P>(
  run: Pick<SuiteRun<P>, 'machine' | 'mechanism' | 'confinement' | 'suite' | 'duration'>,
  stage: Stage,
  audit: AuditLog,
  life: PolicyLife<P>,
): Promise<Scene<P>> {
  return {
    machine: run.machine,
    mechanism: run.mechanism,
    life,
    stage,
    audit,
    terminal: await openTerminal(run.machine, stage.user, stage.login),
    confinement: run.confinement,
    program: run.suite.program.path,
    service: run.suite.service,
    duration: run.duration,
  };
}

/** Starts the program, lets it see some traffic, ends it: what every user does, for the list of what is refused in silence. */
async function ordinarySession<P>(scene: Scene<P>): Promise<void> {
  const { terminal, machine, stage, program, service } = scene;
  if (service !== undefined) {
    await prepare(
      machine,
      `use ${service.unit}`,
      `systemctl restart ${service.unit}\n${service.use}\nsystemctl stop ${service.unit}`,
    );
    return;
  }
  await terminal.type(program);
  await machine.run(
    `sleep 4; runuser -u ${stage.user} -- python3 ${stage.directory}/traffic.py "$(cat ${stage.directory}/hosts.json)" 4; pkill -x ${program.slice(program.lastIndexOf('/') + 1)}`,
  );
  await terminal.ended(20);
}
