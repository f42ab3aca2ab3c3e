import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { linkedPolicy } from '../support/linked-policy.ts';
import { AS_ROOT } from '../support/namespaces.ts';
import { runCli } from '../support/run-cli.ts';
import { runConfine } from '../support/run-confine.ts';

/**
 * Verbs by broken inputs: each ends in a sentence on stderr, with exit 2 (the invocation or the description is wrong) or 3 (it could not
 * run). Never a stack, never 0 or 1, which are answers, and nothing on stdout.
 */
const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'confine-'));
let policy: string;

beforeAll(async () => {
  ({ policy } = await linkedPolicy('debian-13'));
  writeFileSync(join(work, 'empty'), '');
  writeFileSync(join(work, 'garbage'), Buffer.from([0xff, 0xfe, 0, 1, 2, 3, 0x80, 10, 13, 9]));
  writeFileSync(join(work, 'truncated'), readFileSync(policy).subarray(0, 5000));
  writeFileSync(join(work, 'text'), 'a line of text\n');
  mkdirSync(join(work, 'directory'));
  mkdirSync(join(work, 'kept'));
  writeFileSync(join(work, 'kept/run-1.log'), '');
  mkdirSync(join(work, 'project/debian'), { recursive: true });
  writeFileSync(join(work, 'project/program.spec'), '');
  writeFileSync(join(work, 'project/debian/control'), '');
  writeFileSync(join(work, 'denials.log'), `type=AVC msg=audit(1700000000.1:1): ${DENIAL}\n`);
  writeFileSync(
    join(work, 'assertions.ini'),
    '[no]\ncheck_type = assert_te\nsource = httpd_t\ntarget = shadow_t\n',
  );
  writeFileSync(
    join(work, 'suite.ts'),
    "import { mount } from 'confine-mac';\nexport default [mount('why')];\n",
  );
  await execa('truncate', ['-s', '2T', join(work, 'huge')]);
  await execa('ln', ['-s', 'loop', join(work, 'loop')]);
  chmodSync(join(work, 'empty'), 0o644);
  mkdirSync(join(work, 'profile'));
  writeFileSync(join(work, 'profile/confinement.ts'), '');
  await runConfine(['init', 'thing', 'first'], work);
  // No package is installed here; what is not found there would hide what is asked.
  for (const name of ['first/confinement.ts', 'suite.ts']) {
    const text = readFileSync(join(work, name), 'utf8');
    const found = text.replaceAll("'confine-mac'", `'${join(root, 'src/index.ts')}'`);
    expect(found).not.toBe(text);
    writeFileSync(join(work, name), found);
  }
});

const BROKEN = ['missing', 'empty', 'garbage', 'truncated', 'text', 'directory', 'huge', 'loop'];

const RUSTNET = join(root, 'profiles/rustnet');
const LAB = ['draft', '--lab', '--package', 'plocate'];
const DENIAL =
  'avc: denied { read } for pid=1 comm="httpd" name="a" scontext=system_u:system_r:httpd_t:s0 tcontext=system_u:object_r:shadow_t:s0 tclass=file';

/** Where each verb takes a file, with `FILE` for it, and `POLICY` for a policy that is whole. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'query info': ['query', 'info', '--policy', 'FILE'],
  'query types': ['query', 'types', '--policy', 'FILE'],
  'query rules': ['query', 'rules', '-A', '--policy', 'FILE'],
  'query access': ['query', 'access', 'a_t', 'b_t', 'file', 'read', '--policy', 'FILE'],
  'query transitions': ['query', 'transitions', '-s', 'a_t', '--policy', 'FILE'],
  'query flows': ['query', 'flows', '-s', 'a_t', '--policy', 'FILE'],
  'query diff': ['query', 'diff', 'FILE', 'FILE'],
  'query label': ['query', 'label', '/etc/shadow', '--file-contexts', 'FILE'],
  'query module': ['query', 'module', 'FILE'],
  'query why': ['query', 'why', 'FILE', '--policy', 'POLICY'],
  'query why --policy': ['query', 'why', DENIAL, '--policy', 'FILE'],
  'query why --file-contexts': [
    'query',
    'why',
    DENIAL,
    '--policy',
    'POLICY',
    '--file-contexts',
    'FILE',
  ],
  'query who': ['query', 'who', '--can', 'read', '--type', 'shadow_t', '--policy', 'FILE'],
  'query reach': ['query', 'reach', 'httpd_t', '--policy', 'FILE'],
  'query boolean': ['query', 'boolean', 'httpd_can_network_connect', '--policy', 'FILE'],
  'query boolean --profile': [
    'query',
    'boolean',
    'httpd_can_network_connect',
    '--profile',
    'FILE',
    '--policy',
    'POLICY',
  ],
  'query assertions': ['query', 'assertions', 'FILE', '--policy', 'POLICY'],
  'query assertions --policy': ['query', 'assertions', 'assertions.ini', '--policy', 'FILE'],
  'query apparmor info': ['query', 'apparmor', 'info', '--policy', 'FILE'],
  'query apparmor path': ['query', 'apparmor', 'path', '/etc/shadow', '--policy', 'FILE'],
  'query apparmor execute': ['query', 'apparmor', 'execute', '--policy', 'FILE'],
  'query apparmor network': ['query', 'apparmor', 'network', '--policy', 'FILE'],
  'query diff --labels': ['query', 'diff', '--labels', 'FILE', 'FILE'],
  'query diff --for': ['query', 'diff', '--for', 'httpd_t', 'POLICY', 'FILE'],
  'query flows --map': ['query', 'flows', '-s', 'a_t', '--map', 'FILE', '--policy', 'POLICY'],
  'query label --policy-dir': ['query', 'label', '/etc/shadow', '--policy-dir', 'FILE'],
  prove: ['prove', 'first', '--policy', 'FILE'],
  'prove PROFILE': ['prove', 'FILE', '--policy', 'POLICY'],
  'prove --file-contexts': ['prove', 'first', '--policy', 'POLICY', '--file-contexts', 'FILE'],
  'prove --base': ['prove', 'first', '--policy', 'POLICY', '--base', 'FILE'],
  'prove SUITE --domain': ['prove', 'FILE', '--domain', 'httpd_t', '--policy', 'POLICY'],
  'prove --domain --policy': ['prove', 'suite.ts', '--domain', 'httpd_t', '--policy', 'FILE'],
  explain: ['explain', 'FILE'],
  'explain --policy': ['explain', '--domain', 'httpd_t', '--policy', 'FILE'],
  check: ['check', 'FILE'],
  upkeep: ['upkeep', 'FILE'],
  'upkeep --program': ['upkeep', RUSTNET, '--program', 'FILE', '--from', '/bin/true'],
  'upkeep --from': ['upkeep', RUSTNET, '--program', '/bin/true', '--from', 'FILE'],
  pr: ['pr', 'FILE'],
  'pr --into': ['pr', 'first', '--into', 'FILE'],
  review: ['review', 'first', 'FILE', '--policy', 'POLICY'],
  'review --policy': ['review', 'first', 'denials.log', '--policy', 'FILE'],
  'review --file-contexts': [
    'review',
    'first',
    'denials.log',
    '--policy',
    'POLICY',
    '--file-contexts',
    'FILE',
  ],
  'review --from': ['review', 'first', '--from', 'FILE', '--policy', 'POLICY'],
  'review --since-review': [
    'review',
    'first',
    'denials.log',
    '--since-review',
    'FILE',
    '--policy',
    'POLICY',
  ],
  build: ['build', 'FILE'],
  'init DIRECTORY': ['init', 'thing', 'FILE'],
  'package PROFILE': ['package', 'rpm', 'FILE', '--output', 'out'],
  'completion SHELL': ['completion', 'FILE'],
  lab: ['lab', 'FILE'],
  'lab --from': ['lab', 'first', '--from', 'FILE'],
  'package --into': ['package', 'rpm', 'first', '--into', 'FILE'],
  'lab --packages': ['lab', RUSTNET, '--packages', 'FILE'],
};

/**
 * What is no mistake: an empty list of labels labels nothing (and makes nevers undecided), an empty log has no denial, a log may be of any size,
 * and where something is to be written, an empty place or a directory is one.
 */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'query label': ['empty'],
  'query why': ['empty', 'huge'],
  'query why --file-contexts': ['empty'],
  'prove --file-contexts': ['empty'],
  'review --file-contexts': ['empty'],
  review: ['empty', 'huge'],
  'review --from': ['empty', 'huge'],
  'pr --into': ['directory'],
  'init DIRECTORY': ['missing', 'directory'],
};

describe.each(Object.entries(FILES))('%s', (verb) => {
  test.each(brokenFor(verb))('%s', async (file) => {
    expectSentence(await answerTo(verb, file));
  });
});

test('every answer is the one that is kept', async () => {
  const rows: string[] = [];
  for (const verb of Object.keys(FILES)) {
    for (const file of brokenFor(verb)) {
      const { code, err } = await answerTo(verb, file);
      const said = err
        .replaceAll(policy, 'POLICY')
        .replaceAll(work, 'WORK')
        .replaceAll(root, 'ROOT');
      // How far the beginning of a policy goes is that release's.
      const plain = file === 'truncated' ? said.replaceAll(/\b\d+\b/g, 'N') : said;
      const lines = plain.split('\n').filter((line) => /^(confine|error|hint)\b/.test(line));
      rows.push(`${verb}, ${file}: ${code}`, ...lines.map((line) => `  ${line}`));
    }
  }
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../golden/wrong-input.txt');
});

function brokenFor(verb: string): readonly string[] {
  return BROKEN.filter((file) => !ANSWERS[verb]?.includes(file));
}

const answers = new Map<string, ReturnType<typeof runCli>>();

/** Verbs whose FILE is loaded as a module: what Node says of it is another thing than what the tests' own loader says. */
const LOADED: ReadonlySet<string> = new Set([
  'query boolean --profile',
  'prove PROFILE',
  'prove SUITE --domain',
  'explain',
  'check',
  'upkeep',
  'pr',
  'build',
  'package PROFILE',
  'lab',
]);

/** Once, and else in this process: four hundred starts of Node would take minutes. */
function answerTo(verb: string, file: string): ReturnType<typeof runCli> {
  const key = `${verb} ${file}`;
  const argv = FILES[verb]!.map((word) =>
    word === 'FILE' ? file : word === 'POLICY' ? policy : word,
  );
  const answer =
    answers.get(key) ?? (LOADED.has(verb) ? runConfine(argv, work) : runCli(argv, { cwd: work }));
  answers.set(key, answer);
  return answer;
}

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ['no network and a cold cache', NOWHERE(), ['check', 'first']],
  ['a cache that cannot be written', { XDG_CACHE_HOME: '/proc/nowhere' }, ['check', 'first']],
  ['a cache that is a file', { XDG_CACHE_HOME: join(work, 'text') }, ['check', 'first']],
])('%s', async (_, env, argv) => {
  const ran = await runConfine(argv, work, env);
  const said = ran.err
    .split('\n')
    .filter((line) => !/^([-✓✗…]|\s*$)/.test(line))
    .join('\n');
  expectSentence({ ...ran, err: said });
  expect(ran.code).toBe(3);
});

function NOWHERE(): Record<string, string> {
  return {
    XDG_CACHE_HOME: join(work, 'cold'),
    CONFINE_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian/',
  };
}

test('a full disk cuts the result, and says so', async () => {
  const { exitCode, stderr } = await execa(
    'sh',
    [
      '-c',
      `'${process.execPath}' '${join(root, 'src/cli/confine.ts')}' query rules -A --policy '${policy}' > /dev/full`,
    ],
    { reject: false },
  );
  expect(stderr).toBe('confine: the result could not be written whole: the disk is full');
  expect(exitCode).toBe(3);
});

test.each([
  [['help', 'chek'], 'did you mean `check`?'],
  [['init', 'A_b'], '`a_b`'],
  [['query', 'label', '/etc/shadow'], '--policy debian-13'],
  [['draft'], '--name NAME'],
  [['draft', '--name', 'a', '--output', 'text'], 'name a directory, or a .ts'],
  [['draft', '--name', 'a', '--output', 'first'], '`first/confinement.ts` is there already'],
  [['draft', '--name', 'a', '--runs', '2'], 'add --lab'],
  [['draft', '--name', 'a', '--lab-command', 'a'], 'add --lab'],
  [['draft', '--name', 'a', '--keep', 'kept'], 'add --lab'],
  [['draft', '--lab', '--name', 'a'], '--package NAME'],
  [[...LAB, '--log', 'denials.log'], 'makes logs and traces of its own'],
  [[...LAB, '--trace', 'text'], 'makes logs and traces of its own'],
  [[...LAB, '--target', 'debian-12'], 'runs the policy of debian-13'],
  [[...LAB, '--target', 'debian-14'], 'runs the policy of debian-13'],
  [[...LAB, '--runs', '0'], 'a number from 1 to 20'],
  [[...LAB, '--runs', '1e1'], 'a number from 1 to 20'],
  [[...LAB, '--keep', 'text'], '`text` is no directory'],
  [[...LAB, '--keep', 'kept'], '`kept` has `run-1.log` of an earlier draft already'],
  [[...LAB, '--lab-file', 'text'], 'say what is done with the file'],
  [[...LAB, '--lab-command', 'a', '--lab-file', 'directory'], 'is no file'],
  [[...LAB, '--lab-command', 'a', '--lab-file', 'text', './text'], 'rename one'],
  [[...LAB, '--lab-command', ' '], '`--lab-command` is empty'],
  [[...LAB, '--unit', 'a.service', 'b.service'], 'the lab runs one unit'],
  [[...LAB, '--unit', 'a.timer'], 'the name of a service'],
  [[...LAB, '--unit', 'zzz.service'], 'it has plocate-updatedb.service'],
  [[...LAB, '--program', 'zzz'], 'no program `/usr/bin/zzz`'],
  [['draft', '--lab', '--package', 'a.rpm'], 'give the .deb'],
  [['draft', '--lab', '--package', '-o'], 'no name of a package'],
  [['draft', '--lab', '--package', 'zzz-none'], 'Debian 13 has no package `zzz-none`'],
  // Said before anything boots: it is labelled, it has nothing to run, its domain is another module’s.
  [['draft', '--lab', '--package', 'lighttpd', '--name', 'lister'], '--domain httpd_t'],
  [['draft', '--lab', '--package', 'lighttpd', '--name', 'httpd'], 'a domain `httpd_t` already'],
  [[...LAB, '--program', 'plocate'], '--lab-command'],
  [['package', 'rpm', 'first', '--into', 'project'], 'project/program.spec'],
  [['package', 'deb', 'first', '--into', 'project'], 'project/debian'],
  [['query', 'diff', 'a', 'b', '-s', 'sshd_t'], '--effective'],
  [['package', 'rpm', 'first', '--output', 'text'], '`text` is a file'],
  [['lab', join(root, 'profiles/tcpdump'), '--only', 'zzz'], 'no scenario and no attack matches'],
  [['check', 'first', '--brief', '--json'], '--brief and --json exclude each other'],
  [['check', 'first', '--brief', '--record'], '--brief and --record exclude each other'],
  [['check', 'first', '--brief', '--mechanism', 'all'], '--brief is not for --mechanism all'],
  [['cache', '--prune', 'all'], 'no number of days'],
  [['query', 'info', '--policy', '/sys/fs/selinux/policy'], 'debian-13'],
  [['query', 'info', '--policy', 'debian-14'], 'debian-13'],
])('%s', async (argv, says) => {
  const ran = await runConfine(argv, work);
  expectSentence(ran);
  expect(ran.err).toContain(says);
  expect(ran.code).toBe(2);
});

test('what cannot be fetched for is refused before anything is fetched', async () => {
  const draft = ['draft', '--name', 'a', '--trace', 'missing'];
  const { code, err } = await runConfine(draft, work, NOWHERE());
  expect(err).toContain('cannot open');
  expect(err).not.toContain('compilers');
  expect(code).toBe(3);
});

test('a file system that is read-only is said to be so', async () => {
  const line = `mount -t tmpfs tmpfs "$1" && mkdir "$1/first" && cp first/confinement.ts "$1/first" && mount -o remount,ro "$1" && cd "$1" && '${process.execPath}' '${join(root, 'src/cli/confine.ts')}' build first`;
  const place = mkdtempSync(join(tmpdir(), 'confine-'));
  const { exitCode, stderr } = await execa(
    'unshare',
    [...AS_ROOT, '--mount', 'sh', '-c', line, 'sh', place],
    {
      cwd: work,
      reject: false,
    },
  );
  expect(stderr).toBe(`confine: cannot write to \`${place}/first\`: the file system is read-only`);
  expect(exitCode).toBe(3);
});

test('the labels of a release are asked by its name', async () => {
  const { code, out } = await runConfine(
    ['query', 'label', '/etc/shadow', '--policy', 'debian-13'],
    work,
  );
  expect(out).toContain('/etc/shadow  system_u:object_r:shadow_t:s0\n');
  expect(code).toBe(0);
});

function expectSentence({ code, out, err }: { code: number; out: string; err: string }): void {
  expect([2, 3], err).toContain(code);
  expect(out).toBe('');
  expect(err).not.toMatch(/^\s+at .*:\d+/m);
  expect(err).toMatch(/^(confine|error): \S.{10,}/m);
  // What a slow machine is told while it waits is no part of the answer.
  const lines = err
    .trim()
    .split('\n')
    .filter((line) => !/^(…|\.\.\.|✓|\+) /.test(line));
  expect(lines.length, err).toBeLessThanOrEqual(4);
}
