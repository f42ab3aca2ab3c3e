import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '..', '..');

test('help names every verb, and each verb has help with two examples', async () => {
  const { out, code } = await runCli(['--help']);
  expect(code).toBe(0);
  const verbs = [...out.matchAll(/^ {2}(\w+)(?= .*\s{2,}\w)/gm)]
    .map((match) => match[1]!)
    .filter((verb) => verb !== 'options' && verb !== 'help');
  expect(verbs.length).toBeGreaterThan(3);
  for (const verb of verbs) {
    const help = await runCli([verb, '--help']);
    expect(help.code, verb).toBe(0);
    expect(
      [...help.out.matchAll(/^ {2}confine /gm)].length,
      `${verb} --help`,
    ).toBeGreaterThanOrEqual(2);
  }
});

test('an unknown verb or option is an error of use, on stderr', async () => {
  for (const argv of [['chekc'], ['build', '--chek'], ['doctor', '--for', 'tea']]) {
    const { code, out, err } = await runCli(argv);
    expect(code, argv.join(' ')).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  }
});

test('doctor says what is here, as text and as data', async () => {
  const { out } = await runCli(['doctor']);
  expect(out).toMatch(/^tool +for +found\n/);
  expect(out).toContain('dpkg-deb');
  const data = JSON.parse((await runCli(['doctor', '--json'])).out);
  expect(data.tools.map((tool: { tool: string }) => tool.tool)).toEqual(['apt-get', 'dpkg-deb']);
});

test('doctor names what is missing and the command that installs it', async () => {
  const io = { PATH: '/nonexistent' };
  const { stdout, exitCode } = await execa(
    process.execPath,
    [join(root, 'src/cli/confine.ts'), 'doctor', '--for', 'tests'],
    { env: io, extendEnv: false, reject: false },
  );
  expect(stdout).toContain('as root: apt-get install apt dpkg');
  expect(exitCode).toBe(3);
});

test('a reader that closes early ends the program quietly', async () => {
  const { exitCode, stderr } = await execa(
    'sh',
    ['-c', `'${process.execPath}' '${join(root, 'src/cli/confine.ts')}' --help | head -1`],
    { reject: false },
  );
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('another release of the program is asked for by its number, and only of a crate', async () => {
  for (const [argv, says] of [
    [['lab', '--program-version', 'latest'], '`--program-version latest` is not a release'],
    [['lab', 'profiles/tcpdump', '--program-version', '4.99.0'], 'comes from the distribution'],
  ] as const) {
    const { code, err } = await runCli([...argv], { cwd: root });
    expect(code, argv.join(' ')).toBe(2);
    expect(err).toContain(says);
  }
});
