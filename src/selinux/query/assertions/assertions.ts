import type { PolicyDb } from '../../policydb/index.ts';
import { QueryError } from '../query-error.ts';
import { assertRbac } from './assert-rbac.ts';
import { assertTe } from './assert-te.ts';
import { emptyTypeattr } from './empty-typeattr.ts';
import type { IniSection } from './ini.ts';
import { Options, Unanswerable } from './options.ts';
import { readOnlyExecutables } from './ro-execs.ts';

/** What a policy says to one assertion of sechecker's. */
export interface AssertionAnswer {
  readonly name: string;
  /** Its check_type. */
  readonly type: string;
  readonly description?: string;
  /** `unanswered`: it asks for something that we do not know, or names what the policy lacks. Nobody's pass. */
  readonly outcome: 'passed' | 'failed' | 'disabled' | 'unanswered';
  /** Why it was not asked or not answered. */
  readonly why?: string;
  /** What is against it: rules, types, or rules that were expected and are not there. */
  readonly findings: readonly string[];
}

/** A kind of assertion: the findings against it. Throws Unanswerable, or QueryError for what the policy lacks. */
type Check = (db: PolicyDb, options: Options) => readonly string[];

/** By their check_type, as sechecker(1) of setools 4.5 has them. */
const CHECKS: Readonly<Record<string, Check>> = {
  assert_te: assertTe,
  assert_rbac: assertRbac,
  empty_typeattr: emptyTypeattr,
  ro_execs: readOnlyExecutables,
};

/** Answers each assertion of a sechecker configuration, in its order. */
export function assertions(
  db: PolicyDb,
  sections: readonly IniSection[],
): readonly AssertionAnswer[] {
  return sections.map((section) => answer(db, section));
}

function answer(db: PolicyDb, { name, options }: IniSection): AssertionAnswer {
  const type = options.get('check_type') ?? '';
  const description = options.get('desc');
  const asked = { name, type, ...(description && { description }) };
  const disabled = options.get('disable');
  const check = Object.hasOwn(CHECKS, type) ? CHECKS[type] : undefined;
  const unanswered = (why: string): AssertionAnswer => ({
    ...asked,
    outcome: 'unanswered',
    why,
    findings: [],
  });
  if (type === '') return unanswered('it has no check_type');
  if (check === undefined) {
    return unanswered(
      `the check_type \`${type}\` is not known here; known are ${Object.keys(CHECKS).join(', ')}`,
    );
  }
  if (disabled) return { ...asked, outcome: 'disabled', why: disabled, findings: [] };
  try {
    const given = new Options(options);
    const findings = check(db, given);
    const unread = given.unread();
    if (unread.length > 0) return unanswered(`${type} has no option \`${unread[0]}\``);
    return { ...asked, outcome: findings.length > 0 ? 'failed' : 'passed', findings };
  } catch (error) {
    if (error instanceof Unanswerable || error instanceof QueryError) {
      return unanswered(error.message);
    }
    throw error;
  }
}
