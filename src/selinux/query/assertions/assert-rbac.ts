import type { PolicyDb } from '../../policydb/index.ts';
import { QueryError } from '../query-error.ts';
import { formatRoleRule, roleRules } from '../rules/role-rules.ts';
import { type Options, Unanswerable } from './options.ts';

/** The same as assert_te of the allow rules between roles. */
export function assertRbac(db: PolicyDb, options: Options): readonly string[] {
  const [source, target] = [options.word('source'), options.word('target')];
  const sources = sides(db, options, 'source');
  const targets = sides(db, options, 'target');
  if (source === undefined && target === undefined) {
    throw new Unanswerable('neither source nor target is given');
  }
  const criteria = {
    kinds: ['role_allow'],
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target: { name: target, direct: false } }),
  } as const;
  const findings: string[] = [];
  const unseen = [new Set(sources.expected), new Set(targets.expected)] as const;
  for (const rule of roleRules(db, criteria)) {
    unseen[0].delete(rule.source);
    unseen[1].delete(rule.target);
    if (!sources.allowed.has(rule.source) && !targets.allowed.has(rule.target)) {
      findings.push(formatRoleRule(rule));
    }
  }
  const missing = (side: string, roles: ReadonlySet<string>): string[] =>
    [...roles].map((role) => `no such rule has the ${side} ${role}`).sort();
  return [...findings, ...missing('source', unseen[0]), ...missing('target', unseen[1])];
}

function sides(
  db: PolicyDb,
  options: Options,
  side: 'source' | 'target',
): { expected: ReadonlySet<string>; allowed: ReadonlySet<string> } {
  const expected = options.words(`expect_${side}`);
  const unknown = expected.find((role) => !db.roles.ids.has(role));
  if (unknown !== undefined) throw new QueryError(`the policy has no role \`${unknown}\``);
  return {
    expected: new Set(expected),
    allowed: new Set([...expected, ...options.words(`exempt_${side}`)]),
  };
}
