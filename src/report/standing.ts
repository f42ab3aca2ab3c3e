import type { NeverLine, Report } from './report.ts';
import type { Standing, StandingWord, TargetColumn } from './target-column.ts';
import { machineTitle } from './wording.ts';

/** The standing of a never on the machine's own policy, from its proof. Reports of before 0.2 say of the base only in words. */
export function standingOnMachine({ proof }: NeverLine): StandingWord {
  if (proof === undefined) return 'not judged';
  switch (proof.verdict) {
    case 'holds':
      return /\bbeyond the base\b/.test(proof.says) ? 'beyond the base' : 'held';
    case 'holds as set':
      return 'as set';
    case 'accepted':
      return 'accepted';
    case 'violated':
      return 'open';
    case 'undecided':
      return 'not judged';
  }
}

/** A target's cell for a never; nothing is known where the target was not asked about it. */
export function standingOn({ nevers, title }: TargetColumn, kind: string): Standing {
  return (
    nevers.find((never) => never.kind === kind) ?? {
      target: title,
      standing: 'not judged',
      says: 'this target was not asked',
      assumes: [],
    }
  );
}

/** How many of each, worst last: `13 held, 2 beyond the base, 1 as set`. */
export function countStandings(words: readonly StandingWord[]): string {
  return STANDINGS.map((word) => [words.filter((each) => each === word).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** From the best to the worst. */
export const STANDINGS: readonly StandingWord[] = [
  'held',
  'beyond the base',
  'as set',
  'accepted',
  'not judged',
  'open',
];

/** Every assumption of the report once, with the nevers that make it. */
export function assumptionsOf({ nevers, targets = [] }: Report): readonly {
  readonly what: string;
  readonly nevers: readonly string[];
}[] {
  const found = new Map<string, Set<string>>();
  const note = (what: string, kind: string): void => {
    const kinds = found.get(what) ?? new Set();
    found.set(what, kinds.add(kind));
  };
  for (const { kind, proof } of nevers) for (const what of proof?.assumes ?? []) note(what, kind);
  for (const target of targets) {
    for (const { kind, assumes } of target.nevers) for (const what of assumes) note(what, kind);
  }
  return [...found].map(([what, kinds]) => ({ what, nevers: [...kinds] }));
}

/** What some setting of the booleans would break, each way once, with the nevers and the targets that it concerns. */
export function settingsOf({ nevers, targets = [], lab }: Report): readonly {
  readonly says: string;
  readonly where: readonly string[];
}[] {
  const found = new Map<string, Map<string, string[]>>();
  const note = (says: string, kind: string, where: string): void => {
    const kinds = found.get(says) ?? new Map<string, string[]>();
    found.set(says, kinds.set(kind, [...(kinds.get(kind) ?? []), where]));
  };
  for (const { kind, proof } of nevers) {
    if (proof?.verdict === 'holds as set') note(proof.says, kind, machineTitle(lab));
  }
  for (const { title, nevers: judged } of targets) {
    for (const { kind, standing, says } of judged) {
      if (standing === 'as set') note(says, kind, title);
    }
  }
  return [...found].map(([says, kinds]) => ({
    says,
    where: [...kinds].map(([kind, where]) => `${kind} on ${where.join(', ')}`),
  }));
}
