import type {
  ApparmorAttack,
  ApparmorHalf,
  Attack,
  Scenario,
  Suite,
} from '../description/index.ts';
import { MachineError } from './machine/machine-error.ts';
import type { SecurityModule } from './machine/qemu-command.ts';
import type { LeftOut } from './result.ts';

/** A suite as one mechanism's kernel is asked it. */
export interface SuiteHere {
  readonly suite: Suite;
  readonly leftOut: readonly LeftOut[];
}

/**
 * The suite in the words of a mechanism. What only SELinux's words are there for is left out by name: nobody has said what refuses it here, so it
 * must not look as if it passed. Throws MachineError for words about something that the suite does not have.
 */
export function suiteUnder(suite: Suite, security: SecurityModule): SuiteHere {
  if (security === 'selinux') return { suite, leftOut: [] };
  const half: ApparmorHalf = suite.apparmor ?? { scenarios: {}, attacks: {} };
  refuseUnknown(half.scenarios, suite.scenarios);
  refuseUnknown(half.attacks, suite.attacks);
  const leftOut: LeftOut[] = [];
  const leave = ({ id, title }: Scenario | Attack, why = NOT_MAPPED): [] => {
    leftOut.push({ id, title, why });
    return [];
  };
  const scenarios = suite.scenarios.flatMap((scenario) => {
    const here = half.scenarios[scenario.id];
    if (here === undefined || 'notHere' in here) return leave(scenario, here?.notHere);
    const { denials: _, ...rest } = scenario;
    return [{ ...rest, ...here }];
  });
  const attacks = suite.attacks.flatMap((attack) => {
    const here = half.attacks[attack.id];
    if (here === undefined || 'notHere' in here) return leave(attack, here?.notHere);
    return [attackUnder(attack, here)];
  });
  return { suite: { ...suite, scenarios, attacks }, leftOut };
}

const NOT_MAPPED = 'not mapped to AppArmor yet: nobody has said what refuses it there';

/** One that succeeds here is against nothing: it must not be counted among those that came to nothing. */
function attackUnder(
  attack: Attack,
  here: Exclude<ApparmorAttack, { readonly notHere: string }>,
): Attack {
  // What the twin needed of SELinux it does not need here.
  const { against, residual, refusedBy: _, twinNeeds: __, ...rest } = attack;
  if ('succeeds' in here) {
    const { succeeds, ...changed } = here;
    return { ...rest, ...changed, residual: residual ?? `unmediated by AppArmor: ${succeeds}` };
  }
  return { ...rest, ...here, ...(against === undefined ? {} : { against }) };
}

function refuseUnknown(
  half: Readonly<Record<string, unknown>>,
  known: readonly { readonly id: string }[],
): void {
  const unknown = Object.keys(half).filter((id) => !known.some((one) => one.id === id));
  if (unknown.length > 0) {
    throw new MachineError(
      `the suite’s AppArmor half speaks of \`${unknown.join('`, `')}\`, and the suite has no such scenario or attack`,
    );
  }
}
