import { formatTally } from '../../denials/index.ts';
import type { Readiness } from '../../fleet/index.ts';
import { printable, type Style, table } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';

/** The answer, why, what stands open, and what it is about. */
export function readyText(
  { answer, reasons, open, hosts, window }: Readiness,
  style: Style,
): string {
  const tone = ({ ready: 'good', 'not ready': 'bad', undecided: 'warn' } as const)[answer];
  const rows = open.map(({ tally, meaning }) => [
    printable(formatTally(tally)),
    meaning.kind,
    tally.hosts.length === 0 ? '–' : String(tally.hosts.length),
    day(tally.last),
  ]);
  const columns = [
    { heading: 'to decide' },
    { heading: 'meaning' },
    { heading: 'hosts', align: 'right' as const },
    { heading: 'last' },
  ];
  return [
    `${style[tone](answer)}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}\n`,
    ...(rows.length === 0 ? [] : ['\n', table(columns, rows), '\n']),
    `from ${day(window.from)} to ${day(window.to)}, the newest record; hosts with records of all of it: ${hosts}; whether the program ran there is not in them\n`,
  ].join('');
}

/** The same as data. */
export function readyJson({ open, ...rest }: Readiness): string {
  const requests = open.map(({ tally, meaning }) => ({ ...tally, ...meaning }));
  return `${JSON.stringify({ ...rest, open: requests }, null, 2)}\n`;
}

export function readyExitCode({ answer }: Readiness): ExitCode {
  return { ready: ExitCode.yes, 'not ready': ExitCode.no, undecided: ExitCode.undecided }[answer];
}

/** UTC, to the minute. */
function day(seconds: number): string {
  if (seconds === 0) return '–';
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
