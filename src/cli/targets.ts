import { printable } from '../text/index.ts';
import {
  type Compilers,
  hostPolicy,
  POLICY_TARGETS,
  type PolicyTarget,
  type ToolchainError,
} from '../toolchain/index.ts';
import type { Io } from './io.ts';
import { UsageError } from './verb.ts';

/** What a verb works on, and what it does not, with the reason. */
export interface ChosenTargets {
  readonly targets: readonly PolicyTarget[];
  /** Whether what is known of Fedora's policy is asked too. */
  readonly facts: boolean;
  /** Compilers of a target that this machine can have, chosen or not. Throws ToolchainError where it can have none. */
  anyCompilers(): Promise<Compilers>;
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly target: string;
  readonly why: string;
}

/** For the option `--target`: collects names that stand alone or in a list. */
export function addTargets(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').map((name) => name.trim())];
}

/** The column that needs no policy: what is known of Fedora's. */
const FACTS = 'fedora';
const NAMES: readonly string[] = [...POLICY_TARGETS.map(({ id }) => id), FACTS];
export const TARGET_NAMES: string = NAMES.join(', ');

/**
 * The targets that were named; without a name every one that this machine can have, and on stderr why the others are left out. Throws
 * UsageError for a name that is none, ToolchainError for a named one that cannot be had, and where none can.
 */
export function chosenTargets(io: Io, named: readonly string[] | undefined): ChosenTargets {
  if (named !== undefined) {
    for (const name of named) {
      if (!NAMES.includes(name)) {
        throw new UsageError(`there is no target \`${name}\``, `targets are ${TARGET_NAMES}`);
      }
    }
    const targets = POLICY_TARGETS.filter(({ id }) => named.includes(id));
    for (const target of targets) {
      const obstacle = target.obstacle();
      if (obstacle !== undefined) throw obstacle;
    }
    return { targets, facts: named.includes(FACTS), anyCompilers, leftOut: [] };
  }
  const examined = POLICY_TARGETS.map((target) => ({ target, obstacle: target.obstacle() }));
  const targets = examined.filter(({ obstacle }) => obstacle === undefined);
  if (targets.length === 0) throw examined.at(-1)!.obstacle!;
  const leftOut = examined.flatMap(({ target: { id }, obstacle }) =>
    obstacle === undefined ? [] : [{ target: id, why: reasonOf(obstacle) }],
  );
  for (const one of leftOut) {
    io.err(`${io.errStyle.faint(`- left out: ${leftOutText(one)}`)}\n`);
  }
  return { targets: targets.map(({ target }) => target), facts: true, anyCompilers, leftOut };
}

async function anyCompilers(): Promise<Compilers> {
  const possible = POLICY_TARGETS.find((target) => target.obstacle() === undefined);
  if (possible === undefined) throw POLICY_TARGETS.at(-1)!.obstacle()!;
  return (await possible.open()).compilers;
}

/** The policy that logs are about if nobody says otherwise: this machine's own, else that of the newest Debian release. */
export function usualTarget(io: Io): PolicyTarget {
  const host = POLICY_TARGETS.find(({ id }) => id === 'host')!;
  const obstacle = host.obstacle();
  if (obstacle === undefined) return host;
  const newest = POLICY_TARGETS.findLast(({ id }) => id.startsWith('debian-'))!;
  if (newest.obstacle() !== undefined) throw obstacle;
  if (hostPolicy() !== undefined) {
    io.err(`${io.errStyle.faint(`- not this machine’s own policy: ${reasonOf(obstacle)}`)}\n`);
  }
  return newest;
}

export function leftOutText({ target, why }: LeftOut): string {
  return printable(`${target}: ${why}`);
}

function reasonOf({ message, hint }: ToolchainError): string {
  return `${message}${hint ? ` (${hint})` : ''}`;
}
