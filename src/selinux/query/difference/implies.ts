import { type PolicyDb, RuleKind } from '../../policydb/index.ts';
import { accessVector } from '../decision/access-vector.ts';
import { type BooleanValues, booleanSetting } from '../rules/conditional.ts';
import type { Rule } from '../rules/rule.ts';
import { commandDifference, commandsText, letsAny } from './commands.ts';
import { policyDifference } from './difference.ts';
import {
  type AccessChange,
  domainDifference,
  effectiveDifference,
  type Grant,
  grantingRules,
} from './effective.ts';
import type { PolicyPair } from './side.ts';

/**
 * The answer to whether one policy (or domain) allows no more than another. `undecided` where what decides is outside of what was
 * compared: then `reasons` says what.
 */
export interface ComparisonAnswer {
  readonly verdict: 'yes' | 'no' | 'undecided';
  /** With `no`: one access that shows it. */
  readonly counterexample: Counterexample | undefined;
  /** How many (source, target, class) show it. */
  readonly count: number;
  /** What keeps a yes from being certain. */
  readonly reasons: readonly string[];
}

/** An access that one policy grants and the other does not. */
export interface Counterexample {
  /** The policy that grants it. */
  readonly grantedBy: 'left' | 'right';
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  /** A setting of the booleans that shows it; undefined if every setting does. */
  readonly under: BooleanValues | undefined;
  /** The rules that grant it; none where it is granted without one (a permissive domain, an unknown permission). */
  readonly rules: readonly Rule[];
  /** What else there is to say: `permissive`, `ioctl commands 0x5401` … */
  readonly note: string | undefined;
}

/**
 * Whether everything that `leftDomain` may do in the left policy, `rightDomain` may do in the right one, under every setting of the
 * booleans. Throws QueryError for a domain that is not there.
 */
export function implies(
  pair: PolicyPair,
  leftDomain: string,
  rightDomain: string = leftDomain,
): ComparisonAnswer {
  const found = domainDifference(pair, leftDomain, rightDomain).flatMap((change) =>
    exampleOf(change, 'left', rightDomain),
  );
  return answer(pair, 'left', [...found, ...beyondRules(pair, 'left', leftDomain, rightDomain)], {
    left: leftDomain,
    right: rightDomain,
  });
}

/**
 * Whether the right policy grants nothing that the left one, the reference, does not. `domain`: only to this domain.
 * `existing`: only between types that the reference knows, so that a module's own types do not count.
 */
export function noNewAccess(
  pair: PolicyPair,
  options: { readonly domain?: string; readonly existing?: boolean } = {},
): ComparisonAnswer {
  const { domain, existing } = options;
  const known = (name: string): boolean => pair.left.types.ids.has(name);
  const found = effectiveDifference(pair, domain)
    .filter(({ source, target }) => !existing || (known(source) && known(target)))
    .flatMap((change) => exampleOf(change, 'right'));
  const beyond = beyondRules(pair, 'right', domain, domain).filter(
    ({ source, target }) => !existing || (known(source) && known(target)),
  );
  return answer(pair, 'right', [...found, ...beyond], { left: domain, right: domain });
}

/** Whether two policies grant the same, in both directions; `domain`: to this domain. */
export function equivalent(pair: PolicyPair, domain?: string): ComparisonAnswer {
  const changes = effectiveDifference(pair, domain);
  const found = changes.flatMap((change) => [
    ...exampleOf(change, 'right'),
    ...exampleOf(change, 'left'),
  ]);
  const beyond = (['right', 'left'] as const).flatMap((side) =>
    beyondRules(pair, side, domain, domain),
  );
  const there = answer(pair, 'right', [...found, ...beyond], { left: domain, right: domain });
  if (there.verdict !== 'yes') return there;
  const others = policyDifference(pair, DECIDING_KINDS);
  if (others.length === 0) return there;
  return {
    ...there,
    verdict: 'undecided',
    reasons: others.map(
      ({ title }) => `the rules grant the same, but the policies differ in: ${title}`,
    ),
  };
}

/** Besides `allow` rules, what the kernel decides by. */
const DECIDING_KINDS: ReadonlySet<string> = new Set([
  'properties',
  'booleans',
  'roles',
  'users',
  'type-transition',
  'type-change',
  'type-member',
  'role-allows',
  'role-transitions',
  'range-transitions',
  'constraints',
  'mls-constraints',
  'validatetrans',
  'mls-validatetrans',
  'initial-sids',
  'ibendports',
  'ibpkeys',
  'fs-use',
  'genfs',
  'netifs',
  'nodes',
  'ports',
  'polcaps',
  'defaults',
  'typebounds',
]);

/** `refusedTo`: the domain of the policy that does not grant it, where it has another name. */
function exampleOf(
  change: AccessChange,
  grantedBy: 'left' | 'right',
  refusedTo: string = change.source,
): readonly Example[] {
  const grants: readonly Grant[] = grantedBy === 'right' ? change.gained : change.lost;
  if (grants.length === 0) return [];
  // What holds under every setting shows it best.
  const { permissions, under, certain } =
    grants.find((grant) => grant.certain && grant.under === undefined) ??
    grants.find((grant) => grant.certain) ??
    grants[0]!;
  const { source, tclass } = change;
  const onSelf = change.target === 'self';
  return [
    {
      grantedBy,
      source,
      target: onSelf ? source : change.target,
      tclass,
      permissions,
      under,
      certain,
      note: undefined,
      refused: { source: refusedTo, target: onSelf ? refusedTo : change.target },
    },
  ];
}

type Example = Omit<Counterexample, 'rules'> & {
  readonly certain: boolean;
  /** The pair of types that the other policy refuses it to; absent where there is a note. */
  readonly refused?: { readonly source: string; readonly target: string };
};

/** Whether the kernel's own computation agrees that one policy grants what the example says and the other does not. */
function confirmed(pair: PolicyPair, example: Example): boolean {
  if (!example.certain) return false;
  const { grantedBy, source, target, tclass, permissions, under, refused } = example;
  if (refused === undefined) return true;
  const other = grantedBy === 'left' ? 'right' : 'left';
  // What rules on commands leave nothing of is not granted.
  const effective = permissions.filter((name) =>
    letsAny(pair[grantedBy], { source, target, tclass }, name, under ?? {}),
  );
  if (effective.length === 0) return false;
  const grants = (side: 'left' | 'right', of: { source: string; target: string }): boolean => {
    const db = pair[side];
    const [sourceId, targetId] = [db.types.ids.get(of.source), db.types.ids.get(of.target)];
    const classId = db.classes.ids.get(tclass);
    if (sourceId === undefined || targetId === undefined || classId === undefined) return false;
    const known = Object.entries(under ?? {}).filter(([name]) => db.booleans.ids.has(name));
    const setting = booleanSetting(db, Object.fromEntries(known));
    const { allowed } = accessVector(db, sourceId, targetId, classId, setting);
    return effective.every((name) => {
      const bit = db.classes.permissionBits[classId]!.get(name);
      return bit !== undefined && ((allowed >>> bit) & 1) === 1;
    });
  };
  return grants(grantedBy, { source, target }) && !grants(other, refused);
}

/** What is granted not by a rule, or more widely than a rule says. */
function beyondRules(
  pair: PolicyPair,
  grantedBy: 'left' | 'right',
  leftDomain: string | undefined,
  rightDomain: string | undefined,
): Example[] {
  const other = grantedBy === 'left' ? 'right' : 'left';
  const [granting, refusing] = [pair[grantedBy], pair[other]];
  const domains = { left: leftDomain, right: rightDomain };
  const examples: Example[] = [];
  const base = { grantedBy, under: undefined, certain: true } as const;

  for (const id of granting.permissive) {
    const name = granting.types.names[id]!;
    if (domains[grantedBy] !== undefined && domains[grantedBy] !== name) continue;
    const there = refusing.types.ids.get(domains[other] ?? name);
    if (there !== undefined && refusing.permissive.has(there)) continue;
    examples.push({
      ...base,
      source: name,
      target: '*',
      tclass: '*',
      permissions: ['*'],
      note: 'permissive: everything is granted, and logged',
    });
  }
  if (granting.handleUnknown === 'allow') {
    for (const { tclass, permissions } of undefinedIn(granting, refusing)) {
      examples.push({
        ...base,
        source: domains[grantedBy] ?? '*',
        target: '*',
        tclass,
        permissions,
        note: `the ${grantedBy} policy does not define ${permissions.join(', ')} of ${tclass} and allows what it does not define`,
      });
    }
  }
  examples.push(...extendedExamples(pair, grantedBy, domains[grantedBy]));
  return examples;
}

/** Classes and permissions that `known` has and `db` has not. */
function undefinedIn(
  db: PolicyDb,
  known: PolicyDb,
): { tclass: string; permissions: readonly string[] }[] {
  return known.classes.names.flatMap((tclass, id) => {
    const own = db.classes.ids.get(tclass);
    const permissions = known.classes.permissions[id]!.filter(
      (name) => own === undefined || !db.classes.permissionBits[own]!.has(name),
    );
    return permissions.length === 0 ? [] : [{ tclass, permissions }];
  });
}

/** Commands that one policy lets through and the other does not, where both grant the permission. */
function extendedExamples(
  pair: PolicyPair,
  grantedBy: 'left' | 'right',
  domain: string | undefined,
): Example[] {
  return commandDifference(pair, domain).flatMap((change) => {
    const more = grantedBy === 'right' ? change.gained : change.lost;
    if (more.length === 0) return [];
    const { source, target, tclass, permission, unlimited, under, certain } = change;
    return {
      grantedBy,
      source,
      target,
      tclass,
      permissions: [permission],
      under,
      certain,
      note:
        unlimited === grantedBy
          ? `all ${permission} commands: no rule narrows them`
          : `${permission} commands ${commandsText(more)}`,
    };
  });
}

function answer(
  pair: PolicyPair,
  grantedBy: 'left' | 'right',
  examples: readonly Example[],
  domains: { readonly left: string | undefined; readonly right: string | undefined },
): ComparisonAnswer {
  const count = examples.length;
  const chosen =
    examples.find((example) => example.note === undefined && confirmed(pair, example)) ??
    examples.find((example) => confirmed(pair, example));
  if (chosen !== undefined) {
    const { certain: _certain, refused: _refused, ...example } = chosen;
    const rules = grantingRules(pair[example.grantedBy], example, example.permissions);
    return { verdict: 'no', counterexample: { ...example, rules }, count, reasons: [] };
  }
  const reasons = openReasons(pair, grantedBy, domains);
  if (examples.length > 0) {
    const { source, target, tclass, permissions, note } = examples[0]!;
    reasons.unshift(
      `${source} ${target}:${tclass} { ${permissions.join(' ')} } depends on conditions or bounds that are not compared${note === undefined ? '' : ` (${note})`}`,
    );
  }
  return {
    verdict: reasons.length > 0 ? 'undecided' : 'yes',
    counterexample: undefined,
    count,
    reasons,
  };
}

/** What could make the granting policy wider although its rules are not. */
function openReasons(
  pair: PolicyPair,
  grantedBy: 'left' | 'right',
  domains: { readonly left: string | undefined; readonly right: string | undefined },
): string[] {
  const reasons: string[] = [];
  const other = grantedBy === 'left' ? 'right' : 'left';
  const refusing = pair[other];
  const bounded = refusing.types.names.filter((name, id) => {
    const asked = domains[other] === undefined || domains[other] === name;
    return asked && refusing.types.bounds[id]! >= 0;
  });
  if (bounded.length > 0) {
    reasons.push(
      `the ${other} policy bounds ${bounded.slice(0, 3).join(', ')} (typebounds), which can take away what its rules grant`,
    );
  }
  if (domains.left !== domains.right && pairHasExtendedRules(pair)) {
    reasons.push('extended permissions of domains with different names are not compared');
  }
  const constraints = policyDifference(
    pair,
    new Set(['constraints', 'mls-constraints', 'properties']),
  ).filter(
    ({ id, difference }) =>
      id !== 'properties' ||
      [...difference.modified].some((change) => 'name' in change && change.name === 'MLS'),
  );
  for (const { title } of constraints) {
    reasons.push(`the policies differ in: ${title}, which can take away what rules grant`);
  }
  return reasons;
}

function pairHasExtendedRules({ left, right }: PolicyPair): boolean {
  return [left, right].some(({ rules }) =>
    [...rules.kind].some((kind) => kind >= RuleKind.allowxperm),
  );
}
