import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linkedPolicy } from './support/linked-policy.ts';
import { runCli } from './support/run-cli.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md', { cwd: root }),
];

/**
 * Every `$ confine …` in a `console` block is run, and prints what stands below it; a line `…` stands for any lines. `$POLICY` is Debian 13's
 * own policy, `$FILE_CONTEXTS` its file contexts.
 */
describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  for (const { command, output } of examples(text)) {
    test(`$ ${command}`, async () => {
      const { policy, fileContexts } = await linkedPolicy('debian-13');
      const argv = words(command).map((word) =>
        word.replace('$POLICY', policy).replace('$FILE_CONTEXTS', fileContexts),
      );
      const { out, err } = await runCli(argv.slice(1), { cwd: root });
      const printed = `${out}${out === '' ? err : ''}`
        .replaceAll(policy, '$POLICY')
        .replaceAll(fileContexts, '$FILE_CONTEXTS');
      expect(printed).toMatch(patternOf(output));
    }, 240_000);
  }

  test('its links to files lead somewhere', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      (match) => match[1]!,
    );
    const missing = links.filter((link) => globSync(join(root, page, '..', link)).length === 0);
    expect(missing).toEqual([]);
  });
});

test('the generated text that README quotes is what is generated', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const quoted = /```\n(#{40}[\s\S]*?)```/.exec(readme)![1]!;
  expect(readFileSync(join(root, 'profiles/rustnet/selinux/rustnet.te'), 'utf8')).toContain(
    quoted.trimEnd(),
  );
});

test('the names that README’s description uses are in the real one', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const real = readFileSync(join(root, 'profiles/rustnet/confinement.ts'), 'utf8');
  const block = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const names = [...block.matchAll(/\b([a-z]\w+)\(/g)].map((match) => match[1]!);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !real.includes(`${name}(`))).toEqual([]);
});

function examples(text: string): { command: string; output: string }[] {
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap((block) =>
    block[1]!
      .split(/^\$ /m)
      .slice(1)
      .map((part) => ({
        command: part.slice(0, part.indexOf('\n')),
        output: part.slice(part.indexOf('\n') + 1),
      })),
  );
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3]!,
  );
}

function patternOf(output: string): RegExp {
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\\n)*?' : `${RegExp.escape(line)}\\n`));
  return new RegExp(`^${lines.join('')}$`);
}
