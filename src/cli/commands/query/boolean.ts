import type { PolicyDb } from '../../../selinux/policydb/index.ts';
import { type PolicySet, type Proved, prove } from '../../../selinux/prove/index.ts';
import {
  type BooleanEffect,
  booleanEffect,
  formatRule,
  type Opened,
  type OpenedGrant,
} from '../../../selinux/query/index.ts';
import { POLICY_TARGETS } from '../../../targets/index.ts';
import { printable, quantity, type Style, table, wrap } from '../../../text/index.ts';
import { linkProfile } from '../../check-profile.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import { linkedFiles, loadPolicySet, namedPolicySet } from '../../load-policy-set.ts';
import { loadProfile, type Profile, rulesetOf } from '../../load-profile.ts';
import { UsageError, type Verb } from '../../verb.ts';

export const boolean: Verb = {
  name: 'boolean',
  summary: 'what a boolean opens, on and off, in accesses; and which nevers it touches',
  define(command, run, io) {
    command
      .argument('<boolean>', 'its name')
      .option('--profile <directory...>', 'descriptions: which of their nevers it decides')
      .option('--rules', 'the rules too')
      .option('--policy <file>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
What rules outside its conditionals grant all the same is left out. Exits 0 if the boolean decides something, 1 if nothing.

Examples:
  confine query boolean httpd_read_user_content --policy debian-13
  confine query boolean rustnet_use_ptrace --profile profiles/rustnet --policy debian-13`,
      )
      .action((name: string, options: Options) => run(() => answer(io, name, options)));
  },
};

interface Options {
  readonly profile?: string[];
  readonly rules?: true;
  readonly policy: string;
  readonly json?: true;
}

/** What the boolean changes about one never of one description. */
interface Touched {
  readonly profile: string;
  readonly id: string;
  readonly on: string;
  readonly off: string;
  /** A way that is open with one value and not with the other. */
  readonly way: string;
}

async function answer(io: Io, name: string, options: Options): Promise<ExitCode> {
  let db: PolicyDb | undefined;
  const touched: Touched[] = [];
  for (const named of options.profile ?? []) {
    const profile = await loadProfile(io, named);
    const linked = await linkedPolicy(io, profile, options.policy);
    if (linked.db.booleans.ids.has(name)) {
      db ??= linked.db;
      touched.push(...touchedBy(profile, linked, name));
    }
  }
  db ??= await namedPolicy(io, options.policy);
  const effect = booleanEffect(db, name);
  io.out(
    options.json
      ? `${JSON.stringify({ ...effect, nevers: touched }, null, 2)}\n`
      : text(effect, touched, options, io.outStyle),
  );
  const decides = effect.on.rules.length + effect.off.rules.length > 0;
  return decides ? ExitCode.yes : ExitCode.no;
}

/** The named policy where it has the description's domain; a target's with the module linked into it. */
async function linkedPolicy(io: Io, profile: Profile, named: string): Promise<PolicySet> {
  const { confinement } = profile;
  const target = POLICY_TARGETS.find(({ id }) => id === named);
  if (target !== undefined) {
    const obstacle = target.obstacle();
    if (obstacle !== undefined) throw obstacle;
    const [linked] = await linkProfile(io, confinement, [target]);
    return loadPolicySet(io, linkedFiles(linked!), rulesetOf(profile));
  }
  const set = await namedPolicySet(io, { policy: named }, rulesetOf(profile));
  if (set.db.types.ids.has(confinement.domain)) return set;
  throw new UsageError(
    `the policy \`${named}\` has no domain \`${confinement.domain}\``,
    'name a target, into whose policy the description is linked: --policy debian-13',
  );
}

/** Proves with the boolean on and off, the others as the policy has them. */
function touchedBy(profile: Profile, set: PolicySet, name: string): readonly Touched[] {
  const { db } = set;
  const proved = (value: 0 | 1): readonly Proved[] => {
    const defaults = db.booleans.defaults.slice();
    defaults[db.booleans.ids.get(name)!] = value;
    const switched = { ...db, booleans: { ...db.booleans, defaults } };
    return prove({ ...set, db: switched }, profile.confinement);
  };
  const off = proved(0);
  return proved(1).flatMap(({ id, verdict }, i) => {
    const before = off[i]!.verdict;
    const [ways, waysBefore] = [waysOf(verdict), waysOf(before)];
    const way =
      ways.find((one) => !waysBefore.includes(one)) ??
      waysBefore.find((one) => !ways.includes(one));
    if (way === undefined && verdict.outcome === before.outcome) return [];
    return [
      {
        profile: profile.shown,
        id,
        on: verdict.outcome,
        off: before.outcome,
        way: way ?? '',
      },
    ];
  });
}

function waysOf(verdict: Proved['verdict']): readonly string[] {
  return verdict.outcome === 'violated' ? verdict.witnesses.map(({ what }) => what) : [];
}

function text(
  effect: BooleanEffect,
  touched: readonly Touched[],
  options: Options,
  style: Style,
): string {
  const { boolean: name, isOn, together } = effect;
  const part = (value: string, opened: Opened): string[] =>
    opened.rules.length === 0
      ? []
      : [
          style.strong(`${printable(name)} ${value}`),
          '',
          grantTable(opened.grants, style),
          ...commandLines(opened),
          ...(options.rules
            ? [...opened.rules.map((rule) => `  ${printable(formatRule(rule))}`), '']
            : []),
        ];
  return [
    ...part('on', effect.on),
    ...part('off', effect.off),
    ...(options.profile === undefined ? [] : [neverTable(touched, options, style)]),
    ...(together.length === 0
      ? []
      : [
          `It stands in expressions with ${printable(together.join(', '))}: with others of their values it may decide more.`,
        ]),
    `${printable(name)} is ${isOn ? 'on' : 'off'} in this policy: ${sum('on', effect.on)}, ${sum('off', effect.off)}.`,
    '',
  ].join('\n');
}

function sum(value: string, { accesses, rules }: Opened): string {
  if (rules.length === 0) return `${value}, it opens nothing`;
  return `${value}, it opens ${quantity(accesses, 'access', 'accesses')} by ${quantity(rules.length, 'rule')}`;
}

function grantTable(grants: readonly OpenedGrant[], style: Style): string {
  const rows = grants.map(({ source, target, tclass, permissions, pairs }) => [
    printable(source),
    printable(target === source ? 'self' : target),
    printable(tclass),
    wrap(printable(permissions.join(' ')), 50),
    pairs === 1 ? '' : style.faint(`${pairs} pairs of types`),
  ]);
  return table(
    ['who', 'on', 'class', 'may', ''].map((heading) => ({ heading })),
    rows,
  );
}

/** Of other kinds of rules, how many there are. */
function commandLines({ rules }: Opened): string[] {
  const others = Map.groupBy(
    rules.filter(({ kind }) => kind !== 'allow'),
    ({ kind }) => kind,
  );
  const counts = [...others].map(([kind, of]) => quantity(of.length, `${kind} rule`));
  return counts.length === 0 ? [] : [`and ${counts.join(', ')}: --rules lists them`, ''];
}

function neverTable(touched: readonly Touched[], { profile }: Options, style: Style): string {
  if (touched.length === 0)
    return `It decides no never of ${profile!.map(printable).join(', ')}.\n`;
  const columns = ['never', 'on', 'off', 'way', 'of'].map((heading) => ({ heading }));
  return table(
    columns,
    touched.map(({ profile: of, id, on, off, way }) => [
      id,
      outcome(on, style),
      outcome(off, style),
      wrap(printable(way), 60),
      printable(of),
    ]),
  );
}

function outcome(word: string, style: Style): string {
  return word === 'holds'
    ? style.good(word)
    : word === 'violated'
      ? style.bad(word)
      : style.warn(word);
}
