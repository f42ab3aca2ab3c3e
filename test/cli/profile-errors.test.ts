import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runConfine } from '../support/run-confine.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-'));

/** A profile in a directory of its own, built by a process of its own, since a module is loaded once in each. */
async function build(name: string, text: string, packageJson?: string) {
  const directory = join(work, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'confinement.ts'), text);
  if (packageJson !== undefined) writeFileSync(join(directory, 'package.json'), packageJson);
  return runConfine(['build', name, '--check'], work);
}

test.each([
  [
    'syntax',
    'export default confine({ name: ',
    'syntax/confinement.ts:1`: SyntaxError: Expression',
  ],
  ['throws', '\n\nthrow new Error("no such thing");\n', 'throws/confinement.ts:3`: no such thing'],
  ['string', 'throw "a word";\n', 'string/confinement.ts`: it throws a word'],
  ['module', 'import { a } from "no-such-package";\nexport default a;\n', 'Cannot find package'],
  [
    'name',
    'import { a } from "confine-mac";\nexport default a;\n',
    'name/confinement.ts:1`: SyntaxError: The requested module',
  ],
  ['nothing', 'export default 1;\n', 'nothing/confinement.ts` exports no confinement'],
])(
  'a profile that cannot be loaded is one sentence with file and line: %s',
  async (name, text, says) => {
    const { code, err } = await build(name, text);
    expect(err).toContain(says);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(code).toBe(2);
  },
);

test('mistakes of a description come with its place, in a project of CommonJS too', async () => {
  const text = 'import { confine } from "confine-mac";\n\nexport default confine({} as never);\n';
  const { code, err } = await build('mistakes', text, '{"type":"commonjs"}');
  expect(err).toContain('mistakes/confinement.ts:3: the description of');
  expect(err).not.toContain('Warning');
  expect(code).toBe(2);
});

test('a description that ends the program is no yes', async () => {
  const { code, err } = await build('ends', 'process.exit(0);\n');
  expect(err).toContain('ends/confinement.ts` ended the program while it was loaded');
  expect(code).toBe(2);
});

test('an ability that is named and not called says so', async () => {
  const text =
    'import { confine, useTerminal } from "confine-mac";\nexport default confine({ may: [useTerminal] } as never);\n';
  const { code, err } = await build('uncalled', text);
  expect(err).toContain('may[0]: a function, which is not called');
  expect(err).toContain('write `useTerminal()`');
  expect(code).toBe(2);
});

test('a fault of our own is no answer', async () => {
  const text =
    'setTimeout(() => { throw new Error("late"); }, 0);\nawait new Promise((done) => setTimeout(done, 500));\n';
  const { code, err } = await build('late', text);
  expect(err).toContain('a fault of confine itself');
  expect(code).toBe(3);
});

test('who names no profile is not told of one that failed', async () => {
  const { code, err } = await runConfine(['check'], mkdtempSync(join(tmpdir(), 'confine-')));
  expect(err).toMatch(/^confine: no profile is named\n/m);
  expect(err).not.toMatch(/^✗/m);
  expect(code).toBe(2);
});

test('a description that waits for ever is given up', async () => {
  const { code, err } = await build('waits', 'await new Promise(() => {});\nexport default 1;\n');
  expect(err).toContain('was not loaded within 10 seconds');
  expect(code).toBe(2);
}, 90_000);
