import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '..', '..');
let work: string;

beforeEach(() => {
  // A profile names the library by a relative path, so it needs the same neighbours.
  work = mkdtempSync(join(tmpdir(), 'confine-build-'));
  symlinkSync(join(root, 'src'), join(work, 'src'));
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));
  cpSync(join(root, 'profiles/rustnet'), join(work, 'profiles/rustnet'), { recursive: true });
});

afterEach(() => rmSync(work, { recursive: true, force: true }));

test('what is committed is what is built', async () => {
  const { code, out } = await runCli(['build', '--check'], { cwd: work });
  expect(out).toMatch(/^\d+ files of profiles\/rustnet as generated\n$/);
  expect(code).toBe(0);
});

test('a changed file fails the check with its difference, and build puts it right', async () => {
  const file = join(work, 'profiles/rustnet/selinux/rustnet.te');
  const original = readFileSync(file, 'utf8');
  appendFileSync(file, 'allow rustnet_t shadow_t:file read;\n');
  const checked = await runCli(['build', '--check'], { cwd: work });
  expect(checked.code).toBe(1);
  expect(checked.out).toContain('-allow rustnet_t shadow_t:file read;');

  const built = await runCli(['build', '--json'], { cwd: work });
  expect(built.code).toBe(0);
  expect(JSON.parse(built.out).files).toContainEqual({
    path: 'selinux/rustnet.te',
    state: 'differs',
  });
  expect(readFileSync(file, 'utf8')).toBe(original);
});

test('a file that nothing generates is stale, and is left for a person to remove', async () => {
  writeFileSync(join(work, 'profiles/rustnet/selinux/old\x1b[31m.te'), '');
  const { code, err } = await runCli(['build', '--check'], { cwd: work });
  expect(code).toBe(1);
  expect(err).toContain('nothing generates profiles/rustnet/selinux/old\\x1b[31m.te; remove it');
});

test.each([
  [['build', 'nowhere'], 'there is no profile `nowhere`'],
  [['build', 'src'], '`src` has no confinement.ts'],
  [['build', 'src/index.ts'], '`src/index.ts` exports no confinement'],
])('%j is an error of use', async (argv, message) => {
  const { code, err, out } = await runCli(argv, { cwd: work });
  expect(err).toContain(`confine: ${message}`);
  expect(out).toBe('');
  expect(code).toBe(2);
});

test('where no profile is named and there are some, they are', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'confine-named-'));
  mkdirSync(join(directory, 'hello'));
  writeFileSync(join(directory, 'hello/confinement.mts'), '');
  const { code, err } = await runCli(['build'], { cwd: directory });
  rmSync(directory, { recursive: true });
  expect({ code, err }).toEqual({
    code: 2,
    err: 'confine: no profile is named\nhint: name one: hello\n',
  });
});

test('mistakes in the description come one per place, with hints', async () => {
  const file = join(work, 'profiles/rustnet/confinement.ts');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace("name: 'use_kprobes'", "name: 'use_kprobe'"),
  );
  const { code, err } = await runCli(['build'], { cwd: work });
  expect(code).toBe(2);
  const [place] = /^confine: profiles\/rustnet\/confinement\.ts:\d+: /.exec(err) ?? [''];
  expect(err.slice(place.length)).toBe(`the description of \`rustnet\` has 2 mistakes
  tunables[4]: nothing stands under the tunable \`use_kprobe\`
      give an ability \`when: …\` with this name, or remove the tunable
  may[3].blocks[4].when: there is no tunable \`use_kprobes\`
      did you mean \`use_kprobe\`?
`);
});
