import type { Attack } from '../description/index.ts';
import { underConditions } from './conditions.ts';
import { MachineError } from './machine/machine-error.ts';
import type { AttackResult, ProbeAnswer } from './result.ts';
import type { Scene } from './scene.ts';
import { prepare } from './stage.ts';
import { quoted } from './terminal.ts';

/**
 * Tries one attack from inside the domain, enforcing (`probe` starts there), then the same from outside. The refusal counts only when it is the domain's
 * (the probe says its context), comes as the denial that was expected, and the twin went through: a dead network refuses too.
 */
export async function runAttack<P>(
  scene: Scene<P>,
  attack: Attack,
  probe: InsideProbe,
): Promise<AttackResult> {
  const { mechanism } = scene;
  const { inside, denials, outside } = await underConditions(scene, attack, async () => {
    await command(scene, attack.target);
    const seen = await scene.audit.window(() => ask(scene, attack, 'inside', probe));
    await command(scene, attack.twinNeeds?.before);
    const twin = await ask(scene, attack, 'outside', {
      path: scene.stage.probeOutside,
      from: 'shell',
    });
    await command(scene, attack.twinNeeds?.after);
    await command(scene, attack.after);
    return { inside: seen.value, denials: seen.denials, outside: twin };
  });

  const isResidual = attack.residual !== undefined;
  const problems: string[] = [];
  const domain = mechanism.domainOf(attack.domain);
  if (mechanism.domainIn(inside.context) !== domain) {
    problems.push(`the probe ran as ${inside.context}, not in ${domain}`);
  }
  const twin = mechanism.domainIn(outside.context);
  if (twin !== undefined) problems.push(`the probe’s twin ran inside ${twin}`);
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
  } else if (!isRefusal(inside, attack) || inside.arrived === true) {
    problems.push(`the attack succeeded: ${describe(inside)}`);
  }
  problems.push(...mechanism.problems(denials, attack.refusedBy ?? []));
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
    denials: mechanism.ofDomain(denials),
  };
}

/** The attack program inside a domain: what starts it, and by which line. */
export interface InsideProbe {
  readonly path: string;
  readonly from: 'shell' | 'service';
}

/** A packet that its label refuses is dropped on its way out, which the sender is told as ECONNREFUSED (selinux_ip_postroute). */
function isRefusal({ answer }: ProbeAnswer, { refusedBy = [] }: Attack): boolean {
  return (
    answer.startsWith('refused') ||
    (answer === 'failed ECONNREFUSED' &&
      refusedBy.some((one) => 'tclass' in one && one.tclass === 'packet'))
  );
}

async function ask<P>(
  scene: Scene<P>,
  attack: Attack,
  side: 'inside' | 'outside',
  { path, from }: InsideProbe,
): Promise<ProbeAnswer> {
  const { machine, stage } = scene;
  const { user, login, directory } = stage;
  // A text of its own for each side: what arrives late is not taken for the other's.
  const text = attack.arrives && `${attack.arrives}-${side}`;
  const words = attack.arrives ? attack.probe.replace(attack.arrives, text!) : attack.probe;
  const bystander = attack.probe.includes('$PID')
    ? attack.as === 'root'
      ? 'sleep 60 & PID=$!; trap "kill $PID" EXIT; sleep 0.3;'
      : `runuser -u ${user} -- sleep 60 & sleep 0.5; PID=$(pgrep -u ${user} -nx sleep); trap "kill $PID" EXIT;`
    : '';
  const line = `${path} ${words.replaceAll('HOME/', `/home/${user}/`)}`;
  const run =
    from === 'service'
      ? asService(line, attack.as === 'root' ? undefined : user)
      : attack.terminal
        ? `${login.replace('ssh ', 'ssh -tt ')} ${quoted(line)}`
        : attack.as === 'root'
          ? line
          : `runuser -u ${user} -- /bin/sh -c "${line.replaceAll('"', '\\"')}"`;
  const reset =
    text === undefined ? '' : `: > ${directory}/peers/datagrams; : > ${directory}/queries;`;
  const look =
    text === undefined
      ? ''
      : `for try in $(seq ${side === 'inside' ? 6 : 25}); do grep -qF ${quoted(text)} ${directory}/peers/datagrams ${directory}/queries && { echo ARRIVED; break; }; sleep 0.2; done`;
  const { stdout, stderr } = await machine.run(
    `${reset} ${bystander} ${run} 2>&1 | tr -d '\\r\\000'; ${look}`,
    { timeout: 60 },
  );
  const lines = stdout.split('\n').map((each) => each.trim());
  // Where one probe starts another, both say who they are, and the other one answers first.
  const last = lines.findLastIndex((each) => scene.mechanism.isContext(each));
  const context = lines[last];
  const answer = lines.slice(last).find((each) => /^(ok|refused \w+|failed \w+)$/.test(each));
  if (context === undefined || answer === undefined) {
    throw new MachineError(
      `the probe of attack ${attack.id} did not answer: ${`${stdout}${stderr}`.trim().slice(0, 500)}`,
      { reproduce: machine.reproduce, console: machine.console() },
    );
  }
  return { context, answer, arrived: text === undefined ? undefined : lines.includes('ARRIVED') };
}

/**
 * Where a unit starts the program, the way into its domain is the service manager's alone. It answers by the journal, since that is where the domain may
 * write: a pipe or a file of ours would be taken from it.
 */
function asService(line: string, account: string | undefined): string {
  const as = account === undefined ? '' : ` -p User=${account}`;
  return `{ unit=confine-probe-$(date +%s%N); systemd-run --quiet --wait --collect --unit=$unit${as} ${line}; journalctl --sync; journalctl -q -o cat -u $unit; }`;
}

function describe({ answer, arrived }: ProbeAnswer): string {
  return `${answer}${arrived === undefined ? '' : arrived ? ', it arrived' : ', nothing arrived'}`;
}

async function command<P>(scene: Scene<P>, script: string | undefined): Promise<void> {
  if (script !== undefined) await prepare(scene.machine, 'prepare an attack', script);
}
