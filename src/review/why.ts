import { type DenialTally, formatTally, together } from '../denials/index.ts';
import type { FileContexts } from '../selinux/file-contexts/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import {
  type AccessAnswer,
  type BooleanTerm,
  booleanEffect,
  dontaudited,
  type PermissionAnswer,
  QueryError,
} from '../selinux/query/index.ts';
import {
  asked,
  isUnknown,
  type Mislabelled,
  mislabelled,
  underThisPolicy,
  unknownText,
} from './review.ts';

/** Why a request is denied by a policy, whoever asks. */
export interface Why {
  readonly tally: DenialTally;
  /** The likeliest first; one for each way in which permissions of the request are denied. */
  readonly causes: readonly Cause[];
  /** A dontaudit rule keeps such denials out of the log, as the booleans are set. */
  readonly silenced: boolean;
}

/**
 * - `label`: the file's label is not the one that file contexts give its path; `then` is what would come of the request with that label.
 * - `boolean`: granted with any of these settings; `opens` says what else each boolean that is to be changed opens.
 * - `rule`: no allow rule grants it, whatever the booleans are.
 * - `refused`: rules grant it, and something takes it away: constraints (MLS among them), roles, typebounds, rules on commands.
 * - `granted`: this policy grants it as the booleans are set, so the log is older, of another policy or of other booleans.
 * - `unknown`: the policy cannot be asked.
 */
export type Cause = { readonly permissions: readonly string[] } & (
  | ({ readonly kind: 'label'; readonly then: PermissionAnswer['access'] } & Mislabelled)
  | {
      readonly kind: 'boolean';
      readonly when: readonly BooleanTerm[];
      readonly opens: readonly Opens[];
    }
  | { readonly kind: 'rule'; readonly rule: string }
  | { readonly kind: 'refused'; readonly by: string; readonly text: string }
  | { readonly kind: 'granted' }
  | { readonly kind: 'unknown'; readonly text: string }
);

/** What a boolean opens in all, in accesses: pairs of types, class and permission. */
export interface Opens {
  readonly boolean: string;
  readonly value: boolean;
  readonly accesses: number;
}

export interface WhySubject {
  readonly db: PolicyDb;
  readonly fileContexts: FileContexts | undefined;
}

/** The causes of each request, in the order of the tallies. */
export function whyDenied(subject: WhySubject, tallies: readonly DenialTally[]): readonly Why[] {
  const reasons = tallies.map((tally) => whyOf(subject, tally));
  // What differs in users, roles or levels only, and for the same reason, is one.
  const alike = Map.groupBy(reasons, ({ tally, causes, silenced }) =>
    JSON.stringify([formatTally(tally), causes, silenced]),
  );
  return [...alike.values()].map((of) => {
    const [first, ...others] = of;
    return { ...first!, tally: together([first!.tally, ...others.map(({ tally }) => tally)]) };
  });
}

function whyOf(subject: WhySubject, tally: DenialTally): Why {
  const { db } = subject;
  const request = underThisPolicy(db, tally);
  const label = labelCause(subject, request);
  const answer = answerTo(db, request);
  const rest =
    typeof answer === 'string'
      ? [{ kind: 'unknown', text: answer, permissions: request.permissions } as const]
      : causesOf(db, request, answer);
  return {
    tally,
    causes: label === undefined ? rest : [label, ...rest],
    silenced: dontaudited(db, {
      source: request.example.source.type,
      target: request.example.target.type,
      tclass: request.tclass,
      permissions: request.permissions,
    }),
  };
}

/** What the policy says, or why it cannot be asked. */
function answerTo(db: PolicyDb, tally: DenialTally): AccessAnswer | string {
  try {
    return asked(db, tally);
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

function labelCause({ db, fileContexts }: WhySubject, tally: DenialTally): Cause | undefined {
  const wrong = mislabelled({ fileContexts }, tally.example);
  if (wrong === undefined) return undefined;
  const { example } = tally;
  const answer = answerTo(db, {
    ...tally,
    target: wrong.wants,
    example: { ...example, target: { ...example.target, type: wrong.wants } },
  });
  const then = typeof answer === 'string' ? 'unknown' : worst(answer.permissions);
  return { kind: 'label', permissions: tally.permissions, then, ...wrong };
}

function worst(permissions: readonly PermissionAnswer[]): PermissionAnswer['access'] {
  const order = ['denied', 'unknown', 'sometimes', 'granted'] as const;
  return order.find((access) => permissions.some((one) => one.access === access)) ?? 'granted';
}

function causesOf(db: PolicyDb, request: DenialTally, answer: AccessAnswer): readonly Cause[] {
  const each = answer.permissions.map((one) => causeOf(db, request, one));
  const alike = Map.groupBy(each, ({ permissions: _, ...cause }) => JSON.stringify(cause));
  return [...alike.values()]
    .map((causes) => merged(request, causes))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const ORDER: readonly Cause['kind'][] = [
  'label',
  'boolean',
  'refused',
  'rule',
  'unknown',
  'granted',
];

function merged(request: DenialTally, causes: readonly Cause[]): Cause {
  const permissions = causes.flatMap((cause) => cause.permissions);
  const [cause] = causes;
  return cause!.kind === 'rule'
    ? { kind: 'rule', permissions, rule: missingRule(request, permissions) }
    : { ...cause!, permissions };
}

function causeOf(db: PolicyDb, request: DenialTally, answer: PermissionAnswer): Cause {
  const { permission, access, when, reason } = answer;
  const permissions = [permission];
  if (isUnknown(answer, request)) {
    return { kind: 'unknown', text: unknownText(answer, request), permissions };
  }
  if (access === 'granted') return { kind: 'granted', permissions };
  if (access === 'sometimes') {
    const asSet = when!.some((term) =>
      Object.entries(term).every(([name, value]) => isOn(db, name) === value),
    );
    if (asSet) return { kind: 'granted', permissions };
    return { kind: 'boolean', when: when!, opens: opensOf(db, when!), permissions };
  }
  if (reason!.kind === 'no rule') return { kind: 'rule', rule: '', permissions };
  return { kind: 'refused', by: reason!.kind, text: reason!.text, permissions };
}

/** The rule that is missing: what is asked for, to be read, and no advice to add it. */
function missingRule(request: DenialTally, permissions: readonly string[]): string {
  const { source, target, tclass } = request;
  return `allow ${source} ${target}:${tclass} { ${[...permissions].sort().join(' ')} };`;
}

function isOn(db: PolicyDb, name: string): boolean {
  return db.booleans.defaults[db.booleans.ids.get(name)!] === 1;
}

function opensOf(db: PolicyDb, when: readonly BooleanTerm[]): readonly Opens[] {
  const changed = new Map<string, boolean>();
  for (const term of when) {
    for (const [name, value] of Object.entries(term)) {
      if (isOn(db, name) !== value) changed.set(name, value);
    }
  }
  return [...changed].map(([name, value]) => {
    const { on, off } = booleanEffect(db, name);
    return { boolean: name, value, accesses: (value ? on : off).accesses };
  });
}
