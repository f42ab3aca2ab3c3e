import { type CacheEntry, cacheDirectory, cacheEntries, removeEntry } from '../../targets/index.ts';
import { printable, quantity, table } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { UsageError, type Verb } from '../verb.ts';

interface Options {
  readonly prune?: string | true;
  readonly json?: true;
}

export const cache: Verb = {
  name: 'cache',
  summary: 'what is kept between runs, and what of it to remove',
  define(command, run, io) {
    command
      .option(
        '--prune [days]',
        `remove what was not used for so many days (default: ${UNUSED_DAYS}; 0: all of it)`,
      )
      .option('--json', 'the entries as data')
      .addHelpText(
        'after',
        `
Everything in it can be made again: compilers and policies are fetched, guests and programs built.

Examples:
  confine cache              what is there, and how large
  confine cache --prune 7    remove what nothing has used for a week`,
      )
      .action((options: Options) => run(() => showCache(options, io)));
  },
};

const COLUMNS = [
  { heading: 'what' },
  { heading: 'entries', align: 'right' },
  { heading: 'MB', align: 'right' },
  { heading: 'last used' },
] as const;
const UNUSED_DAYS = 30;
const DAY = 86_400_000;

function showCache({ prune, json }: Options, io: Io): ExitCode {
  const days = prune === undefined ? undefined : prune === true ? UNUSED_DAYS : daysOf(prune);
  const entries = cacheEntries();
  // After the look, which takes a while: what another process used meanwhile was not used tomorrow.
  const now = Date.now();
  const gone = entries.filter(({ used }) => days !== undefined && now - used >= days * DAY);
  for (const entry of gone) removeEntry(entry);
  const left = entries.filter((entry) => !gone.includes(entry));
  if (json) {
    io.out(
      `${JSON.stringify({ cache: cacheDirectory(), entries: left, removed: gone }, null, 2)}\n`,
    );
    return ExitCode.yes;
  }
  const kinds = [...new Set(left.map(kindOf))].sort();
  if (kinds.length > 0) {
    const rows = kinds.map((kind) => {
      const of = left.filter((entry) => kindOf(entry) === kind);
      const last = Math.max(...of.map(({ used }) => used));
      return [kind, String(of.length), size(of), age(now - last)];
    });
    io.out(`${table(COLUMNS, rows, io.outStyle.width)}\n`);
  }
  if (days !== undefined)
    io.out(`removed ${quantity(gone.length, 'entry', 'entries')}, ${size(gone)} MB\n`);
  io.out(`${size(left)} MB in ${printable(cacheDirectory())}\n`);
  if (days === undefined && left.length > 0)
    io.out(`\`confine cache --prune\` removes what was not used for ${UNUSED_DAYS} days\n`);
  return ExitCode.yes;
}

function daysOf(text: string): number {
  if (!/^\d{1,4}$/.test(text))
    throw new UsageError(`\`--prune ${printable(text)}\` is no number of days`);
  return Number(text);
}

/** `debian-13/linked-default-0123…` and its like are one kind. */
function kindOf({ name }: CacheEntry): string {
  return name.replace(/-[0-9a-f]{16}$/, '').replace(/\/[0-9a-f]{16}$/, '');
}

function size(entries: readonly CacheEntry[]): string {
  return (entries.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(0);
}

function age(milliseconds: number): string {
  const days = Math.max(0, Math.floor(milliseconds / DAY));
  return days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
}
