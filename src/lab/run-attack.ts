import type { Attack } from '../confinement/index.ts';
import { denialProblems, ofDomain } from './expect-denials.ts';
import { MachineError } from './machine/machine-error.ts';
import type { AttackResult, ProbeAnswer } from './result.ts';
import type { Scene } from './run-scenario.ts';
import { prepare } from './stage.ts';
import { quoted } from './terminal.ts';

/**
 * Tries one attack from inside the domain, enforcing, then the same from outside. The refusal counts only when it is the domain's
 * (the probe says its context), comes as the denial that was expected, and the twin went through: a dead network refuses too.
 */
export async function runAttack(scene: Scene, attack: Attack): Promise<AttackResult> {
  const { confinement } = scene;
  await command(scene, attack.target);
  const { value: inside, denials } = await scene.audit.window(() =>
    probe(scene, attack, scene.stage.probeInside),
  );
  await command(scene, attack.twinNeeds?.before);
  const outside = await probe(scene, attack, scene.stage.probeOutside);
  await command(scene, attack.twinNeeds?.after);

  const isResidual = attack.residual !== undefined;
  const problems: string[] = [];
  if (!inside.context.includes(`:${confinement.domain}:`)) {
    problems.push(`the probe ran as ${inside.context}, not in ${confinement.domain}`);
  }
  if (outside.context.includes(`:${confinement.domain}:`)) {
    problems.push('the probe’s twin ran inside the domain');
  }
  if (outside.answer !== 'ok' || outside.arrived === false) {
    problems.push(
      `the same operation from outside the domain did not succeed (${describe(outside)}): this shows no confinement`,
    );
  }
  if (isResidual) {
    if (inside.answer !== 'ok' || inside.arrived === false) {
      problems.push(
        `said to be possible, and was not (${describe(inside)}): the residual is out of date`,
      );
    }
  } else if (!inside.answer.startsWith('refused') || inside.arrived === true) {
    problems.push(`the attack succeeded: ${describe(inside)}`);
  }
  problems.push(...denialProblems(denials, attack.refusedBy ?? [], confinement));
  return {
    id: attack.id,
    title: attack.title,
    against: attack.against,
    residual: attack.residual,
    outcome: problems.length === 0 ? 'passed' : 'failed',
    problems,
    command: `probe ${attack.probe}`,
    inside,
    outside,
    denials: ofDomain(denials, confinement.domain),
  };
}

async function probe(scene: Scene, attack: Attack, path: string): Promise<ProbeAnswer> {
  const { machine, stage } = scene;
  const { user, login, directory } = stage;
  const text = attack.arrives;
  const bystander = attack.probe.includes('$PID')
    ? attack.as === 'root'
      ? 'sleep 60 & PID=$!; trap "kill $PID" EXIT; sleep 0.3;'
      : `runuser -u ${user} -- sleep 60 & sleep 0.5; PID=$(pgrep -u ${user} -nx sleep); trap "kill $PID" EXIT;`
    : '';
  const line = `${path} ${attack.probe.replaceAll('HOME/', `/home/${user}/`)}`;
  const run = attack.terminal
    ? `${login.replace('ssh ', 'ssh -tt ')} ${quoted(line)}`
    : attack.as === 'root'
      ? line
      : `runuser -u ${user} -- /bin/sh -c "${line.replaceAll('"', '\\"')}"`;
  const reset =
    text === undefined ? '' : `: > ${directory}/peers/datagrams; : > ${directory}/queries;`;
  const look =
    text === undefined
      ? ''
      : `for try in 1 2 3 4 5 6; do grep -qF ${quoted(text)} ${directory}/peers/datagrams ${directory}/queries && { echo ARRIVED; break; }; sleep 0.2; done`;
  const { stdout, stderr } = await machine.run(
    `${reset} ${bystander} ${run} 2>&1 | tr -d '\\r\\000'; ${look}`,
    { timeout: 60 },
  );
  const lines = stdout.split('\n').map((each) => each.trim());
  const context = lines.find((each) => /^\w+:\w+:\w+(:\S+)?$/.test(each));
  const answer = lines.find((each) => /^(ok|refused \w+|failed \w+)$/.test(each));
  if (context === undefined || answer === undefined) {
    throw new MachineError(
      `the probe of attack ${attack.id} did not answer: ${`${stdout}${stderr}`.trim().slice(0, 500)}`,
      { reproduce: machine.reproduce, console: machine.console() },
    );
  }
  return { context, answer, arrived: text === undefined ? undefined : lines.includes('ARRIVED') };
}

function describe({ answer, arrived }: ProbeAnswer): string {
  return `${answer}${arrived === undefined ? '' : arrived ? ', it arrived' : ', nothing arrived'}`;
}

async function command(scene: Scene, script: string | undefined): Promise<void> {
  if (script !== undefined) await prepare(scene.machine, 'prepare an attack', script);
}
