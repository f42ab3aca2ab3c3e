import {
  DIFFERENCE_KINDS,
  differenceText,
  policyDifference,
  policyPair,
} from '../../../query/index.ts';
import { printable } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { loadPolicy } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';

interface Options {
  readonly only?: string[];
  readonly stats?: true;
  readonly json?: true;
}

export const diff: Verb = {
  name: 'diff',
  summary: 'two policies: what the second has more, less or other (as sediff shows it)',
  define(command, run, io) {
    command
      .argument('<left>', 'a binary policy: before')
      .argument('<right>', 'a binary policy: after')
      .option('--only <kind...>', `only these kinds: ${DIFFERENCE_KINDS.join(' ')}`)
      .option('--stats', 'only the counts')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Exits 0 if nothing differs, 1 if something does.

Examples:
  confine query diff before/policy.34 after/policy.34                 everything, by kind
  confine query diff before/policy.34 after/policy.34 --only allow`,
      )
      .action((left: string, right: string, options: Options) =>
        run(() => answer(io, left, right, options)),
      );
  },
};

function answer(io: Io, left: string, right: string, options: Options): ExitCode {
  const unknown = options.only?.find((kind) => !DIFFERENCE_KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new UsageError(
      `\`${unknown}\` is no kind of difference`,
      `the kinds are ${DIFFERENCE_KINDS.join(' ')}`,
    );
  }
  const pair = policyPair(loadPolicy(io, left), loadPolicy(io, right));
  const sections = policyDifference(pair, options.only && new Set(options.only));
  if (options.json) {
    const data = sections.map(({ id, difference }) =>
      options.stats
        ? {
            kind: id,
            added: difference.added.length,
            removed: difference.removed.length,
            modified: difference.modified.length,
          }
        : { kind: id, ...difference },
    );
    io.out(`${JSON.stringify({ left, right, differences: data }, null, 2)}\n`);
  } else {
    for (const section of sections) {
      const lines = differenceText(section);
      const shown = options.stats ? lines.slice(0, 1) : lines;
      io.out(`${shown.map(printable).join('\n')}\n\n`);
    }
  }
  return sections.length === 0 ? ExitCode.yes : ExitCode.no;
}
