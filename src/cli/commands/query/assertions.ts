import { resolve } from 'node:path';
import {
  type AssertionAnswer,
  assertions as ask,
  IniError,
  type IniSection,
  readIni,
} from '../../../selinux/query/index.ts';
import { printable, quantity, type Style, table } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import { readWhole } from '../../read-whole.ts';
import { UsageError, type Verb } from '../../verb.ts';

interface Options {
  readonly policy: string;
  readonly json?: true;
}

export const assertions: Verb = {
  name: 'assertions',
  summary:
    'sechecker’s assertions (.ini): each passed, failed with what is against it, or not known',
  define(command, run, io) {
    command
      .argument('<file>', 'the configuration, as sechecker(1) describes it')
      .option('--policy <file>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Known are assert_te, assert_rbac, empty_typeattr and ro_execs. What is not known, or names what the policy lacks, is said and is no pass.
Ends with 0 if each assertion that is not disabled passed, 1 if one failed, 4 if one cannot be answered.

Examples:
  confine query assertions checks.ini                              on the running policy
  confine query assertions checks.ini --policy debian-13 --json    on a release’s, for scripts`,
      )
      .action((file: string, options: Options) =>
        run(async () => {
          const sections = load(io, file);
          const answers = ask(await namedPolicy(io, options.policy), sections);
          io.out(
            options.json ? `${JSON.stringify(answers, null, 2)}\n` : text(answers, io.outStyle),
          );
          return exitCodeOf(answers);
        }),
      );
  },
};

function load(io: Io, file: string): readonly IniSection[] {
  const text = readWhole(resolve(io.cwd, file), file).toString('utf8');
  try {
    const sections = readIni(text);
    if (sections.length > 0) return sections;
  } catch (error) {
    if (!(error instanceof IniError)) throw error;
    throw new UsageError(`\`${file}\`: ${error.message}`, 'sechecker(1) has examples');
  }
  throw new UsageError(`\`${file}\` has no assertion`, 'sechecker(1) has examples');
}

function exitCodeOf(answers: readonly AssertionAnswer[]): ExitCode {
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  if (outcomes.has('failed')) return ExitCode.no;
  return outcomes.has('unanswered') ? ExitCode.undecided : ExitCode.yes;
}

function text(answers: readonly AssertionAnswer[], style: Style): string {
  const rows = answers.map((one) => [
    printable(one.name),
    printable(one.type),
    outcomeText(one, style),
    printable(one.description ?? ''),
  ]);
  const columns = ['assertion', 'check_type', 'answer', 'description'].map((heading) => ({
    heading,
  }));
  const details = answers.flatMap(({ name, why, findings }) =>
    why === undefined && findings.length === 0
      ? []
      : [
          style.strong(printable(name)),
          ...[...(why === undefined ? [] : [why]), ...findings].map(
            (line) => `  ${printable(line)}`,
          ),
          '',
        ],
  );
  return `${table(columns, rows)}\n${details.map((line) => `${line}\n`).join('')}`;
}

function outcomeText({ outcome, findings }: AssertionAnswer, style: Style): string {
  switch (outcome) {
    case 'passed':
      return style.good('passed');
    case 'failed':
      return style.bad(`failed: ${quantity(findings.length, 'finding')}`);
    case 'disabled':
      return style.faint('disabled');
    default:
      return style.warn('not answered');
  }
}
