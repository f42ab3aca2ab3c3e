import { describe, expect, test } from 'vitest';
import { formatRule, SENSITIVE, sensitiveGrants } from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFromCil } from '../../support/policy.ts';

const TYPES = [
  ...new Set(SENSITIVE.flatMap(({ accesses }) => accesses.map(({ target }) => target))),
].filter((target) => target !== 'self');

async function granted(rules: string): Promise<readonly string[]> {
  const db = await policyFromCil(`${CIL_PRELUDE}
(boolean on false) (boolean off false) (type a_t) (type parent_t)
${TYPES.map((type) => `(type ${type})`).join(' ')}
(typeattribute any) (typeattributeset any (a_t parent_t)) (typeattribute files) (typeattributeset files (${TYPES.join(' ')}))
${rules}`);
  return sensitiveGrants(db, 'a_t').map(
    ({ id, rules: by }) => `${id}: ${by.map(formatRule).join(' ')}`,
  );
}

test.each(SENSITIVE.flatMap(({ id, accesses }) => accesses.map((one) => [id, one] as const)))(
  '%s is found by each of its accesses: %o',
  async (id, { target, tclass, permissions }) => {
    const lines = await granted(`(allow a_t ${target} (${tclass} (${permissions.join(' ')})))`);
    expect(lines.map((line) => line.split(':')[0])).toEqual([id]);
  },
);

describe('by whatever way', () => {
  test.each([
    ['an attribute of the domain', '(allow any shadow_t (file (read open)))', 1],
    ['an attribute of the file', '(allow a_t files (file (read open)))', 1],
    ['a boolean that is off', '(booleanif on (true (allow a_t shadow_t (file (read open)))))', 1],
    ['two rules', '(allow a_t shadow_t (file (read))) (allow any shadow_t (file (open)))', 1],
    ['not without opening it', '(allow a_t shadow_t (file (read getattr)))', 0],
    ['not another class', '(allow a_t shadow_t (dir (read open)))', 0],
    [
      'not what the bounds take away',
      '(typebounds parent_t a_t) (allow a_t shadow_t (file (read open)))',
      0,
    ],
  ])('%s', async (_, rules, count) => {
    const lines = await granted(rules);
    expect(lines.filter((line) => line.startsWith('read-shadow'))).toHaveLength(count);
  });

  test('the rule has its boolean', async () => {
    expect(
      await granted('(booleanif on (true (allow a_t self (capability (sys_rawio)))))'),
    ).toEqual(['raw-io: allow a_t a_t:capability sys_rawio; [ on ]:True']);
  });
});
