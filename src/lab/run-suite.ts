import type { Confinement, DomainMode, Scenario, Suite } from '../confinement/index.ts';
import type { Denial } from '../denials/index.ts';
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
import type { AttackResult, CheckResult, LabResult, LeftOut, ScenarioResult } from './result.ts';
import { runAttack } from './run-attack.ts';
import { runScenario, type Scene } from './run-scenario.ts';
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
  const { machine, confinement, suite, module, progress } = run;
  const started = new Date();
  const wanted = <T extends { readonly id: string }>(all: readonly T[]): T[] =>
    all.filter(({ id }) => run.only === undefined || run.only.test(id));
  const isTooNew = ({ since }: Scenario): boolean => olderThan(suite.program, since);
  const tooNew = wanted(suite.scenarios).filter(isTooNew);
  const scenarios = wanted(suite.scenarios).filter((scenario) => !isTooNew(scenario));
  const attacks = wanted(suite.attacks);
  const checks: CheckResult[] = [];
  const results: ScenarioResult[] = [];
  const attackResults: AttackResult[] = [];
  const leftOut: LeftOut[] = [];
  let hidden: Denial[] = [];
  let policy: KernelPolicy | undefined;
  // What a machine that goes on living must be rid of. Each transaction costs it a link of the whole policy: none is made for nothing.
  let installed = false;
  let dontauditOff = false;

  const told = <T extends { readonly problems: readonly string[] }>(outcome: T): T => {
    for (const problem of outcome.problems) progress(`not as expected: ${problem}`);
    return outcome;
  };

  progress('tools, user and network');
  await installTools(machine);
  const audit = await watchAudit(machine);
  const stage = await setStage(machine, suite, run.probe);
  try {
    await useResolver(machine, suite.network, 'systemd-resolved');
    const base = await machine.get(RUNNING_POLICY);
    progress('module: compile and install');
    checks.push(
      check(
        'compile',
        'The module compiles with the devel Makefile',
        `make -f /usr/share/selinux/devel/Makefile ${module.name}.pp`,
        await compileModule(machine, module),
        (output) => (/warning|error/i.test(output) ? ['make printed a warning'] : []),
      ),
    );
    installed = true;
    await installModule(machine, module, stage.user, { permissive: true });
    await installProgram(machine, suite, confinement, run.program);
    checks.push(
      check(
        'installed',
        'The module is in the list',
        'semodule -lfull',
        await prepare(
          machine,
          'list the modules',
          `semodule -lfull | grep -w ${module.name}; sestatus`,
        ),
        (output) => (output.includes(`200 ${module.name}`) ? [] : ['it is not at priority 200']),
      ),
    );
    const version = await prepare(
      machine,
      'ask the program’s version',
      `${suite.program.path} --version 2>&1 || true`,
    );
    const facts = await machineFacts(machine, version.trim().split('\n')[0] ?? '', run.bootSeconds);

    for (const { id, title, since } of tooNew) {
      const why = `${suite.program.path} has it since release ${since}`;
      leftOut.push({ id, title, why });
      progress(`left out: ${title}: ${why}`);
    }
    const scene = await openScene(run, stage, audit);
    const play = async (mode: DomainMode): Promise<void> => {
      const now = scenarios.filter(
        ({ modes, longOnly }) =>
          modes.includes(mode) && (run.form === 'full' || !longOnly?.includes(mode)),
      );
      for (const scenario of now) {
        progress(`${mode}: ${scenario.title}`);
        results.push(told(await runScenario(scene, scenario, mode)));
      }
    };
    try {
      await play('permissive');

      progress('enforcing: semanage permissive -d');
      checks.push(
        check(
          'enforcing',
          'An administrator takes the domain out of permissive mode',
          `semanage permissive -d ${confinement.domain}`,
          await makeEnforcing(machine, confinement),
          () => [],
        ),
      );
      policy = await kernelPolicy(machine, base);
      await play('enforcing');

      if (attacks.length > 0 || run.only === undefined) {
        // A dontaudit rule can hide the very denial that an attack is refused by.
        progress('policy without dontaudit rules');
        dontauditOff = true;
        await switchDontauditOff(machine);
      }
      if (run.only === undefined) {
        progress('what dontaudit rules hide');
        const seen = await audit.window(() => ordinarySession(scene));
        hidden = ofDomain(seen.denials, confinement.domain);
      }
      for (const attack of attacks) {
        const { id, title, kernelModule } = attack;
        if (kernelModule !== undefined && !(await loadKernelModule(machine, kernelModule))) {
          leftOut.push({ id, title, why: `the kernel has no module ${kernelModule}` });
          progress(`left out: ${title}: the kernel has no module ${kernelModule}`);
          continue;
        }
        progress(`attack: ${title}`);
        attackResults.push(told(await runAttack(scene, attack)));
      }
    } finally {
      await scene.terminal.close().catch(() => {});
    }

    if (run.only === undefined) {
      if (run.form === 'full') {
        progress('module: upgrade');
        await installModule(machine, module, stage.user, { permissive: false });
        checks.push(
          check(
            'upgrade',
            'An upgrade keeps the administrator’s decision to enforce',
            `semodule -X 200 -i ${module.name}.pp`,
            await prepare(
              machine,
              'list the modules',
              `semodule -lfull | grep -w -e ${module.name} -e permissive_${confinement.domain}`,
            ),
            (output) => (output.includes('permissive') ? ['the domain is permissive again'] : []),
          ),
        );
      }
      progress('module: removal');
      const left = await removeModule(machine, module, suite.program.path);
      installed = left.length > 0;
      checks.push(
        check(
          'removal',
          'Removal leaves no label, boolean, type or permissive entry behind',
          `semodule -X 200 -r ${module.name}`,
          left.join('\n'),
          () => left.map((line) => `left behind: ${line}`),
        ),
      );
    }
    const result: LabResult = {
      profile: run.profile,
      domain: confinement.domain,
      program: `${confinement.program.name} ${confinement.program.version}`,
      machine: facts,
      started: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      form: run.form,
      checks,
      scenarios: results,
      attacks: attackResults,
      leftOut,
      hidden,
    };
    return { result, policy: policy! };
  } catch (error) {
    throw error instanceof MachineError ? await withDenials(machine, error) : error;
  } finally {
    if (run.tidy) {
      if (installed) {
        await removeModule(machine, module, suite.program.path).catch(() => {});
      }
      // semodule takes no other command beside -B.
      if (dontauditOff) await putDontauditBack(machine).catch(() => {});
      await strikeStage(machine, suite, confinement).catch(() => {});
    }
  }
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
