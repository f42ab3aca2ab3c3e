import { resolve } from 'node:path';
import {
  defaultPermissionMap,
  type FlowStep,
  formatRule,
  informationFlow,
  type PermissionMap,
  PermissionMapError,
  parsePermissionMap,
  type Rule,
} from '../../../selinux/query/index.ts';
import { printable, quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import { readWhole } from '../../read-whole.ts';
import { UsageError, type Verb } from '../../verb.ts';
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
  pathLimit,
  pathQuestion,
  permissiveTypes,
  settingOf,
  shortened,
  wholeNumber,
} from './path-question.ts';

interface Options extends PathOptions {
  readonly map?: string;
  readonly permissionMap?: string;
  readonly min_weight: string;
  readonly limit_flows?: string;
}

export const flows: Verb = {
  name: 'flows',
  summary: 'how information can flow between types, and by which rules (as seinfoflow)',
  define(command, run, io) {
    command
      .argument('[exclude...]', 'types to leave out')
      .option('-p, --policy <policy>', POLICY_HELP, RUNNING_POLICY)
      .option('-m, --map <file>', 'a permission map in setools’ format, instead of confine’s own')
      .option('--permission-map <file>', 'the same')
      .requiredOption('-s, --source <type>', 'where the information is')
      .option('-t, --target <type>', 'where it may go')
      .option('-S, --shortest_path', 'all shortest paths to the target')
      .option('-A, --all_paths <max-steps>', 'all paths to the target of at most so many steps')
      .option('-r, --reverse', 'into the source instead of out of it (without a target)')
      .option('-w, --min_weight <weight>', 'leave out flows that weigh less, 1 to 10', '3')
      .option(
        '-l, --limit_flows <n>',
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
Information flows from a domain to what it writes, and to it from what it reads; the permission map says which permission does
what, and how much that tells. Type enforcement only: constraints, levels and roles may forbid some of it. Exits 1 if a target is
given and there is no path.

Examples:
  confine query flows --policy policy.34 -s httpd_t -t shadow_t -S             the shortest ways from the web server to the passwords
  confine query flows --policy policy.34 -s shadow_t -w 8 -b default --full    who reads them as the booleans are set, and by which rules`,
      )
      .action((excluded: string[], options: Options) => run(() => ask(excluded, options, io)));
  },
};

async function ask(excludedNames: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  if (options.reverse && options.target !== undefined) {
    throw new UsageError(
      '--reverse is for flows without a target',
      'for paths the other way, exchange the source and the target',
    );
  }
  const minimumWeight = wholeNumber(options.min_weight, '--min_weight', 1, 10);
  const { map, name } = permissionMap(options, io);
  const db = await namedPolicy(io, options.policy);
  const question = pathQuestion(db, options);
  const answers = informationFlow(db, {
    map,
    minimumWeight,
    excluded: excludedTypes(db, excludedNames),
    booleans: settingOf(db, options.booleans),
  });
  const permissive = permissiveTypes(db);
  const asked = {
    source: options.source,
    target: options.target,
    mode: question.mode,
    steps: question.mode === 'all' ? question.steps : undefined,
    minimumWeight,
    map: name,
    booleans: options.booleans ?? 'any',
    excluded: excludedNames,
    unmapped: answers.unmapped,
    permissive,
  };
  if (!options.json) {
    notePermissive(permissive, io);
    noteUnmapped(answers.unmapped, io);
  }

  if (isDirect(question)) {
    const limit = { option: options.limit_flows, name: '--limit_flows' };
    const steps = directSteps(answers, question);
    await drawSteps(io, options, steps, ({ weight }) => `weight ${weight}`);
    if (options.json) {
      writeData(io, { asked, found: steps.length }, evidence(firstOf(steps, limit)));
    } else {
      writeSteps(io, steps, limit, 'information flow', (step, i) =>
        stepText(`Flow ${i + 1}`, step, options),
      );
    }
    return ExitCode.yes;
  }

  const limit = pathLimit(options.limit_flows, '--limit_flows');
  const found = pathsBetween(answers, question, limit);
  await drawSteps(
    io,
    options,
    [...new Set(found.paths.flat())],
    ({ weight }) => `weight ${weight}`,
  );
  if (options.json) {
    const { paths, total, stopped } = found;
    writeData(
      io,
      { asked, found: total, stopped },
      {
        paths: paths.map((path) => [path[0]!.source, ...path.map(({ target }) => target)]),
        ...evidence([...new Set(paths.flat())]),
      },
    );
  } else {
    writeEach(io, found.paths, (path, i) => {
      const steps = path.map((step, k) => stepText(`  Step ${k + 1}`, step, options));
      return `Flow ${i + 1}:\n${steps.join('')}`;
    });
    io.out(`\n${searchSummary(found, 'information flow', '-l')}\n`);
  }
  return searchExit(found);
}

function noteUnmapped(unmapped: readonly string[], io: Io): void {
  if (unmapped.length === 0) return;
  const permissions = quantity(unmapped.length, 'permission');
  const note = `the permission map does not know ${permissions} of the policy; they count as no flow`;
  io.err(`${io.errStyle.warn('note:')} ${note}: ${printable(shortened(unmapped))}\n`);
}

function permissionMap(options: Options, io: Io): { map: PermissionMap; name: string } {
  const path = options.map ?? options.permissionMap;
  if (path === undefined) return { map: defaultPermissionMap(), name: 'confine' };
  try {
    return {
      map: parsePermissionMap(readWhole(resolve(io.cwd, path), path).toString('utf8')),
      name: path,
    };
  } catch (error) {
    if (error instanceof PermissionMapError) throw new UsageError(`\`${path}\`, ${error.message}`);
    throw error;
  }
}

/** Steps with the numbers of their rules, and each rule once: the same few rules carry most steps. */
function evidence(steps: readonly FlowStep[]): { steps: unknown[]; rules: readonly unknown[] } {
  const numbers = new Map<string, number>();
  const rules: unknown[] = [];
  const numberOf = (rule: Rule): number => {
    const text = formatRule(rule);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, rules.length);
    return rules.push(rule) - 1;
  };
  return {
    steps: steps.map(({ source, target, weight, rules }) => ({
      source,
      target,
      weight,
      rules: rules.map(({ rule, weight }) => ({ rule: numberOf(rule), weight })),
    })),
    rules,
  };
}

function stepText(heading: string, step: FlowStep, options: Options): string {
  const lines = [`${heading}: ${step.source} -> ${step.target}`];
  if (options.full) {
    for (const { rule, weight } of step.rules) {
      lines.push(`    ${String(weight).padStart(2)}  ${formatRule(rule)}`);
    }
  }
  return lines.map((line) => `${printable(line)}\n`).join('');
}
