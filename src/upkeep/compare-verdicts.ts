import type { Outcome } from '../selinux/prove/index.ts';
import type { Baseline, RecordedDomain, RecordedVerdict } from './baseline.ts';
import type { Concerns } from './concerns.ts';
import type { Concern, Finding, Level } from './finding.ts';

/** Nevers that stand otherwise than recorded. */
export function verdictFindings(
  was: RecordedDomain,
  is: RecordedDomain,
  calls: Baseline['calls'],
  concerns: Concerns,
): readonly Finding[] {
  return Object.entries(is.nevers).flatMap(([id, verdict], index): Finding[] => {
    const before = was.nevers[id];
    if (before === undefined) return [];
    const changes = LISTS.flatMap((list) => changedLines(before[list], verdict[list], WORDS[list]));
    const stands = verdict.outcome === 'holds' || verdict.outcome === 'holds-as-set';
    // What is no yes is told each time, though it was recorded so.
    if (stands && before.outcome === verdict.outcome && changes.length === 0) return [];
    const { level, edit } = whatToDo(before, verdict);
    return [
      {
        level,
        about: 'verdict',
        what:
          before.outcome === verdict.outcome
            ? `never \`${id}\` is still ${OUTCOMES[verdict.outcome]}${changes.length === 0 ? '' : ', on other grounds'}`
            : `never \`${id}\` was ${OUTCOMES[before.outcome]} and is ${OUTCOMES[verdict.outcome]}`,
        changes,
        concerns: [...concerns.ofNever(index), ...abilitiesOf(verdict, before, calls, concerns)],
        edit,
      },
    ];
  });
}

const LISTS = ['ways', 'opens', 'base', 'assumes', 'reasons'] as const;

const WORDS: Readonly<Record<(typeof LISTS)[number], string>> = {
  ways: 'a way: ',
  opens: 'opened by a boolean: ',
  base: 'the base lets every domain: ',
  assumes: 'presupposed: ',
  reasons: 'not known: ',
};

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  holds: 'held',
  'holds-as-set': 'held as the booleans are set',
  violated: 'violated',
  undecided: 'undecided',
};

/** Worst first. */
const SEVERITY: readonly Outcome[] = ['violated', 'undecided', 'holds-as-set', 'holds'];

function whatToDo(
  before: RecordedVerdict,
  now: RecordedVerdict,
): { readonly level: Level; readonly edit: string } {
  const came = (list: (typeof LISTS)[number]): boolean =>
    (now[list] ?? []).some((line) => !before[list]?.includes(line));
  const worse = SEVERITY.indexOf(now.outcome) < SEVERITY.indexOf(before.outcome);
  if (now.outcome === 'violated') {
    return {
      level: 'edit',
      edit: 'take back what opens the way, in the ability that stands beside it; or except it from the never, with its reason',
    };
  }
  if (now.outcome === 'undecided') {
    return {
      level: 'unclear',
      edit: 'find out what is not known; until then nobody may say that it holds',
    };
  }
  if (came('opens') || (worse && now.outcome === 'holds-as-set')) {
    return {
      level: 'edit',
      edit: 'a boolean opens it: say so in the tunable (`more`) or except it `when` that one is on; if the boolean is the distribution’s, as a residual',
    };
  }
  if (came('base')) {
    return {
      level: 'edit',
      edit: 'no module can take back what the base grants: say it as a residual, or accept it by recording',
    };
  }
  if (came('assumes')) {
    return { level: 'edit', edit: 'decide whether what it presupposes is so there, and record' };
  }
  return { level: 'nothing', edit: 'nothing: it stands at least as well as before' };
}

/** Abilities that grant what a new way uses: ways name their access as `TARGET:CLASS PERMISSION`. */
function abilitiesOf(
  now: RecordedVerdict,
  before: RecordedVerdict,
  calls: Baseline['calls'],
  concerns: Concerns,
): readonly Concern[] {
  const ways = [...(now.ways ?? []), ...(now.opens ?? [])].filter(
    (way) => !before.ways?.includes(way) && !before.opens?.includes(way),
  );
  const accesses = ways.flatMap((way) =>
    [...way.matchAll(/\b(\w+:\w+) \w/g)].map((found) => found[1]!),
  );
  const found = [...new Set(accesses)].flatMap((access) => concerns.ofAccess(access, calls));
  return [...new Map(found.map((one) => [`${one.part}\n${one.why}`, one])).values()];
}

function changedLines(
  was: readonly string[] = [],
  is: readonly string[] = [],
  word: string,
): string[] {
  return [
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${word}${line}`),
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${word}${line}`),
  ];
}
