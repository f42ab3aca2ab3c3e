import { quantity } from '../text/index.ts';
import { headline, type Report } from './report.ts';
import { assumptionsOf, countStandings, type StandingWord, standingOnMachine } from './standing.ts';
import { machineTitle } from './wording.ts';

/** The whole report in one sentence, which says what remains together with what is well. */
export interface ReportVerdict {
  readonly passed: boolean;
  readonly sentence: string;
}

export function verdictOf(report: Report): ReportVerdict {
  const { lab, acceptance = [], residuals } = report;
  const objections = objectionsOf(report);
  if (objections.length > 0) {
    return { passed: false, sentence: `Not to be shipped as it is: ${objections.join('; ')}.` };
  }
  const attacks = lab.attacks.filter(({ residual }) => residual === undefined);
  const words = report.nevers.map(standingOnMachine);
  const unclear = words.includes('not judged');
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
  return {
    passed: true,
    sentence: `${unclear ? 'Unclear' : 'Fit to ship'} on ${machineTitle(lab)}${unclear ? ', since not every never could be judged' : ''}: ${shown.join(', ')}. But ${remains.join(', and ')}.`,
  };
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
      answer: tried ? answerFor(words, 'yes') : 'no',
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
