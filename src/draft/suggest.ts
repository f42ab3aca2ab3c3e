import { winner } from '../description/index.ts';
import { type Candidate, quoted } from './candidates.ts';
import { type Access, type AccessStatement, type Grants, inStatements } from './grants.ts';

/** A candidate with what it grants on a linked policy. */
export interface Probed {
  readonly candidate: Candidate;
  readonly grants: Grants;
}

/** An access that a program asked for. */
export interface Wanted extends Access {
  /** The command of an ioctl or the type of a netlink message. */
  readonly command?: number | undefined;
  /** Of a file, where it is known: it may get another label with an ability. */
  readonly path?: string | undefined;
  /** Of a socket that is bound or connected. */
  readonly port?: number | undefined;
}

/** An ability that grants all that is asked for. */
export interface Suggestion {
  readonly candidate: Candidate;
  /** How much more it would open: accesses, which are pairs of a target type, a class and a permission. */
  readonly opens: number;
  /** The same as statements, those on the fewest types first. */
  readonly excess: readonly AccessStatement[];
  /** All that it would add, what is asked for among it. */
  readonly adds: readonly Access[];
}

/**
 * The abilities that would grant an access, with the least excess first; of one ability with several options the best. What it opens is what it
 * grants on the linked policy and the domain does not have, by `has`, and did not ask for.
 */
export function suggestionsFor(
  wanted: Wanted,
  probed: readonly Probed[],
  has: (target: string, tclass: string, permission: string) => boolean,
): readonly Suggestion[] {
  const able = probed
    .filter((one) => wanted.permissions.every((permission) => grants(one, wanted, permission)))
    .map((one) => suggestionOf(one, wanted, has))
    .sort((a, b) => a.opens - b.opens);
  const best = new Map<string, Suggestion>();
  for (const one of able) {
    if (!best.has(one.candidate.name)) best.set(one.candidate.name, one);
  }
  return [...best.values()];
}

/** Whether a candidate grants it: on the type that the target has, or that the candidate would give to its path. */
export function grants(probed: Probed, wanted: Wanted, permission: string): boolean {
  const target = targetWith(probed.candidate, wanted);
  const { tclass, command } = wanted;
  if (!probed.grants.has(target, tclass, permission)) return false;
  return command === undefined || (permission !== 'ioctl' && permission !== 'nlmsg')
    ? true
    : probed.grants.hasCommand(target, tclass, permission, command);
}

/** The type of the target once the candidate's labels hold. */
export function targetWith(
  { ability, named }: Candidate,
  { target, tclass, path, port }: Wanted,
): string {
  const own = named.get(`${tclass} ${port ?? path}`);
  if (own !== undefined) return own;
  if (path === undefined || ability.fileContexts === undefined) return target;
  const at = path.replace(/^HOME(?=\/|$)/, 'HOME_DIR');
  return winner(ability.fileContexts, at, 'any')?.type ?? target;
}

/** As a description states it: `allow('etc_t', 'file', ['read'])`. */
export function allowSource({ targets, tclass, permissions }: AccessStatement): string {
  const list = (names: readonly string[]): string =>
    names.length === 1 ? quoted(names[0]) : `[${names.map(quoted).join(', ')}]`;
  return `allow(${list(targets)}, ${quoted(tclass)}, [${permissions.map(quoted).join(', ')}])`;
}

function suggestionOf(
  { candidate, grants: given }: Probed,
  wanted: Wanted,
  has: (target: string, tclass: string, permission: string) => boolean,
): Suggestion {
  const target = targetWith(candidate, wanted);
  const adds = [...given.all()]
    .map((one) => ({
      ...one,
      permissions: one.permissions.filter((name) => !has(one.target, one.tclass, name)),
    }))
    .filter(({ permissions }) => permissions.length > 0);
  const excess = adds.map((one) => ({
    ...one,
    permissions: one.permissions.filter(
      (name) =>
        one.target !== target || one.tclass !== wanted.tclass || !wanted.permissions.includes(name),
    ),
  }));
  return {
    candidate,
    adds,
    opens: excess.reduce((sum, { permissions }) => sum + permissions.length, 0),
    excess: [...inStatements(excess)].sort((a, b) => a.targets.length - b.targets.length),
  };
}
