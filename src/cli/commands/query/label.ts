import { Option } from 'commander';
import {
  type EntryOfType,
  entriesOfType,
  type FileContextEntry,
  type FileContexts,
  FileContextsError,
  type Label,
  type LabelsWithin,
  labelOf,
  labelsBelow,
} from '../../../selinux/file-contexts/index.ts';
import { type UnknownPart, unknownParts } from '../../../selinux/query/index.ts';
import {
  FILE_KINDS,
  type FileKind,
  fileKindFlag,
  formatContext,
} from '../../../selinux/words/index.ts';
import { printable, quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { fileContextsOf, loadFileContexts } from '../../load-file-contexts.ts';
import { namedPolicy, policyFile } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';

interface Options {
  readonly fileContexts?: string;
  readonly policyDir?: string;
  readonly policy?: string;
  readonly kind: FileKind;
  readonly below?: string;
  readonly type?: string;
  readonly json?: true;
}

export const label: Verb = {
  name: 'label',
  summary: 'the label of a path by file_contexts: the entry that wins and those it beats',
  define(command, run, io) {
    command
      .argument('[path...]', 'absolute paths; they need not exist')
      .option(
        '--file-contexts <file>',
        'file_contexts; .homedirs, .local, .subs_dist, .subs beside it count too',
      )
      .option(
        '--policy-dir <dir>',
        'a policy’s directory with contexts/files/file_contexts below it',
      )
      .option(
        '--policy <policy>',
        'a binary policy, or a target’s (debian-13): its own labels, and whether it has their user, role and type',
      )
      .addOption(
        new Option('--kind <kind>', 'the kind of file that is at the path')
          .choices(FILE_KINDS)
          .default('any'),
      )
      .option(
        '--below <dir>',
        'instead: the types that a directory and the paths below it can have',
      )
      .option('--type <type>', 'instead: the entries that can give this type')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Exits 0 if every path has a label (or the type an entry), 1 if not, 3 if an entry that decides about one cannot be read.

Examples:
  confine query label /etc/shadow --policy debian-13
  confine query label /etc/shadow --kind file --policy-dir /etc/selinux/default
  confine query label --type shadow_t --file-contexts file_contexts    what else carries a type`,
      )
      .action((paths: string[], options: Options) =>
        run(async () => {
          checkUsage(paths, options);
          const contexts = await contextsOf(io, options);
          for (const fault of contexts.faults) io.err(`warning: ${printable(fault.message)}\n`);
          if (options.below !== undefined) {
            return answerBelow(
              io,
              options.below,
              labelsBelow(contexts, options.below, options.kind),
              options,
            );
          }
          if (options.type !== undefined) {
            return answerType(io, options.type, entriesOfType(contexts, options.type), options);
          }
          return answerPaths(io, contexts, paths, options);
        }),
      );
  },
};

function checkUsage(paths: readonly string[], options: Options): void {
  const questions = [paths.length > 0, options.below !== undefined, options.type !== undefined];
  if (questions.filter(Boolean).length !== 1) {
    throw new UsageError(
      'ask for paths, or --below a directory, or for a --type',
      'confine query label --help has examples',
    );
  }
  if (options.fileContexts !== undefined && options.policyDir !== undefined) {
    throw new UsageError('--file-contexts and --policy-dir exclude each other');
  }
  for (const path of [...paths, ...(options.below === undefined ? [] : [options.below])]) {
    if (!path.startsWith('/')) throw new UsageError(`\`${path}\` is not an absolute path`);
  }
}

/** Those that are named; else those of the policy that is, where they stand beside it; else the system's. */
async function contextsOf(io: Io, options: Options): Promise<FileContexts> {
  const tolerant = { tolerant: true };
  const named = options.fileContexts ?? options.policyDir;
  const beside =
    named === undefined && options.policy !== undefined
      ? fileContextsOf(io, { policy: await policyFile(io, options.policy) }, tolerant)
      : undefined;
  return beside ?? loadFileContexts(io, options, tolerant);
}

async function answerPaths(
  io: Io,
  contexts: FileContexts,
  paths: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const db = options.policy === undefined ? undefined : await namedPolicy(io, options.policy);
  const answers: { readonly label: Label; readonly unknown: readonly UnknownPart[] }[] = [];
  const faults: { readonly path: string; readonly fault: FileContextsError }[] = [];
  for (const path of paths) {
    try {
      const result = labelOf(contexts, path, options.kind);
      answers.push({
        label: result,
        unknown: db === undefined ? [] : unknownParts(db, result),
      });
    } catch (error) {
      // libselinux has no answer for such a path, and has one for the others.
      if (!(error instanceof FileContextsError) || paths.length === 1) throw error;
      faults.push({ path, fault: error });
    }
  }
  const labels = answers.map(({ label, unknown }) => labelData(label, unknown));
  const without = faults.map(({ path, fault }) => ({ path, fault: fault.message }));
  io.out(
    options.json
      ? `${JSON.stringify({ labels, ...(faults.length > 0 && { faults: without }) }, null, 2)}\n`
      : answers.map(({ label, unknown }) => labelText(label, unknown)).join(''),
  );
  for (const { path, fault } of faults) io.err(`${printable(`${path}  ${fault.message}`)}\n`);
  if (faults.length > 0) return ExitCode.couldNotRun;
  return answers.every(({ label, unknown }) => label.outcome === 'labelled' && unknown.length === 0)
    ? ExitCode.yes
    : ExitCode.no;
}

function labelText(label: Label, unknown: readonly UnknownPart[]): string {
  const outcome = {
    labelled: () => formatContext(label.context!),
    none: () => '<<none>>: keeps the label it has',
    unmatched: () => 'no entry matches',
  }[label.outcome]();
  const lines = [`${label.path}  ${outcome}`];
  for (const { from, to, file, line } of label.substitutions) {
    lines.push(`  looked up as ${label.lookedUp}: ${from} stands for ${to}, ${file}:${line}`);
  }
  if (label.winner !== undefined) lines.push(`  by    ${entryText(label.winner)}`);
  for (const entry of label.beaten) lines.push(`  beats ${entryText(entry)}`);
  for (const { part, name } of unknown) lines.push(`  the policy has no ${part} ${name}`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function entryText(entry: FileContextEntry): string {
  const { pattern, kind, context, file, line } = entry;
  const written = [pattern, fileKindFlag(kind), context ? formatContext(context) : '<<none>>'];
  return `${written.filter((field) => field !== '').join('  ')}  ${file}:${line}`;
}

function labelData(label: Label, unknown: readonly UnknownPart[]): object {
  return {
    path: label.path,
    kind: label.kind,
    lookedUp: label.lookedUp,
    outcome: label.outcome,
    context: label.context ?? null,
    winner: label.winner === undefined ? null : entryData(label.winner),
    beaten: label.beaten.map(entryData),
    substitutions: label.substitutions,
    unknown,
  };
}

function entryData({ pattern, kind, context, file, line }: FileContextEntry): object {
  return { pattern, kind, context: context ?? null, file, line };
}

function answerBelow(io: Io, directory: string, labels: LabelsWithin, options: Options): ExitCode {
  const types = [...labels.types].sort(([a], [b]) => (a < b ? -1 : 1));
  if (options.json) {
    const data = {
      below: directory,
      kind: options.kind,
      types: types.map(([type, entries]) => ({ type, entries: entries.map(entryData) })),
      keepsLabel: labels.keepsLabel.map(entryData),
      unmatched: labels.unmatched,
      substitutions: labels.substitutions,
    };
    io.out(`${JSON.stringify(data, null, 2)}\n`);
  } else {
    const lines = [
      `${directory} and below: at most ${quantity(types.length, 'type')}`,
      ...types.map(([type, [first, ...others]]) => {
        const more =
          others.length > 0 ? `  and ${quantity(others.length, 'more entry', 'more entries')}` : '';
        return `  ${type}  ${first!.pattern}  ${first!.file}:${first!.line}${more}`;
      }),
      ...labels.keepsLabel.map((entry) => `  keeps the label it has: ${entryText(entry)}`),
      ...labels.substitutions.map(
        ({ from, to }) => `  ${from} stands for ${to}, whose labels are counted`,
      ),
    ];
    if (labels.unmatched) lines.push('  some paths may match no entry and have any label');
    io.out(lines.map((line) => `${printable(line)}\n`).join(''));
  }
  return types.length > 0 ? ExitCode.yes : ExitCode.no;
}

function answerType(
  io: Io,
  type: string,
  entries: readonly EntryOfType[],
  options: Options,
): ExitCode {
  if (options.json) {
    const data = entries.map(({ entry, example }) => ({
      ...entryData(entry),
      example: example ?? null,
    }));
    io.out(`${JSON.stringify({ type, entries: data }, null, 2)}\n`);
  } else {
    for (const { entry, example } of entries) {
      io.out(
        `${printable(`${entryText(entry)}  ${example === undefined ? '(others took every path tried)' : `e.g. ${example}`}`)}\n`,
      );
    }
    if (entries.length === 0) io.err(`no entry gives ${printable(type)}\n`);
  }
  return entries.length > 0 ? ExitCode.yes : ExitCode.no;
}
