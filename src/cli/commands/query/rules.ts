import type { Command } from 'commander';
import type { PolicyDb } from '../../../selinux/policydb/index.ts';
import {
  formatRangeRule,
  formatRoleRule,
  type RangeRule,
  type RoleRule,
  type Rule,
  rangeRules,
  roleRules,
  type TeRuleCriteria,
  teRuleLines,
  teRules,
} from '../../../selinux/query/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';
import { blocksOf, writeLines } from '../../write-lines.ts';

export const rules: Verb = {
  name: 'rules',
  summary: 'search rules, with the options and the output of sesearch',
  define(command, run, io) {
    takeDoubleLetters(command);
    command
      .option('--policy <policy>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .option('-A', 'allow and allowxperm rules')
      .option('--allow', 'allow rules')
      .option('--allowxperm', 'allowxperm rules')
      .option('--auditallow', 'auditallow rules')
      .option('--auditallowxperm', 'auditallowxperm rules')
      .option('--dontaudit', 'dontaudit rules')
      .option('--dontauditxperm', 'dontauditxperm rules')
      .option('--neverallow', 'not in a binary policy: says what to do instead')
      .option('--neverallowxperm', 'likewise')
      .option('-T, --type_transition', 'type_transition rules (also --type_trans)')
      .option('--type_change', 'type_change rules')
      .option('--type_member', 'type_member rules')
      .option('--role_allow', 'role allow rules')
      .option('--role_transition', 'role_transition rules (also --role_trans)')
      .option('--range_transition', 'range_transition rules (also --range_trans)')
      .option('-s, --source <name>', 'source type, attribute or role')
      .option('-t, --target <name>', 'target type, attribute or role')
      .option('-c, --class <names>', 'object classes, apart by commas')
      .option('-p, --perms <names>', 'has any of these permissions')
      .option('-x, --xperms <ranges>', 'has any of these commands, as in 0x8910,0x8920-0x8930')
      .option('-D, --default <name>', 'results in this type, role or range')
      .option('-b, --bool <names>', 'is conditional on any of these booleans')
      .option('--eb', 'the condition is over these booleans and no other')
      .option('--ep', 'has these permissions and no other')
      .option('--ex', 'has these commands and no other')
      .option('--Sp', 'has all of these permissions')
      .option('--ds', 'the rule names the source itself, not through an attribute')
      .option('--dt', 'the rule names the target itself, not through an attribute')
      .option('--rs', 'the source is a regular expression')
      .option('--rt', 'the target is a regular expression')
      .option('--rc', 'the class is a regular expression')
      .option('--rd', 'the default is a regular expression')
      .option('--rb', 'the boolean is a regular expression')
      .addHelpText(
        'after',
        `
Examples:
  confine query rules -A -s httpd_t -c tcp_socket --policy policy.34      what httpd_t may do with TCP sockets
  confine query rules -T -s init_t -t httpd_exec_t --json                 a domain transition, as data`,
      )
      .action((options: RuleOptions) => run(() => search(io, options)));
  },
};

interface RuleOptions {
  policy: string;
  json?: true;
  A?: true;
  allow?: true;
  allowxperm?: true;
  auditallow?: true;
  auditallowxperm?: true;
  dontaudit?: true;
  dontauditxperm?: true;
  neverallow?: true;
  neverallowxperm?: true;
  type_transition?: true;
  type_change?: true;
  type_member?: true;
  role_allow?: true;
  role_transition?: true;
  range_transition?: true;
  source?: string;
  target?: string;
  class?: string;
  perms?: string;
  xperms?: string;
  default?: string;
  bool?: string;
  eb?: true;
  ep?: true;
  ex?: true;
  Sp?: true;
  ds?: true;
  dt?: true;
  rs?: true;
  rt?: true;
  rc?: true;
  rd?: true;
  rb?: true;
}

async function search(io: Io, options: RuleOptions): Promise<ExitCode> {
  const kinds = TE_KINDS.filter((kind) => options[kind] || (options.A && ALLOWS.includes(kind)));
  const roleKinds = (['role_allow', 'role_transition'] as const).filter((kind) => options[kind]);
  refuse(options, kinds.length + roleKinds.length);
  const criteria = criteriaOf(options, kinds);
  const db = await namedPolicy(io, options.policy);
  // Roles and ranges are few, and a name that they lack should be said before anything is printed.
  const roles = roleKinds.length > 0 ? roleRulesOf(db, options, criteria, roleKinds) : [];
  const ranges = options.range_transition ? rangeRulesOf(db, options, criteria) : [];
  const anyTe = kinds.length > 0;
  let found: boolean;
  if (options.json) {
    const te = anyTe ? teRules(db, criteria) : [];
    found = writeJson(io, chain<Rule | RoleRule | RangeRule>(te, roles, ranges));
  } else {
    const te = anyTe ? teRuleLines(db, criteria) : [];
    found = writeLines(io, chain(te, roles.map(formatRoleRule), ranges.map(formatRangeRule)));
  }
  if (found) return ExitCode.yes;
  io.err(`${io.errStyle.warn('none:')} no rule matches\n`);
  return ExitCode.no;
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

const TE_KINDS = [
  'allow',
  'allowxperm',
  'auditallow',
  'auditallowxperm',
  'dontaudit',
  'dontauditxperm',
  'type_transition',
  'type_change',
  'type_member',
] as const;

const ALLOWS: readonly string[] = ['allow', 'allowxperm'];

function refuse(options: RuleOptions, kinds: number): void {
  if (options.neverallow || options.neverallowxperm) {
    throw new UsageError(
      'neverallow rules are checked when a policy is built and are not in the binary policy',
      'ask what the neverallow would forbid with -A, or prove it with `confine prove`',
    );
  }
  if (kinds === 0 && !options.range_transition) {
    throw new UsageError('no kind of rule is asked for', 'name one, such as -A or -T');
  }
  const only = options.role_allow || options.role_transition || options.range_transition;
  if (only && (options.perms || options.xperms || options.bool)) {
    throw new UsageError('-p, -x and -b make sense for type enforcement rules only');
  }
}

function criteriaOf(options: RuleOptions, kinds: TeRuleCriteria['kinds']): TeRuleCriteria {
  const { source, target, perms, xperms, bool } = options;
  const list = (text: string): string[] => text.split(',');
  return {
    kinds,
    ...(source && { source: { name: nameOf(source, options.rs), direct: options.ds === true } }),
    ...(target && { target: { name: nameOf(target, options.rt), direct: options.dt === true } }),
    ...(options.class && {
      classes: options.rc ? pattern(options.class) : list(options.class),
    }),
    ...(perms && {
      permissions: {
        names: list(perms),
        match: options.Sp ? 'all' : options.ep ? 'exact' : 'any',
      },
    }),
    ...(xperms && { xperms: { ranges: list(xperms).map(rangeOf), exact: options.ex === true } }),
    ...(options.default && { default: nameOf(options.default, options.rd) }),
    ...(bool && {
      booleans: { names: options.rb ? pattern(bool) : list(bool), exact: options.eb === true },
    }),
  };
}

function roleRulesOf(
  db: PolicyDb,
  options: RuleOptions,
  { target, classes }: TeRuleCriteria,
  kinds: readonly RoleRule['kind'][],
): readonly RoleRule[] {
  return roleRules(db, {
    kinds,
    ...(options.source && { source: nameOf(options.source, options.rs) }),
    ...(target && { target }),
    ...(classes && { classes }),
    ...(options.default && { default: nameOf(options.default, options.rd) }),
  });
}

function rangeRulesOf(
  db: PolicyDb,
  options: RuleOptions,
  { source, target, classes }: TeRuleCriteria,
): readonly RangeRule[] {
  return rangeRules(db, {
    ...(source && { source }),
    ...(target && { target }),
    ...(classes && { classes }),
    ...(options.default && { default: options.default }),
  });
}

function nameOf(text: string, isPattern: true | undefined): string | RegExp {
  return isPattern ? pattern(text) : text;
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`\`${text}\` is no regular expression: ${(error as Error).message}`);
  }
}

/** Hexadecimal, with or without `0x`, as sesearch takes them. */
function rangeOf(text: string): readonly [number, number] {
  const match = /^\s*(?:0x)?([0-9a-f]{1,4})(?:-(?:0x)?([0-9a-f]{1,4}))?\s*$/i.exec(text);
  if (match === null) {
    throw new UsageError(
      `\`${text}\` is no range of extended permissions`,
      'write hexadecimal numbers up to 0xffff, as in 0x8910 or 0x8910-0x8927',
    );
  }
  return [Number.parseInt(match[1]!, 16), Number.parseInt(match[2] ?? match[1]!, 16)];
}

/** One array, a rule per line. */
function writeJson(io: Io, found: Iterable<Rule | RoleRule | RangeRule>): boolean {
  let separator = '[\n';
  for (const block of blocksOf(found)) {
    io.out(separator + block.map((rule) => JSON.stringify(rule)).join(',\n'));
    separator = ',\n';
  }
  const none = separator === '[\n';
  io.out(none ? '[]\n' : '\n]\n');
  return !none;
}

/** sesearch's options of two letters behind one dash (`-ds`), which the argument parser would take for two options of one. */
function takeDoubleLetters(command: Command): void {
  const parse = command.parseOptions.bind(command);
  command.parseOptions = (argv) => parse(argv.map((word) => SPELLING[word] ?? word));
  command.configureHelp({
    optionTerm: (option) => (DOUBLE.includes(option.flags) ? option.flags.slice(1) : option.flags),
  });
}

const DOUBLE: readonly string[] = [
  '--eb',
  '--ep',
  '--ex',
  '--Sp',
  '--ds',
  '--dt',
  '--rs',
  '--rt',
  '--rc',
  '--rd',
  '--rb',
];

/** Words of sesearch's command line, and of its older versions, in the parser's spelling. */
const SPELLING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(DOUBLE.map((flag) => [flag.slice(1), flag])),
  '--type_trans': '--type_transition',
  '--role_trans': '--role_transition',
  '--range_trans': '--range_transition',
};
