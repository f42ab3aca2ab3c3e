import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { linkedPolicy } from '../support/linked-policy.ts';
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
  writeFileSync(
    join(work, 'truncated'),
    (await import('node:fs')).readFileSync(policy).subarray(0, 5000),
  );
  writeFileSync(join(work, 'text'), 'a line of text\n');
  mkdirSync(join(work, 'directory'));
  await execa('truncate', ['-s', '2T', join(work, 'huge')]);
  await execa('ln', ['-s', 'loop', join(work, 'loop')]);
  chmodSync(join(work, 'empty'), 0o644);
  const profile = join(work, 'profile');
  mkdirSync(profile);
  writeFileSync(
    join(profile, 'confinement.ts'),
    (await runConfine(['init', 'thing', 'first'], work)).out && '',
  );
}, 240_000);

const BROKEN = ['missing', 'empty', 'garbage', 'truncated', 'text', 'directory', 'huge', 'loop'];

/** Where each verb takes a file, with `FILE` for it. */
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
  prove: ['prove', 'first', '--policy', 'FILE'],
  build: ['build', 'FILE'],
  'package --into': ['package', 'rpm', 'first', '--into', 'FILE'],
  'lab --packages': ['lab', 'first', '--packages', 'FILE'],
};

/** What is no mistake: an empty list of labels labels nothing, and text is a spec without anything to hook into. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'query label': ['empty'],
};

describe.each(Object.entries(FILES))('%s', (verb, argv) => {
  test.each(BROKEN.filter((file) => !ANSWERS[verb]?.includes(file)))('%s', async (file) => {
    const ran = await runConfine(
      argv.map((word) => (word === 'FILE' ? file : word)),
      work,
    );
    expectSentence(ran);
  });
});

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
  [['query', 'diff', 'a', 'b', '-s', 'sshd_t'], '--effective'],
  [['package', 'rpm', 'first', '--output', 'text'], '`text` is a file'],
  [['lab', join(root, 'profiles/tcpdump'), '--only', 'zzz'], 'no scenario and no attack matches'],
  [['cache', '--prune', 'all'], 'no number of days'],
  [['query', 'info', '--policy', '/sys/fs/selinux/policy'], 'debian-13'],
  [['query', 'info', '--policy', 'debian-14'], 'debian-13'],
])('%s', async (argv, says) => {
  const ran = await runConfine(argv, work);
  expectSentence(ran);
  expect(ran.err).toContain(says);
  expect(ran.code).toBe(2);
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
    .filter((line) => !/^(…|\.\.\.) /.test(line));
  expect(lines.length, err).toBeLessThanOrEqual(4);
}
