import { describe, expect, test } from 'vitest';
import { type ClassId, RuleKind, type TypeId } from '../../../src/selinux/policydb/index.ts';
import { accessVector, formatRule, teRules, visitRules } from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const POLICY = `${CIL_PRELUDE}
(type a_t) (type b_t) (type c_t)
(typeattribute domains) (typeattributeset domains (a_t b_t))
(boolean x false)
(allow a_t c_t (file (read write)))
(allow domains c_t (file (open)))
(booleanif x (true (allow b_t c_t (file (write)))) (false (allowx a_t c_t (ioctl file (0x5401)))))
(allowx a_t c_t (ioctl file ((range 0x8900 0x89ff) 0x5402)))
(typetransition a_t c_t file "log.txt" b_t)
(typetransition a_t c_t file a_t)
(roleallow r r)
`;
const db = await policyFromCil(POLICY);
const file = await policyFileFromCil(POLICY);
const rules = (...args: string[]) => runCli(['query', 'rules', '--policy', file, ...args]);

describe('the command', () => {
  test('prints the lines of sesearch, with the condition of extended rules as well', async () => {
    expect((await rules('-A', '-s', 'a_t')).out).toBe(`allow a_t c_t:file { read write };
allow domains c_t:file open;
allowxperm a_t c_t:file ioctl 0x5401; [ x ]:False
allowxperm a_t c_t:file ioctl 0x5402;
allowxperm a_t c_t:file ioctl 0x8900-0x89ff;
`);
  });

  test('takes two letters behind one dash, as sesearch does', async () => {
    expect((await rules('-A', '-s', 'a_t', '-ds', '-p', 'read,open')).out).toBe(
      'allow a_t c_t:file { read write };\n',
    );
    expect((await rules('-A', '-s', '^dom', '-rs', '-ds')).out).toBe(
      'allow domains c_t:file open;\n',
    );
  });

  test('gives the same as data', async () => {
    const { out } = await rules('-T', '-t', 'c_t', '--json');
    expect(JSON.parse(out)).toEqual([
      {
        kind: 'type_transition',
        source: 'a_t',
        target: 'c_t',
        tclass: 'file',
        default: 'a_t',
      },
      {
        kind: 'type_transition',
        source: 'a_t',
        target: 'c_t',
        tclass: 'file',
        default: 'b_t',
        filename: 'log.txt',
      },
    ]);
  });

  test('finding nothing is an answer', async () => {
    const err = 'none: no rule matches\n';
    expect(await rules('--auditallow')).toEqual({ code: 1, out: '', err });
    expect((await rules('--auditallow', '--json')).out).toBe('[]\n');
  });

  test.each([
    [['-s', 'a_t'], 'no kind of rule is asked for'],
    [['--neverallow'], 'are not in the binary policy'],
    [['-A', '-s', 'nosuch_t'], 'the policy has no type or attribute `nosuch_t`'],
    [['-A', '-c', 'nosuch'], 'the policy has no class `nosuch`'],
    [['-A', '-b', 'nosuch'], 'the policy has no boolean `nosuch`'],
    [['-A', '-c', 'file', '-p', 'connectto'], 'has a permission `connectto`'],
    [['-A', '-s', '(', '-rs'], 'is no regular expression'],
    [['-A', '-x', '0x12345'], 'is no range of extended permissions'],
    [['--role_allow', '-p', 'read'], 'make sense for type enforcement rules only'],
    [['--range_transition', '-D', 's9'], '`s9` is no level or range of the policy'],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await rules(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('for those who ask much', () => {
  const type = (name: string) => db.types.ids.get(name) as TypeId;
  const fileClass = db.classes.ids.get('file') as ClassId;
  const bit = (name: string) => 1 << db.classes.permissionBits[fileClass]!.get(name)!;

  test('an access vector looks through attributes, and counts conditional rules as asked', () => {
    const allowed = (source: string, setting?: 'any') =>
      accessVector(db, type(source), type('c_t'), fileClass, setting).allowed;
    expect(allowed('a_t')).toBe(bit('read') | bit('write') | bit('open'));
    expect(allowed('b_t')).toBe(bit('open'));
    expect(allowed('b_t', 'any')).toBe(bit('open') | bit('write'));
    expect(allowed('c_t')).toBe(0);
  });

  test('rules are visited by any of source, target, class and permissions', () => {
    const count = (selection: Parameters<typeof visitRules>[1]): number => {
      let rows = 0;
      visitRules(db, { kind: RuleKind.allow, ...selection }, () => void rows++);
      return rows;
    };
    expect(count({ source: type('a_t') })).toBe(2);
    expect(count({ source: type('domains') })).toBe(1);
    expect(count({ target: type('c_t') })).toBe(3);
    expect(count({ source: type('a_t'), target: type('c_t'), tclass: fileClass })).toBe(2);
    expect(count({ permissions: bit('write') })).toBe(2);
    expect(count({})).toBe([...db.rules.kind].filter((kind) => kind === RuleKind.allow).length);
  });

  test('rules come one by one', () => {
    const found = teRules(db, { kinds: ['allow'], permissions: { names: ['open'], match: 'all' } });
    expect(formatRule(found.next().value!)).toBe('allow domains c_t:file open;');
    expect(found.next().done).toBe(true);
  });
});
