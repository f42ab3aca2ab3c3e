import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readIni } from '../../src/selinux/query/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peer } from '../support/peer.ts';
import { CIL_PRELUDE, policyFileFromCil } from '../support/policy.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-assertions-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function ini(text: string): string {
  const file = join(directory, `${files++}.ini`);
  writeFileSync(file, text);
  return file;
}

interface Said {
  readonly code: number;
  /** `execheap: failed 3`, in the order of the file. */
  readonly outcomes: readonly string[];
  /** The rules and types that are against them, sorted. */
  readonly findings: readonly string[];
}

async function ours(file: string, policy: string): Promise<Said> {
  const { code, out } = await runCli(['query', 'assertions', file, '--policy', policy, '--json']);
  const answers: { name: string; outcome: string; type: string; findings: string[] }[] =
    JSON.parse(out);
  return {
    code,
    outcomes: answers.map(
      ({ name, outcome, findings }) =>
        `${name}: ${outcome}${outcome === 'failed' ? ` ${findings.length}` : ''}`,
    ),
    findings: answers
      .flatMap(({ type, findings }) => (type === 'ro_execs' ? [] : findings))
      .filter((line) => !line.startsWith('no such rule'))
      .sort(),
  };
}

async function secheckers(file: string, policy: string): Promise<Said> {
  const { stdout, code } = await peer('sechecker', [file, policy], { accept: [0, 1] });
  const summary = /Result Summary:\n\n([\s\S]*?)\n\n/.exec(stdout)![1]!;
  return {
    code,
    outcomes: summary.split('\n').map((line) => {
      const [, name, outcome, count] =
        /^(\S+)\s+(PASSED|FAILED|DISABLED)(?: \((\d+) failures\))?/.exec(line)!;
      return `${name}: ${outcome!.toLowerCase()}${count === undefined ? '' : ` ${count}`}`;
    }),
    findings: stdout
      .split('Executable type')[0]!
      .split('\n')
      .filter((line) => line.startsWith('    * ') && !line.includes('Expected rule'))
      .map((line) => line.slice('    * '.length))
      .sort(),
  };
}

/** Everything that each kind can be told, with what is inherited, goes on in further lines, and is off. */
const SMALL = `
# a comment
[DEFAULT]
desc = said of all

[te]
check_type = assert_te
tclass = process
perms = ptrace
[te-exempt]
check_type: assert_te
desc = its own
source = domain
tclass = process
perms = ptrace sigkill
exempt_source = a_t
    ; a comment in a value
    gone_t
[te-expect]
check_type = assert_te
target = b_t
tclass = process file
expect_source = a_t c_t
[te-target]
CHECK_TYPE = assert_te
perms = read
exempt_target = files
[te-attribute]
check_type = assert_te
tclass = dir
exempt_source = domain
[rbac]
check_type = assert_rbac
source = r
[rbac-exempt]
check_type = assert_rbac
source = r
exempt_target = r2 gone_r
[rbac-expect]
check_type = assert_rbac
target = r3
expect_source = r r2
[attribute]
check_type = empty_typeattr
attr = files
[attribute-gone]
check_type = empty_typeattr
attr = gone
missing_ok = Yes
[execs]
check_type = ro_execs
[execs-exempt]
check_type = ro_execs
exempt_file = x_t
exempt_write_domain = b_t
[execs-domain]
check_type = ro_execs
exempt_exec_domain = a_t
[off]
check_type = assert_te
perms = ptrace
disable = not now
`;

const small = (): Promise<string> =>
  policyFileFromCil(`${CIL_PRELUDE}
(typeattribute domain) (typeattribute files) (boolean on false)
(type a_t) (type b_t) (type c_t) (type x_t) (type y_t) (type d_t)
(typeattributeset domain (a_t b_t c_t)) (typeattributeset files (x_t y_t))
(role r2) (role r3) (roleallow r r2) (roleallow r r3) (roleallow r2 r3)
(allow a_t b_t (process (ptrace)))
(allow b_t c_t (process (ptrace sigkill)))
(booleanif on (true (allow c_t a_t (process (ptrace)))))
(allow domain files (file (read execute)))
(allow a_t d_t (file (read execute_no_trans)))
(allow b_t x_t (file (write)))
(allow a_t y_t (file (append)))
(allow c_t d_t (file (append)))
(allow domain d_t (dir (search)))
(allow d_t a_t (dir (search)))`);

test('a small policy: each kind as sechecker answers it', async () => {
  const [file, policy] = [ini(SMALL), await small()];
  const said = await ours(file, policy);
  expect(said).toEqual(await secheckers(file, policy));
  // Each outcome is there, so that the comparison is one.
  for (const outcome of ['passed', 'failed', 'disabled']) {
    expect(said.outcomes.join('\n')).toContain(`: ${outcome}`);
  }
});

/** Without ro_execs: sechecker goes through all rules for each type that can be executed, for more than five minutes. */
const REAL = `
[execheap]
check_type = assert_te
tclass = process
perms = execheap execstack
exempt_source = unconfined_t
[shadow]
check_type = assert_te
target = shadow_t
tclass = file
perms = read write
exempt_source = can_read_shadow_passwords
expect_source = passwd_t
[load]
check_type = assert_te
tclass = security
perms = load_policy
exempt_source = can_load_policy
[roles]
check_type = assert_rbac
source = staff_r
exempt_target = sysadm_r
[unconfined]
check_type = empty_typeattr
attr = unconfined_domain_type
missing_ok = true
`;

test.each(['debian-12', 'debian-13'] as const)('%s: the same', async (release) => {
  const file = ini(REAL);
  const { policy } = await linkedPolicy(release);
  expect(await ours(file, policy)).toEqual(await secheckers(file, policy));
});

describe('what cannot be answered is said, and is no pass', () => {
  test.each([
    ['a kind of another tool', 'check_type = assert_constraint', 'is not known here'],
    ['no kind', 'desc = nothing', 'it has no check_type'],
    [
      'an option of another kind',
      'check_type = assert_te\nperms = read\nattr = files',
      'has no option `attr`',
    ],
    [
      'a type that is not there',
      'check_type = assert_te\nsource = gone_t',
      'no type or attribute `gone_t`',
    ],
    [
      'an expected type that is not there',
      'check_type = assert_te\nperms = read\nexpect_source = gone_t',
      'gone_t',
    ],
    ['a class that is not there', 'check_type = assert_te\ntclass = gone', 'no class `gone`'],
    [
      'a permission that is not there',
      'check_type = assert_te\nperms = gone',
      'a permission `gone`',
    ],
    ['a role that is not there', 'check_type = assert_rbac\nsource = gone_r', 'gone_r'],
    ['no criterion', 'check_type = assert_te', 'none of source, target, tclass and perms'],
    [
      'an attribute that is not there',
      'check_type = empty_typeattr\nattr = gone',
      'missing_ok is not set',
    ],
    [
      'a type for an attribute',
      'check_type = empty_typeattr\nattr = a_t\nmissing_ok = 1',
      'is a type',
    ],
    ['interpolation', 'check_type = assert_te\nsource = %(x)s', 'has a `%`'],
  ])('%s', async (_, section, why) => {
    const file = ini(
      `[one]\n${section}\n[two]\ncheck_type = empty_typeattr\nattr = gone\nmissing_ok = true\n`,
    );
    const policy = await small();
    const { code, out } = await runCli(['query', 'assertions', file, '--policy', policy, '--json']);
    const answers = JSON.parse(out);
    expect(code).toBe(4);
    expect(answers[0]).toMatchObject({ outcome: 'unanswered', findings: [] });
    expect(answers[0].why).toContain(why);
    // The others are answered all the same.
    expect(answers[1].outcome).toBe('passed');
    const text = await runCli(['query', 'assertions', file, '--policy', policy]);
    expect(text.out).toContain('not answered');
  });

  test.each([
    ['before a section', 'a = b', 'line 1: stands before the first section'],
    ['no option', '[a]\nwords', 'line 2: is no `name = value`'],
    ['a section twice', '[a]\n[a]', 'line 2: the section [a] is there twice'],
    ['an option twice', '[a]\nb = 1\nB: 2', 'line 3: `b` is given twice'],
    ['nothing', '# nothing', 'has no assertion'],
  ])('a file that is none: %s', async (_, text, says) => {
    const { code, err } = await runCli([
      'query',
      'assertions',
      ini(text),
      '--policy',
      await small(),
    ]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

test('values go on in deeper lines, and empty ones between them count', () => {
  expect(
    readIni('[DEFAULT]\nd = 1\n[a]\nb = c\n  d\n\n  e\nf:\n').map(({ name, options }) => [
      name,
      ...options,
    ]),
  ).toEqual([['a', ['d', '1'], ['b', 'c\nd\n\ne'], ['f', '']]]);
});
