import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainMode, Scenario, Step } from '../description/index.ts';
import { underConditions } from './conditions.ts';
import type { ScenarioResult, StepResult } from './result.ts';
import type { Scene } from './scene.ts';
import { prepare } from './stage.ts';
import { quoted } from './terminal.ts';

/** Runs one scenario in one mode of the domain and judges it: its steps, and every denial that fell into its time. */
export async function runScenario<P>(
  scene: Scene<P>,
  scenario: Scenario,
  mode: DomainMode,
): Promise<ScenarioResult> {
  const started = performance.now();
  const { machine, mechanism } = scene;
  const { value: steps, denials } = await underConditions(scene, scenario, async () => {
    if (scenario.before) await prepare(machine, `prepare ${scenario.id}`, scenario.before);
    const seen = await scene.audit.window(() => runSteps(scene, scenario));
    if (scenario.after) await prepare(machine, `clean up ${scenario.id}`, scenario.after);
    return seen;
  });
  const problems = [
    ...steps.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    ...mechanism.problems(denials, scenario.denials ?? []),
  ];
  return {
    id: scenario.id,
    title: scenario.title,
    mode,
    exercises: scenario.exercises,
    outcome: problems.length === 0 ? 'passed' : 'failed',
    problems,
    steps,
    denials: mechanism.ofDomain(denials),
    seconds: (performance.now() - started) / 1000,
  };
}

/** All steps up to the first that failed; a program that still runs is ended then, so that the next scenario has its prompt. */
async function runSteps<P>(scene: Scene<P>, scenario: Scenario): Promise<StepResult[]> {
  const done: StepResult[] = [];
  for (const step of scenario.steps) {
    const result = await runStep(scene, step);
    done.push(result);
    if (result.problem !== undefined) {
      const name = scene.program.slice(scene.program.lastIndexOf('/') + 1);
      await scene.machine.run(`pkill -x ${name}; sleep 1`);
      break;
    }
  }
  return done;
}

async function runStep<P>(scene: Scene<P>, step: Step): Promise<StepResult> {
  switch (step.do) {
    case 'run':
      return runCommand(scene, step);
    case 'start': {
      const command = `${scene.program} ${step.arguments}`.trim();
      const directory = step.directory?.replace(/^HOME(?=\/|$)/, `/home/${scene.stage.user}`);
      await scene.terminal.type(
        directory === undefined ? command : `cd ${directory} && ${command}`,
      );
      return { did: `$ ${directory === undefined ? '' : `cd ${directory} && `}${command}` };
    }
    case 'press':
      await scene.terminal.press(step.keys);
      return { did: `press ${step.keys.join(' ')}` };
    case 'screen': {
      // Long enough for a machine that others use too: where it shows, nothing waits.
      const seconds = step.within ?? 90;
      const { screen, missing } = await scene.terminal.waitFor(step.shows, seconds);
      return {
        did: `see ${step.shows.map((pattern) => `/${pattern}/`).join(' ')}`,
        ...(step.picture === undefined && missing.length === 0
          ? {}
          : { screen: { ...screen, name: step.picture ?? 'as-it-was' } }),
        ...(missing.length === 0
          ? {}
          : {
              problem: `the screen did not show ${missing.map((pattern) => `/${pattern}/`).join(' ')} within ${seconds} seconds`,
            }),
      };
    }
    case 'traffic': {
      const seconds = step.seconds === 'session' ? scene.duration : step.seconds;
      const { code, stderr } = await scene.machine.run(
        `runuser -u ${scene.stage.user} -- python3 ${scene.stage.directory}/traffic.py "$(cat ${scene.stage.directory}/hosts.json)" ${seconds}`,
        { timeout: seconds + 120 },
      );
      return {
        did: `traffic for ${seconds} seconds`,
        ...(code === 0
          ? {}
          : { problem: `the traffic failed: ${stderr.trim().split('\n').at(-1)}` }),
      };
    }
    case 'quit': {
      await scene.terminal.press(step.keys);
      await sleep(200);
      const ended = await scene.terminal.ended(30);
      const did = `quit with ${step.keys.join(' ')}`;
      if (ended === undefined) return { did, problem: 'the program did not end within 30 seconds' };
      const { code, screen } = ended;
      if (code === 0) return { did };
      if (step.orSays !== undefined && new RegExp(step.orSays, 'm').test(screen.text)) {
        return { did: `${did}; exit code ${code}, as the machine was slow` };
      }
      // What it said at its end stands on the screen.
      return {
        did,
        screen: { ...screen, name: 'as-it-was' },
        problem: `the program ended with exit code ${code}`,
      };
    }
    case 'file':
      return checkFile(scene, step);
  }
}

async function runCommand<P>(
  { machine, stage }: Scene<P>,
  step: Extract<Step, { do: 'run' }>,
): Promise<StepResult> {
  const script =
    step.as === 'root'
      ? step.command
      : `cd /home/${stage.user} && runuser -u ${stage.user} -- /bin/sh -c ${quoted(step.command)}`;
  const { code, stdout, stderr } = await machine.run(script, { timeout: 180 });
  const output = `${stdout}${stderr}`;
  const wanted = step.exit ?? 0;
  const problems = [
    ...(wanted !== 'any' && code !== wanted ? [`exit code ${code}, expected ${wanted}`] : []),
    ...(step.sees ?? [])
      .filter((pattern) => !new RegExp(pattern, 'm').test(output))
      .map((pattern) => `no output matches /${pattern}/`),
    ...(step.seesNot ?? [])
      .filter((pattern) => new RegExp(pattern, 'm').test(output))
      .map((pattern) => `the output matches /${pattern}/`),
  ];
  return {
    did: `${step.as === 'root' ? '#' : '$'} ${step.command.trim()}`,
    output: output.length > 8000 ? `${output.slice(0, 8000)}…` : output,
    ...(problems.length === 0
      ? {}
      : {
          problem: `\`${step.command.trim().split('\n')[0]}\`: ${problems.join(', ')}${saidAtLast(output)}`,
        }),
  };
}

/** The end of what it printed, where a reason would stand. */
function saidAtLast(output: string): string {
  const lines = output.trim().split('\n').slice(-3).join(' | ');
  return lines === '' ? '; it printed nothing' : `; it printed at last: ${lines.slice(-400)}`;
}

async function checkFile<P>(
  { machine, mechanism, stage }: Scene<P>,
  step: Extract<Step, { do: 'file' }>,
): Promise<StepResult> {
  const pattern = step.pattern.replace(/^HOME(?=\/)/, `/home/${stage.user}`);
  const check = FORMAT_CHECKS[step.format ?? 'text'];
  const { code, stdout, stderr } = await machine.run(
    `
set -- ${pattern}
[ $# = 1 ] && [ -e "$1" ] || { echo "no single file ${pattern}: $*"; exit 1; }
ls -lZ "$1"
${mechanism.labelCheck(step.type)}
${step.mayBeEmpty ? '' : '[ -s "$1" ] || { echo "it is empty"; exit 1; }'}
${check}`,
    { timeout: 120 },
  );
  const output = `${stdout}${stderr}`;
  return {
    did: `# ls -lZ ${pattern}`,
    output,
    ...(code === 0 ? {} : { problem: `${pattern}: ${output.trim().split('\n').at(-1)}` }),
  };
}

/** The field's own tools read what was written. */
const FORMAT_CHECKS: Readonly<Record<'pcap' | 'pcapng' | 'json-lines' | 'text', string>> = {
  text: '',
  // A capture that is still being written may end in a cut packet; tshark reads what is there.
  pcap: `count=$(tshark -r "$1" 2>/dev/null | wc -l); echo "tshark reads $count packets"; [ "$count" -gt 0 ]`,
  pcapng: `capinfos -t -c "$1"; count=$(tshark -r "$1" 2>/dev/null | wc -l); echo "tshark reads $count packets"; [ "$count" -gt 0 ]`,
  'json-lines': `python3 -c 'import json,sys; print(len([json.loads(l) for l in open(sys.argv[1])]), "JSON lines")' "$1"`,
};
