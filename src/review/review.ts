import { booleanName, type Confinement, type Tunable } from '../confinement/index.ts';
import type { Denial, DenialTally } from '../denials/index.ts';
import { type FileContexts, labelOf } from '../file-contexts/index.ts';
import type { Ruleset } from '../guarantee/index.ts';
import type { PolicyDb } from '../policydb/index.ts';
import {
  type AccessAnswer,
  access,
  type BooleanTerm,
  dontaudited,
  QueryError,
} from '../query/index.ts';
import { fileKindOf, formatContext } from '../selinux/index.ts';
import { type Forbidden, type Forbidding, forbidding } from './forbidding.ts';

/** A request that was denied, with what it means for the description. */
export interface Reviewed {
  readonly tally: DenialTally;
  readonly meaning: Meaning;
  /** A file whose label is not the one that file contexts give its path: often the true reason, whatever the meaning is. */
  readonly mislabelled: Mislabelled | undefined;
}

/**
 * - `forbidden`: granting it breaks nevers; it was an attack, or the description is wrong about the program.
 * - `granted`: this policy grants it, so the log is older, or of another policy.
 * - `boolean`: granted under a boolean; `nevers` are those that stand because it is off.
 * - `silenced`: a dontaudit rule covers it; it is seen where those are switched off.
 * - `constraint`: rules grant it, and users, roles or levels do not fit.
 * - `another domain`: something of the program's own is asked for by a domain that is not described.
 * - `unknown`: the policy cannot be asked.
 * - `open`: nothing grants it and no never forbids it, so the description must decide; `nevers` are those that what programs do next
 *   would break, a reason to grant no more than this.
 */
export type Meaning =
  | { readonly kind: 'forbidden'; readonly nevers: readonly Forbidden[] }
  | { readonly kind: 'granted' }
  | {
      readonly kind: 'boolean';
      readonly when: readonly BooleanTerm[];
      /** The description's own, where one of them opens it alone. */
      readonly tunable: Tunable | undefined;
      readonly nevers: readonly Forbidden[];
    }
  | { readonly kind: 'silenced' }
  | { readonly kind: 'constraint'; readonly text: string }
  | { readonly kind: 'another domain' }
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'open'; readonly nevers: readonly Forbidden[] };

export interface Mislabelled {
  readonly path: string;
  readonly has: string;
  readonly wants: string;
}

export interface ReviewSubject {
  readonly confinement: Confinement;
  /** The policy that the description's module is linked into. */
  readonly db: PolicyDb;
  readonly fileContexts: FileContexts | undefined;
  readonly ruleset: Ruleset | undefined;
}

/** Whether a denial is this description's business: its domain asks, or something of its own is asked for. */
export function concerns({ name, domain }: Confinement, { source, target }: Denial): boolean {
  return source.type === domain || target.type === domain || target.type.startsWith(`${name}_`);
}

/**
 * What each request means, in the order of the tallies. A denial that breaks a never is never called a gap: for each, the policy with that
 * access granted is proved anew (some 10 ms).
 */
export function review(
  subject: ReviewSubject,
  tallies: readonly DenialTally[],
): readonly Reviewed[] {
  const forbids = forbidding(subject);
  return tallies.map((tally) => ({
    tally,
    meaning: meaningOf(subject, tally, forbids),
    mislabelled: mislabelled(subject, tally.example),
  }));
}

function meaningOf(
  { db, confinement }: ReviewSubject,
  tally: DenialTally,
  forbids: Forbidding,
): Meaning {
  if (tally.source !== confinement.domain) return { kind: 'another domain' };
  let answer: AccessAnswer;
  try {
    answer = asked(db, tally);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { kind: 'unknown', text: error.message };
  }
  const missing = answer.permissions.filter(
    ({ permission, access: is }) => is !== 'granted' || !commandGranted(answer, permission, tally),
  );
  if (missing.length === 0) return { kind: 'granted' };
  const unknown = missing.find(({ access: is }) => is === 'unknown');
  if (unknown !== undefined) return { kind: 'unknown', text: unknown.reason!.text };

  const request = { ...tally, permissions: missing.map(({ permission }) => permission) };
  const forbidden = forbids.granting(request);
  if (missing.every(({ access: is }) => is === 'sometimes')) {
    const when = missing[0]!.when!;
    return { kind: 'boolean', when, tunable: tunableOf(confinement, when), nevers: forbidden };
  }
  if (forbidden.length > 0) return { kind: 'forbidden', nevers: forbidden };

  const reason = missing.find(({ access: is }) => is === 'denied')?.reason;
  if (reason !== undefined && reason.kind !== 'no rule') {
    return { kind: 'constraint', text: reason.text };
  }
  if (dontaudited(db, { ...request, target: tally.example.target.type })) {
    return { kind: 'silenced' };
  }
  return { kind: 'open', nevers: forbids.leadingTo(request) };
}

/** With the contexts of the log; where the policy does not have them (another system's users, levels), with their types. */
function asked(db: PolicyDb, { example, tclass, permissions }: DenialTally): AccessAnswer {
  const question = { tclass, permissions, booleans: 'every' } as const;
  try {
    return access(db, {
      ...question,
      source: formatContext(example.source),
      target: formatContext(example.target),
    });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return access(db, {
      ...question,
      source: example.source.type,
      target: example.target.type,
    });
  }
}

/** An `ioctl` that is granted may still be held to some commands. */
function commandGranted(answer: AccessAnswer, permission: string, { ioctl }: DenialTally): boolean {
  if (permission !== 'ioctl' || ioctl === undefined) return true;
  const held = answer.extended.find((each) => each.permission === 'ioctl');
  const command = Number(ioctl);
  return held === undefined || held.ranges.some(([from, to]) => from <= command && command <= to);
}

function tunableOf(confinement: Confinement, when: readonly BooleanTerm[]): Tunable | undefined {
  return confinement.tunables.find(({ name }) =>
    when.some(
      (term) => term[booleanName(confinement, name)] === true && Object.keys(term).length === 1,
    ),
  );
}

function mislabelled(
  { fileContexts }: ReviewSubject,
  { path, target, tclass }: Denial,
): Mislabelled | undefined {
  const kind = fileKindOf(tclass);
  if (fileContexts === undefined || kind === undefined || !path?.startsWith('/') || path === '/') {
    return undefined;
  }
  const { context } = labelOf(fileContexts, path, kind);
  return context === undefined || context.type === target.type
    ? undefined
    : { path, has: target.type, wants: context.type };
}
