import { type FileContexts, labelDifference } from '../../../selinux/file-contexts/index.ts';
import {
  type AccessChange,
  type AccessGrant,
  type CommandChange,
  type ComparisonAnswer,
  commandDifference,
  commandsText,
  DIFFERENCE_KINDS,
  type DifferenceSection,
  type DomainChange,
  differenceText,
  domainChange,
  effectiveDifference,
  equivalent,
  formatRule,
  implies,
  noNewAccess,
  type PolicyPair,
  policyDifference,
  policyPair,
} from '../../../selinux/query/index.ts';
import { printable, quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { fileContextsOf, loadFileContexts } from '../../load-file-contexts.ts';
import { namedPolicy, policyFile } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';
import { blocksOf, writeLines } from '../../write-lines.ts';
import { domainChangeText, isUnchanged } from './domain-change-text.ts';
import { isAlike, labelDifferenceText } from './label-difference-text.ts';
import { valuesText } from './values-text.ts';

interface Options {
  readonly for?: string;
  readonly labels?: true;
  readonly effective?: true;
  readonly source?: string;
  readonly than?: string;
  readonly implies?: true;
  readonly newAccess: boolean;
  readonly existing?: true;
  readonly equivalent?: true;
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
      .option('--effective', 'what domains can newly do or no longer do, attributes expanded')
      .option('-s, --source <domain>', 'with --effective and the questions: only this domain')
      .option('--for <domain>', 'what changed for one domain, in words')
      .option('--labels', 'which paths are labelled otherwise, by the file contexts of both')
      .option('--implies', 'question: may the right --source do all that the left --source may?')
      .option('--than <domain>', 'with --implies: the right policy’s domain, if it is another one')
      .option(
        '--no-new-access',
        'question: does the right policy grant nothing that the left one does not?',
      )
      .option('--existing', 'with --no-new-access: only between types that the left policy has')
      .option('--equivalent', 'question: do both policies grant the same?')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Exits 0 if nothing differs or the answer is yes, 1 if something does or it is no, 4 if a question cannot be decided.

Examples:
  confine query diff before/policy.34 after/policy.34                 everything, by kind
  confine query diff debian-12 debian-13 --for sshd_t                 what one domain may newly do, in words
  confine query diff debian-12 debian-13 --labels                     which paths a release labels otherwise
  confine query diff before/policy.34 after/policy.34 --effective -s httpd_t
  confine query diff base/policy.34 with-module/policy.34 --no-new-access --existing`,
      )
      .action((left: string, right: string, options: Options) =>
        run(() => answer(io, left, right, options)),
      );
  },
};

async function answer(io: Io, left: string, right: string, options: Options): Promise<ExitCode> {
  const unknown = options.only?.find((kind) => !DIFFERENCE_KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new UsageError(
      `\`${unknown}\` is no kind of difference`,
      `the kinds are ${DIFFERENCE_KINDS.join(' ')}`,
    );
  }
  const questions = [
    options.for !== undefined,
    options.labels,
    options.effective,
    options.implies,
    !options.newAccess,
    options.equivalent,
  ];
  if (questions.filter(Boolean).length > 1) {
    throw new UsageError(
      '--for, --labels, --effective, --implies, --no-new-access and --equivalent are different questions',
      'ask one at a time',
    );
  }
  if (options.source !== undefined && !questions.some(Boolean)) {
    throw new UsageError(
      'the whole difference has no --source',
      'add --effective for what one domain can newly do, or ask a question about it',
    );
  }
  if (options.implies && options.source === undefined) {
    throw new UsageError('--implies is about a domain', 'name it with --source');
  }
  if (options.labels) return answerLabels(io, left, right, options);
  const pair = policyPair(await namedPolicy(io, left), await namedPolicy(io, right));
  if (options.for !== undefined) return answerFor(io, domainChange(pair, options.for), options);
  if (options.effective) {
    return answerEffective(
      io,
      effectiveDifference(pair, options.source),
      commandDifference(pair, options.source),
      options,
    );
  }
  if (questions.some(Boolean)) return answerQuestion(io, questionAnswer(pair, options), options);
  const sections = policyDifference(pair, options.only && new Set(options.only));
  if (options.json) {
    if (options.stats) io.out(`${JSON.stringify(counted(left, right, sections), null, 2)}\n`);
    else for (const block of blocksOf(sectionsJson(left, right, sections))) io.out(block.join(''));
  } else {
    for (const section of sections) {
      const lines = differenceText(section);
      writeLines(io, options.stats ? [lines.next().value!] : lines);
      io.out('\n');
    }
  }
  return differs(io, sections.length);
}

function counted(left: string, right: string, sections: readonly DifferenceSection[]): object {
  const differences = sections.map(({ id, difference }) => ({
    kind: id,
    added: difference.added.length,
    removed: difference.removed.length,
    modified: difference.modified.length,
  }));
  return { left, right, differences };
}

/** What JSON.stringify would write with an indent of two, in pieces: whole, it can be longer than a string may be. */
function* sectionsJson(
  left: string,
  right: string,
  sections: readonly DifferenceSection[],
): Generator<string> {
  yield `{\n  "left": ${JSON.stringify(left)},\n  "right": ${JSON.stringify(right)},\n  "differences": [`;
  for (const [i, { id, difference }] of sections.entries()) {
    yield `${i === 0 ? '' : ','}\n    {\n      "kind": ${JSON.stringify(id)}`;
    for (const change of ['added', 'removed', 'modified'] as const) {
      yield `,\n      "${change}": [`;
      let separator = '\n';
      for (const entry of difference[change]) {
        yield `${separator}        ${JSON.stringify(entry, null, 2).replaceAll('\n', '\n        ')}`;
        separator = ',\n';
      }
      yield difference[change].length === 0 ? ']' : '\n      ]';
    }
    yield '\n    }';
  }
  yield sections.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

function answerFor(io: Io, change: DomainChange, options: Options): ExitCode {
  if (options.json) io.out(`${JSON.stringify(change, null, 2)}\n`);
  if (isUnchanged(change)) return differs(io, 0);
  if (!options.json) io.out(domainChangeText(change, io.outStyle));
  return ExitCode.no;
}

async function answerLabels(
  io: Io,
  left: string,
  right: string,
  options: Options,
): Promise<ExitCode> {
  const difference = labelDifference(await labelsNamed(io, left), await labelsNamed(io, right));
  if (options.json) io.out(`${JSON.stringify(difference, null, 2)}\n`);
  if (isAlike(difference)) return differs(io, 0);
  if (!options.json) io.out(labelDifferenceText(difference, io.outStyle));
  return ExitCode.no;
}

/** The file contexts of a policy, by its path or as a target; or a file_contexts itself. */
async function labelsNamed(io: Io, named: string): Promise<FileContexts> {
  if (/(?:^|\/)file_contexts[^/]*$/.test(named))
    return loadFileContexts(io, { fileContexts: named });
  const contexts = fileContextsOf(io, { policy: await policyFile(io, named) });
  if (contexts !== undefined) return contexts;
  throw new UsageError(
    `there are no file contexts beside \`${named}\``,
    'name a file_contexts, or a policy in its own directory, as /etc/selinux/default/policy/policy.34',
  );
}

/** No difference is an answer too, and said: silence could be a mistake. */
function differs(io: Io, count: number): ExitCode {
  if (count > 0) return ExitCode.no;
  io.err(`${io.errStyle.good('none:')} nothing differs\n`);
  return ExitCode.yes;
}

function answerEffective(
  io: Io,
  changes: readonly AccessChange[],
  commands: readonly CommandChange[],
  options: Options,
): ExitCode {
  if (options.json) io.out(`${JSON.stringify({ changes, commands }, null, 2)}\n`);
  else {
    const lines = [
      ...changes.flatMap((change) => [
        ...change.gained.map((grant) => grantText('+', change, grant)),
        ...change.lost.map((grant) => grantText('-', change, grant)),
      ]),
      ...commands.flatMap(commandLines),
    ];
    io.out(lines.map((line) => `${printable(line)}\n`).join(''));
  }
  return differs(io, changes.length + commands.length);
}

/** `+ a_t tty_t:chr_file ioctl 0x5412`. */
function commandLines({ gained, lost, under, certain, ...key }: CommandChange): string[] {
  const settings = valuesText(under ?? {});
  const when = settings.length === 0 ? '' : `  with ${settings.join(' ')}`;
  const doubt = certain ? '' : '  under the policies’ own settings; others were not tried';
  const line = (sign: string, ranges: CommandChange['gained']): string[] =>
    ranges.length === 0
      ? []
      : [
          `${sign} ${key.source} ${key.target}:${key.tclass} ${key.permission} ${commandsText(ranges)}${when}${doubt}`,
        ];
  return [...line('+', gained), ...line('-', lost)];
}

function grantText(
  sign: string,
  { source, target, tclass }: AccessChange,
  { permissions, conditions, certain }: AccessGrant,
): string {
  const when = conditions.length === 0 ? '' : ` [ ${conditions.join(' ] or [ ')} ]`;
  const doubt = certain ? '' : ' (perhaps: too many booleans to try)';
  return `${sign} ${source} ${target}:${tclass} { ${permissions.join(' ')} }${when}${doubt}`;
}

function questionAnswer(pair: PolicyPair, options: Options): ComparisonAnswer {
  const { source, than, existing } = options;
  if (options.implies) return implies(pair, source!, than ?? source!);
  if (options.equivalent) return equivalent(pair, source);
  return noNewAccess(pair, {
    ...(source === undefined ? {} : { domain: source }),
    ...(existing ? { existing } : {}),
  });
}

function answerQuestion(io: Io, answer: ComparisonAnswer, options: Options): ExitCode {
  if (options.json) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else {
    const lines: string[] = [answer.verdict];
    const { counterexample: example, count, reasons } = answer;
    if (example !== undefined) {
      const { source, target, tclass, permissions, grantedBy, under, note, rules } = example;
      lines.push(
        `  only the ${grantedBy} policy: ${source} ${target}:${tclass} { ${permissions.join(' ')} }`,
      );
      const setting = valuesText(under ?? {});
      if (setting.length > 0) lines.push(`  with ${setting.join(' ')}`);
      if (note !== undefined) lines.push(`  ${note}`);
      for (const rule of rules) lines.push(`    ${formatRule(rule)}`);
      if (count > 1) lines.push(`  and ${quantity(count - 1, 'other')} like it`);
    }
    for (const reason of reasons) lines.push(`  ${reason}`);
    io.out(lines.map((line) => `${printable(line)}\n`).join(''));
  }
  return { yes: ExitCode.yes, no: ExitCode.no, undecided: ExitCode.undecided }[answer.verdict];
}
