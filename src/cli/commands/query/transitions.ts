import {
  type DomainTransition,
  type DomainTransitions,
  domainTransitions,
  formatRule,
  type Restricted,
  type Rule,
  type TransitionPaths,
} from '../../../selinux/query/index.ts';
import { printable } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import type { Verb } from '../../verb.ts';
import { drawSteps } from './draw-steps.ts';
import {
  directSteps,
  firstOf,
  pathsBetween,
  searchExit,
  searchSummary,
  writeData,
  writeEach,
  writeSteps,
} from './path-answer.ts';
import {
  excludedTypes,
  isDirect,
  notePermissive,
  type PathOptions,
  type PathQuestion,
  pathLimit,
  pathQuestion,
  permissiveTypes,
  settingOf,
} from './path-question.ts';

interface Options extends PathOptions {
  readonly limit_trans?: string;
}

export const transitions: Verb = {
  name: 'transitions',
  summary: 'which domains can become which others, and by which rules (as sedta)',
  define(command, run, io) {
    command
      .argument('[exclude...]', 'types to leave out, as domains and as entrypoints')
      .option('-p, --policy <policy>', POLICY_HELP, RUNNING_POLICY)
      .requiredOption('-s, --source <type>', 'the domain to start from')
      .option('-t, --target <type>', 'the domain to reach')
      .option('-S, --shortest_path', 'all shortest paths to the target')
      .option('-A, --all_paths <max-steps>', 'all paths to the target of at most so many steps')
      .option('-r, --reverse', 'into the source instead of out of it')
      .option(
        '-l, --limit_trans <n>',
        'list only the first n; paths: 1000 if absent, 0 for up to 100000',
      )
      .option(
        '-b, --booleans <values>',
        '`default`, or name:true,name:false…; without it, the rules of both branches of each conditional',
      )
      .option('--full', 'with the rules of each step')
      .option('--svg <file>', 'draw the answer there')
      .option('--dot <file>', 'the same for Graphviz')
      .option('--json', 'the same as data, rules included')
      .addHelpText(
        'after',
        `
A step needs process transition, and a program that the source may execute, that is an entrypoint of the target, and from which the
target comes by a type transition or by setexec; or dyntransition and setcurrent. Type enforcement only: constraints and roles may
forbid some of it. Exits 1 if a target is given and there is no path.

Examples:
  confine query transitions --policy policy.34 -s httpd_t --full                one step out of httpd_t, with the rules
  confine query transitions --policy policy.34 -s sshd_t -t passwd_t -S init_t  the shortest paths that avoid init_t`,
      )
      .action((excluded: string[], options: Options) => run(() => ask(excluded, options, io)));
  },
};

async function ask(excludedNames: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  const db = await namedPolicy(io, options.policy);
  const question = pathQuestion(db, options);
  const excluded = excludedTypes(db, excludedNames);
  const answers = domainTransitions(db, { excluded, booleans: settingOf(db, options.booleans) });
  const permissive = permissiveTypes(db);
  const asked = {
    source: options.source,
    target: options.target,
    mode: question.mode,
    reverse: options.reverse ?? false,
    steps: question.mode === 'all' ? question.steps : undefined,
    booleans: options.booleans ?? 'any',
    excluded: excludedNames,
    permissive,
  };
  if (!options.json) notePermissive(permissive, io);

  if (isDirect(question)) {
    const limit = { option: options.limit_trans, name: '--limit_trans' };
    const steps = directSteps(answers, question);
    await drawSteps(io, options, steps, arrowLabel);
    if (options.json) {
      writeData(io, { asked, found: steps.length }, { steps: firstOf(steps, limit) });
    } else {
      writeSteps(io, steps, limit, 'domain transition', (step, i) =>
        stepText(`Transition ${i + 1}`, step, options),
      );
    }
    return ExitCode.yes;
  }

  const found = paths(answers, question, options);
  await drawSteps(io, options, [...new Set(found.paths.flat())], arrowLabel);
  if (options.json) {
    const { paths, total, stopped } = found;
    writeData(
      io,
      { asked, found: total, stopped },
      { paths: paths.map((path) => typesOn(path, options)), steps: [...new Set(paths.flat())] },
    );
  } else {
    writeEach(io, found.paths, (path, i) => {
      const steps = path.map((step, k) => stepText(`  Step ${k + 1}`, step, options));
      return `Domain transition path ${i + 1}:\n${steps.join('')}`;
    });
    io.out(`\n${searchSummary(found, 'domain transition path', '-l')}\n`);
  }
  return searchExit(found);
}

/** In reverse, the paths that lead from the target to the source, told from the source backwards. */
function paths(
  answers: DomainTransitions,
  question: Extract<PathQuestion, { mode: 'shortest' | 'all' }>,
  options: Options,
): TransitionPaths {
  const limit = pathLimit(options.limit_trans, '--limit_trans');
  const { source, target } = question;
  const asked = options.reverse ? { ...question, source: target, target: source } : question;
  const found = pathsBetween(answers, asked, limit);
  return options.reverse
    ? { ...found, paths: found.paths.map((path) => path.toReversed()) }
    : found;
}

/** The domains that a path passes, from the source that was asked for. */
function typesOn(path: readonly DomainTransition[], { reverse }: Options): string[] {
  return reverse
    ? [path[0]!.target, ...path.map(({ source }) => source)]
    : [path[0]!.source, ...path.map(({ target }) => target)];
}

/** The programs through which it goes. */
function arrowLabel({ onExec }: DomainTransition): string {
  return onExec === undefined ? 'in place' : onExec.entrypoints.map(({ type }) => type).join(' ');
}

function stepText(heading: string, step: DomainTransition, options: Options): string {
  const lines = [`${heading}: ${step.source} -> ${step.target}`];
  if (options.full) lines.push(...evidence(step).map((line) => `    ${line}`), '');
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function evidence({ onExec, inPlace }: DomainTransition): string[] {
  const lines: string[] = [];
  const section = (title: string, rules: readonly Rule[], indent = ''): void => {
    if (rules.length === 0) return;
    lines.push(`${indent}${title}:`, ...rules.map((rule) => `${indent}  ${formatRule(rule)}`));
  };
  if (onExec !== undefined) {
    section('domain transition', onExec.transition);
    section('set execution context', onExec.setexec);
    for (const entry of onExec.entrypoints) {
      lines.push(`entrypoint ${entry.type}:`);
      section('entrypoint', entry.entrypoint, '  ');
      section('execute', entry.execute, '  ');
      section('type transition', entry.typeTransition, '  ');
    }
    lines.push(`with no_new_privs: ${restrictedText(onExec.underNoNewPrivs)}`);
    lines.push(...onExec.underNoNewPrivs.rules.map((rule) => `  ${formatRule(rule)}`));
    lines.push(`from a nosuid mount: ${restrictedText(onExec.underNosuid)}`);
    lines.push(...onExec.underNosuid.rules.map((rule) => `  ${formatRule(rule)}`));
  }
  if (inPlace !== undefined) {
    section('dynamic transition', inPlace.dyntransition);
    section('set current context', inPlace.setcurrent);
  }
  return lines;
}

function restrictedText({ answer }: Restricted): string {
  return {
    rules: 'allowed by',
    bounded: 'allowed, since the target is bounded by the source',
    refused: 'refused',
  }[answer];
}
