import {
  hostPolicy,
  POLICY_TARGETS,
  type PolicyTarget,
  type ToolchainError,
} from '../targets/index.ts';
import { printable } from '../text/index.ts';
import type { Io } from './io.ts';
import { UsageError } from './verb.ts';

/** What can be named, and may be impossible on this machine. */
export interface Nameable {
  readonly id: string;
  /** Why this machine cannot have it; undefined where it can. */
  obstacle(): ToolchainError | undefined;
}

/** What a verb works on, and what it does not, with the reason. */
export interface ChosenTargets<T> {
  readonly targets: readonly T[];
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

export function targetNames(all: readonly Nameable[] = POLICY_TARGETS): string {
  return all.map(({ id }) => id).join(', ');
}

/**
 * The targets that were named, of all there are and in their order; without a name every one that this machine can have, and on stderr why the
 * others are left out. Throws UsageError for a name that is none, ToolchainError for a named one that cannot be had, and where none can.
 */
export function chosenTargets<T extends Nameable>(
  io: Io,
  named: readonly string[] | undefined,
  all: readonly T[],
): ChosenTargets<T> {
  if (named !== undefined) return { targets: namedTargets(named, all), leftOut: [] };
  const examined = all.map((target) => ({ target, obstacle: target.obstacle() }));
  const leftOut = examined.flatMap(({ target: { id }, obstacle }) =>
    obstacle === undefined ? [] : [{ target: id, why: reasonOf(obstacle) }],
  );
  if (leftOut.length === all.length) {
    // What brings this machine's own policy helps everywhere.
    throw (examined.find(({ target }) => target.id === 'host') ?? examined[0])!.obstacle!;
  }
  for (const one of leftOut) {
    io.err(`${io.errStyle.faint(`- left out: ${leftOutText(one)}`)}\n`);
  }
  return {
    targets: examined.filter(({ obstacle }) => obstacle === undefined).map(({ target }) => target),
    leftOut,
  };
}

function namedTargets<T extends Nameable>(names: readonly string[], all: readonly T[]): T[] {
  for (const name of names) {
    if (!all.some(({ id }) => id === name)) {
      throw new UsageError(`there is no target \`${name}\``, `targets are ${targetNames(all)}`);
    }
  }
  const targets = all.filter(({ id }) => names.includes(id));
  for (const target of targets) {
    const obstacle = target.obstacle();
    if (obstacle !== undefined) throw obstacle;
  }
  return targets;
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
