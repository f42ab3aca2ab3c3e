import { membersOf, type PolicyDb, type TypeId } from '../../policydb/index.ts';
import { formatRule, type Rule } from '../rules/rule.ts';
import { type TeRuleCriteria, teRules } from '../rules/te-rules.ts';
import { type Options, Unanswerable } from './options.ts';
import { exemptTypes, expectedTypes } from './type-sets.ts';

/**
 * No allow rule matches but those whose sources, or whose targets, are all expected or exempt; and each type that is expected is the source,
 * or the target, of one that matches. The conditions of rules do not count: a rule is one under any setting of the booleans.
 */
export function assertTe(db: PolicyDb, options: Options): readonly string[] {
  const [source, target] = [options.word('source'), options.word('target')];
  const [classes, permissions] = [options.words('tclass'), options.words('perms')];
  const sources = sides(db, options, 'source');
  const targets = sides(db, options, 'target');
  if (source === undefined && target === undefined && classes.length + permissions.length === 0) {
    throw new Unanswerable('none of source, target, tclass and perms is given');
  }
  const criteria: TeRuleCriteria = {
    kinds: ['allow'],
    ...(source !== undefined && { source: { name: source, direct: false } }),
    ...(target !== undefined && { target: { name: target, direct: false } }),
    ...(classes.length > 0 && { classes }),
    ...(permissions.length > 0 && { permissions: { names: permissions, match: 'any' } }),
  };
  const findings: string[] = [];
  const unseen = [new Set(sources.expected), new Set(targets.expected)] as const;
  for (const rule of teRules(db, criteria)) {
    const [from, to] = [typesOf(db, rule, 'source'), typesOf(db, rule, 'target')];
    for (const type of from) unseen[0].delete(type);
    for (const type of to) unseen[1].delete(type);
    const left = (types: readonly TypeId[], allowed: ReadonlySet<TypeId>): boolean =>
      types.some((type) => !allowed.has(type));
    if (left(from, sources.allowed) && left(to, targets.allowed)) findings.push(formatRule(rule));
  }
  const missing = (side: 'source' | 'target', types: ReadonlySet<TypeId>): string[] =>
    [...types].map((type) => `no such rule has the ${side} ${db.types.names[type]}`).sort();
  return [...findings, ...missing('source', unseen[0]), ...missing('target', unseen[1])];
}

interface Side {
  readonly expected: ReadonlySet<TypeId>;
  /** Expected or exempt. */
  readonly allowed: ReadonlySet<TypeId>;
}

function sides(db: PolicyDb, options: Options, side: 'source' | 'target'): Side {
  const expected = expectedTypes(db, options.words(`expect_${side}`));
  const exempt = exemptTypes(db, options.words(`exempt_${side}`));
  return { expected, allowed: new Set([...expected, ...exempt]) };
}

function typesOf(db: PolicyDb, rule: Rule, side: 'source' | 'target'): readonly TypeId[] {
  return [...membersOf(db.types, db.types.ids.get(rule[side])!)];
}
