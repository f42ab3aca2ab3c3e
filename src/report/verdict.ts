import { quantity } from '../text/index.ts';
import { headline, type Report } from './report.ts';
import { assumptionsOf, countStandings, standingOnMachine } from './standing.ts';
import type { StandingWord } from './target-column.ts';
import { machineTitle } from './wording.ts';

/** The whole report in one sentence, which says what remains together with what is well. */
export interface ReportVerdict {
  readonly outcome: 'fit' | 'unclear' | 'unfit';
  readonly sentence: string;
}

export function verdictOf(report: Report): ReportVerdict {
  const { lab, acceptance = [], residuals } = report;
  const objections = objectionsOf(report);
  if (objections.length > 0) {
    return { outcome: 'unfit', sentence: `Not to be shipped as it is: ${objections.join('; ')}.` };
  }
  const attacks = lab.attacks.filter(({ residual }) => residual === undefined);
  const words = report.nevers.map(standingOnMachine);
  const doubts = [
    ...(words.length === 0 ? ['nothing is said that it must never do'] : []),
    ...(words.includes('not judged') ? ['not every never could be judged'] : []),
    ...(untried(report) > 0 ? ['not every never was attacked'] : []),
  ];
  const shown = [
    ...(acceptance.length > 0
      ? [`all ${quantity(acceptance.length, 'point')} asked for are met`]
      : []),
    `${quantity(attacks.length, 'attack was', 'attacks were')} refused or came to nothing`,
    `and of ${quantity(words.length, 'never')} ${countStandings(words)}`,
  ];
  const assumptions = assumptionsOf(report).length;
  const remains = [
    residuals.length === 0
      ? 'nothing is declared to remain possible'
      : `${quantity(residuals.length, 'thing remains', 'things remain')} possible`,
    assumptions === 0
      ? 'the proofs assume nothing more'
      : `the proofs rest on ${quantity(assumptions, 'assumption')}`,
  ];
  const left = lab.leftOut.length;
  if (left > 0) remains.unshift(`${quantity(left, 'attack')} could not be tried`);
  const where = machineTitle(lab);
  const opening =
    doubts.length === 0
      ? `Fit to ship on ${where}`
      : `Unclear on ${where}, since ${doubts.join(' and ')}`;
  return {
    outcome: doubts.length === 0 ? 'fit' : 'unclear',
    sentence: `${opening}: ${shown.join(', ')}. But ${remains.join(', and ')}.`,
  };
}

/** How many nevers no attack of this run was against: of a part of the suite, or of one that has none. What is accepted is no attack's to come to nothing. */
function untried({ nevers, lab }: Report): number {
  const ran = new Set(lab.attacks.map(({ id }) => id));
  return nevers.filter(
    ({ attacks, proof }) => proof?.verdict !== 'accepted' && !attacks.some((id) => ran.has(id)),
  ).length;
}

/** Every reason not to ship. */
function objectionsOf(report: Report): string[] {
  const { acceptance = [], nevers, targets = [], lab } = report;
  const failed = headline(report);
  const unmet = acceptance.filter(({ met }) => !met).length;
  const open = (title: string, kinds: readonly string[]): string[] =>
    kinds.length === 0
      ? []
      : [`${kinds.join(', ')} ${kinds.length === 1 ? 'is' : 'are'} open on ${title}`];
  return [
    ...(failed.passed ? [] : [failed.text]),
    ...(unmet > 0 ? [`${quantity(unmet, 'point')} of ${acceptance.length} not met`] : []),
    ...open(
      machineTitle(lab),
      nevers.filter((never) => standingOnMachine(never) === 'open').map(({ kind }) => kind),
    ),
    ...targets.flatMap(({ title, nevers: judged }) =>
      open(
        title,
        judged.filter(({ standing }) => standing === 'open').map(({ kind }) => kind),
      ),
    ),
  ];
}

/** Where it may ship: a line for the machine and for each policy that was only proved on. */
export interface WhereLine {
  readonly where: string;
  /** How it is known. */
  readonly how: string;
  readonly answer: 'yes' | 'proved, not tried' | 'unclear' | 'no';
  readonly counts: string;
  /** The id of the section that shows it. */
  readonly anchor: string;
}

export function whereLines(report: Report): readonly WhereLine[] {
  const { lab, nevers, targets = [] } = report;
  const words = nevers.map(standingOnMachine);
  const tried = headline(report).passed;
  return [
    {
      where: machineTitle(lab),
      how: `attacked on ${lab.machine.kernel}, enforcing`,
      answer: tried ? answerFor(words, untried(report) > 0 ? 'proved, not tried' : 'yes') : 'no',
      counts: countStandings(words),
      anchor: 'attacks',
    },
    ...targets.map(({ id, title, note, nevers: judged }) => {
      const standings = judged.map(({ standing }) => standing);
      return {
        where: title,
        how: note ?? 'proved on its linked policy, not attacked',
        answer: answerFor(standings, 'proved, not tried'),
        counts: countStandings(standings),
        anchor: `target-${id}`,
      };
    }),
  ];
}

function answerFor(
  words: readonly StandingWord[],
  well: 'yes' | 'proved, not tried',
): WhereLine['answer'] {
  if (words.includes('open')) return 'no';
  return words.includes('not judged') || words.length === 0 ? 'unclear' : well;
}
