import {
  type Denial,
  type DenialTally,
  formatTally,
  requestKey,
  together,
} from '../denials/index.ts';
import { booleanName, type Confinement, type Tunable } from '../description/index.ts';
import { labelOf } from '../selinux/file-contexts/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import type { PolicySet } from '../selinux/prove/index.ts';
import {
  type AccessAnswer,
  access,
  type BooleanTerm,
  dontaudited,
  type PermissionAnswer,
  QueryError,
} from '../selinux/query/index.ts';
import { fileKindOf, formatContext } from '../selinux/words/index.ts';
import { type Forbidden, type Forbidding, forbidding, type Request } from './forbidding.ts';

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
 * - `lost label`: the target has a label that this policy lacks, so that the kernel takes it for unlabelled.
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
  | { readonly kind: 'lost label'; readonly label: string }
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'open'; readonly nevers: readonly Forbidden[] };

export interface Mislabelled {
  readonly path: string;
  readonly has: string;
  readonly wants: string;
}

/** Whether a denial is this description's business: its domain asks, or something of its own is asked for. */
export function concerns(
  { name, domain }: Pick<Confinement, 'name' | 'domain'>,
  { source, target }: Denial,
): boolean {
  return source.type === domain || target.type === domain || target.type.startsWith(`${name}_`);
}

/**
 * What each request means, in the order of the tallies; `set` has the policy that the description's module is linked into. Requests that differ
 * in users, roles, levels or in whether they were let through are judged apart, and shown as one where they mean the same. A denial that
 * breaks a never is never called a gap: for each, the nevers that it can touch are proved on the policy with that access granted, for many
 * requests at once.
 */
export function review(
  set: PolicySet,
  confinement: Confinement,
  tallies: readonly DenialTally[],
): readonly Reviewed[] {
  const distinct = new Map(tallies.map((tally) => [requestKey(tally), tally]));
  const answers = answeredTogether(
    [...distinct.values()].map((tally) => meaningOf(set, confinement, tally)),
    forbidding(set, confinement),
  );
  const meanings = new Map([...distinct.keys()].map((key, i) => [key, answers[i]!]));
  const shown = new Map<string, { meaning: Meaning; of: [DenialTally, ...DenialTally[]] }>();
  for (const tally of tallies) {
    const meaning = meanings.get(requestKey(tally))!;
    const words = `${formatTally(tally)} ${JSON.stringify(meaning)}`;
    const same = shown.get(words);
    if (same === undefined) shown.set(words, { meaning, of: [tally] });
    else same.of.push(tally);
  }
  return [...shown.values()].map(({ meaning, of }) => ({
    tally: together(of),
    meaning,
    mislabelled: of.map(({ example }) => mislabelled(set, example)).find((each) => each),
  }));
}

interface Question {
  readonly ask: 'granting' | 'leadingTo';
  readonly request: Request;
}

/** Goes on with each request until it has a question, and puts the questions of all at once. */
function answeredTogether(
  open: readonly Generator<Question, Meaning, readonly Forbidden[]>[],
  forbids: Forbidding,
): readonly Meaning[] {
  const meanings: Meaning[] = [];
  const asked = { granting: new Map<number, Request>(), leadingTo: new Map<number, Request>() };
  const goOn = (i: number, answer: readonly Forbidden[]): void => {
    const { done, value } = open[i]!.next(answer);
    if (done) meanings[i] = value;
    else asked[value.ask].set(i, value.request);
  };
  for (const i of open.keys()) goOn(i, []);
  // What is granted is asked about before what it leads to.
  for (const ask of ['granting', 'leadingTo'] as const) {
    const places = [...asked[ask].keys()];
    forbids[ask]([...asked[ask].values()]).forEach((answer, i) => {
      goOn(places[i]!, answer);
    });
  }
  return meanings;
}

function* meaningOf(
  { db }: PolicySet,
  confinement: Confinement,
  tally: DenialTally,
): Generator<Question, Meaning, readonly Forbidden[]> {
  if (tally.source !== confinement.domain) return { kind: 'another domain' };
  const request = underThisPolicy(db, tally);
  let answer: AccessAnswer;
  try {
    answer = asked(db, request);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { kind: 'unknown', text: error.message };
  }
  const missing = answer.permissions.filter(
    (each) => each.access !== 'granted' || isUnknown(each, request),
  );
  if (missing.length === 0) return { kind: 'granted' };
  // What the policy does not know is judged apart from what it knows.
  const unknown = missing.filter((each) => isUnknown(each, request));
  const known = missing.filter((each) => !isUnknown(each, request));
  const wanted = { ...request, permissions: known.map(({ permission }) => permission) };
  const forbidden = known.length === 0 ? [] : yield { ask: 'granting', request: wanted };
  const sometimes = known.length > 0 && known.every(({ access: is }) => is === 'sometimes');
  if (unknown.length > 0) {
    return forbidden.length > 0 && !sometimes
      ? { kind: 'forbidden', nevers: forbidden }
      : { kind: 'unknown', text: unknownText(unknown[0]!, request) };
  }
  if (sometimes) {
    const when = known[0]!.when!;
    return { kind: 'boolean', when, tunable: tunableOf(confinement, when), nevers: forbidden };
  }
  if (forbidden.length > 0) return { kind: 'forbidden', nevers: forbidden };
  if (request.targetLabel !== undefined) return { kind: 'lost label', label: request.targetLabel };

  const reason = known.find(({ access: is }) => is === 'denied')?.reason;
  if (reason !== undefined && reason.kind !== 'no rule' && reason.kind !== 'commands') {
    return { kind: 'constraint', text: reason.text };
  }
  if (dontaudited(db, { ...wanted, target: request.example.target.type })) {
    return { kind: 'silenced' };
  }
  return { kind: 'open', nevers: yield { ask: 'leadingTo', request: wanted } };
}

/** A label that the log's kernel did not know, and this policy does, is the target's. */
export function underThisPolicy(db: PolicyDb, tally: DenialTally): DenialTally {
  const label = tally.example.targetLabel;
  if (label === undefined || !db.types.ids.has(label.type)) return tally;
  return {
    ...tally,
    target: label.type,
    targetLabel: undefined,
    example: { ...tally.example, target: label },
  };
}

/** A permission or class that the policy lacks, a command whose number is not known, a question with too many booleans. */
export function isUnknown(
  { permission, access: is, reason }: PermissionAnswer,
  tally: DenialTally,
): boolean {
  return (
    is === 'unknown' ||
    reason?.kind === 'unknown permission' ||
    (permission === 'ioctl' && isUnnamed(tally.ioctl)) ||
    (permission === 'nlmsg' && isUnnamed(tally.nlmsg))
  );
}

/** Of a command or message that the log names, and whose number is not known, nothing may be said. */
function isUnnamed(command: string | undefined): boolean {
  return command !== undefined && !/^(?:0x[0-9a-f]+|\d+)$/.test(command);
}

export function unknownText(
  { permission, reason }: PermissionAnswer,
  { ioctl, nlmsg }: DenialTally,
): string {
  if (reason?.kind === 'unknown permission') {
    const [lack] = reason.text.split('; ');
    return `${lack}, and the log shows it denied: by another policy, or by another kernel`;
  }
  if (permission === 'nlmsg') return reason?.text ?? `which message ${nlmsg} is, is not known`;
  return reason?.text ?? `which command of ${permission} ${ioctl} is, is not known`;
}

/** With the contexts of the log; where the policy does not have them (another system's users, levels), with their types. */
export function asked(db: PolicyDb, tally: DenialTally): AccessAnswer {
  const { example, tclass, permissions, ioctl, nlmsg } = tally;
  const command = Number(ioctl ?? nlmsg);
  const question = {
    tclass,
    permissions,
    booleans: 'every',
    ...(Number.isNaN(command) ? {} : { command }),
  } as const;
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

function tunableOf(confinement: Confinement, when: readonly BooleanTerm[]): Tunable | undefined {
  return confinement.tunables.find(({ name }) =>
    when.some(
      (term) => term[booleanName(confinement, name)] === true && Object.keys(term).length === 1,
    ),
  );
}

const ENTRY: ReadonlySet<string> = new Set(['add_name', 'remove_name']);

export function mislabelled(
  { fileContexts }: Pick<PolicySet, 'fileContexts'>,
  { path: named, target, targetLabel, tclass, permissions }: Denial,
): Mislabelled | undefined {
  const kind = fileKindOf(tclass);
  // The name is then that of the entry, and the label that of the directory (security/selinux/hooks.c, may_create and may_link).
  const isEntry = tclass === 'dir' && permissions.some((each) => ENTRY.has(each));
  const path = isEntry ? named?.replace(/(?<=.)\/[^/]*$/, '') : named;
  if (fileContexts === undefined || kind === undefined || !path?.startsWith('/') || path === '/') {
    return undefined;
  }
  const { context } = labelOf(fileContexts, path, kind);
  const has = (targetLabel ?? target).type;
  return context === undefined || context.type === has
    ? undefined
    : { path, has, wants: context.type };
}
