import { describe, expect, test } from 'vitest';
import { booleanEffect, QueryError, whoCan } from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const POLICY = `${CIL_PRELUDE}
(type secret_t) (roletype r secret_t)
(type other_t) (roletype r other_t)
(type direct_t) (roletype r direct_t)
(type member_t) (roletype r member_t)
(type decoy_read_t) (roletype r decoy_read_t)
(type decoy_class_t) (roletype r decoy_class_t)
(type decoy_half_t) (roletype r decoy_half_t)
(type decoy_dontaudit_t) (roletype r decoy_dontaudit_t)
(type decoy_constraint_t) (roletype r decoy_constraint_t)
(type parent_t) (roletype r parent_t)
(type decoy_child_t) (roletype r decoy_child_t)
(typebounds parent_t decoy_child_t)
(type switched_t) (roletype r switched_t)
(type everything_t) (roletype r everything_t)
(type loose_t) (roletype r loose_t) (typepermissive loose_t)
(typeattribute writers) (typeattributeset writers (member_t))
(typeattribute files) (typeattributeset files (secret_t other_t))
(typeattribute files_unconfined_type) (typeattributeset files_unconfined_type (everything_t))
(boolean x false) (boolean y false)
(allow direct_t secret_t (file (write open)))
(allow writers files (file (write open)))
(allow everything_t files (file (write open)))
(allow files_unconfined_type other_t (file (read)))
(allow decoy_read_t secret_t (file (read open)))
(allow decoy_class_t secret_t (dir (write)))
(allow decoy_half_t secret_t (file (write)))
(allow decoy_half_t other_t (file (open)))
(dontaudit decoy_dontaudit_t secret_t (file (write open)))
(allow decoy_constraint_t secret_t (file (write open)))
(constrain (file (write)) (neq t1 decoy_constraint_t))
(allow decoy_child_t secret_t (file (write open)))
(booleanif x (true (allow switched_t secret_t (file (write open)))))
(booleanif (and x y) (true (allow switched_t other_t (file (read)))))
(booleanif x (false (allow direct_t other_t (file (read)))))
(booleanif x (true (allow direct_t secret_t (file (write read)))))
(booleanif x (true (allow writers files (file (write append)))))
`;

const db = await policyFromCil(POLICY);
const policy = await policyFileFromCil(POLICY);

describe('who', () => {
  const question = { target: 'secret_t', permissions: ['write', 'open'] } as const;

  test('may: by name, through an attribute, under a boolean; no decoy', () => {
    const { able, permissive } = whoCan(db, { ...question, tclass: 'file', booleans: 'every' });
    expect(able.map(({ source, unconfined }) => [source, unconfined])).toEqual([
      ['direct_t', false],
      ['everything_t', true],
      ['member_t', false],
      ['switched_t', false],
    ]);
    expect(permissive).toEqual(['loose_t']);
    const when = able.find(({ source }) => source === 'switched_t')!.answer.permissions[0]!.when;
    expect(when).toEqual([{ x: true }]);
  });

  test('under one setting of the booleans', () => {
    const of = (x: boolean): string[] =>
      whoCan(db, { ...question, tclass: 'file', booleans: { x } }).able.map(({ source }) => source);
    expect(of(false)).not.toContain('switched_t');
    expect(of(true)).toContain('switched_t');
  });

  test('on every class that has the permissions, if none is named', () => {
    const { able } = whoCan(db, { target: 'secret_t', permissions: ['write'], booleans: {} });
    const on = able.filter(({ source }) => source === 'decoy_class_t');
    expect(on.map(({ answer }) => answer.tclass)).toEqual(['dir']);
  });

  test.each([
    [{ permissions: ['wriet'] }, 'no class has the permission `wriet`', 'did you mean `write`?'],
    [{ tclass: 'fil' }, 'the policy has no class `fil`', 'did you mean `file`?'],
    [
      { tclass: 'dir', permissions: ['add_nmae'] },
      'the class `dir` has no permission `add_nmae`',
      'did you mean `add_name`?',
    ],
    [{ target: 'secrte_t' }, 'the policy has no type `secrte_t`', 'did you mean `secret_t`?'],
  ])('a wrong name %j is told', (wrong, message, hint) => {
    const ask = (): unknown => whoCan(db, { ...question, booleans: 'every', ...wrong });
    expect(ask).toThrow(QueryError);
    expect(ask).toThrow(expect.objectContaining({ message, hint }));
  });

  test('the command leaves the unconfined out, and says so; nobody is exit code 1', async () => {
    const args = ['query', 'who', '--type', 'secret_t', '--class', 'file', '--policy', policy];
    const { code, out } = await runCli([...args, '--can', 'write,open']);
    expect(code).toBe(0);
    expect(out).toBe(`domain      on    when
----------  ----  ------
direct_t    file  always
member_t    file  always
switched_t  file  x=on

permissive, so that they may whatever rules say: loose_t
3 confined domains may write,open secret_t, 2 of them whatever the booleans are; 1 unconfined domain too, left out here: --unconfined lists them
`);
    const nobody = await runCli([...args, '--can', 'rename']);
    expect(nobody.code).toBe(1);
    expect(nobody.out).toContain(
      'permissive, so that they may whatever rules say: loose_t; by rules nobody may\n0 confined domains may',
    );
    const { out: all } = await runCli([...args, '--can', 'write,open', '--unconfined', '--rules']);
    expect(all).toContain('everything_t');
    expect(all).toContain('allow everything_t files:file { open write };');
  });
});

describe('a boolean', () => {
  test('opens what it alone decides, in accesses, on and off', () => {
    const { isOn, on, off, together } = booleanEffect(db, 'x');
    expect(isOn).toBe(false);
    expect(together).toEqual(['y']);
    expect(on.grants).toEqual([
      { source: 'direct_t', target: 'secret_t', tclass: 'file', permissions: ['read'], pairs: 1 },
      {
        source: 'switched_t',
        target: 'secret_t',
        tclass: 'file',
        permissions: ['open', 'write'],
        pairs: 1,
      },
      { source: 'writers', target: 'files', tclass: 'file', permissions: ['append'], pairs: 2 },
    ]);
    expect(on.accesses).toBe(5);
    expect(on.rules).toHaveLength(3);
    expect(off.grants.map(({ source, target }) => [source, target])).toEqual([
      ['direct_t', 'other_t'],
    ]);
  });

  test('with another one’s help: neither alone', () => {
    expect(booleanEffect(db, 'y').on).toEqual({ accesses: 0, grants: [], rules: [] });
  });

  test('that is misspelt', async () => {
    const { code, err } = await runCli(['query', 'boolean', 'z', '--policy', policy]);
    expect(code).toBe(2);
    expect(err).toContain('the policy has no boolean `z`');
  });
});
