import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import mosquitto from '../profiles/mosquitto/confinement.ts';
import nginx from '../profiles/nginx/confinement.ts';
import plocate from '../profiles/plocate/confinement.ts';
import rustnet from '../profiles/rustnet/confinement.ts';
import { commandTree } from '../src/cli/command-tree.ts';
import { processIo } from '../src/cli/io.ts';
import { residualsOf } from '../src/description/index.ts';
import { readPolicy } from '../src/selinux/policydb/index.ts';
import { implies, policyPair } from '../src/selinux/query/index.ts';
import { linkedPolicy, linkedWith } from './support/linked-policy.ts';
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
    });
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

test.each([
  ['plocate_t', 'locate_t', plocate],
  ['mosquitto_t', 'memcached_t', mosquitto],
  ['nginx_t', 'httpd_t', nginx],
])(
  'what docs/profiles.md counts of %s against %s is so on a linked policy',
  async (domain, like, profile) => {
    const page = readFileSync(join(root, 'docs/profiles.md'), 'utf8');
    const of = page
      .slice(page.indexOf(`\n${domain} `))
      .split('\n\n')
      .slice(0, 2)
      .join();
    const db = readPolicy(readFileSync((await linkedWith('debian-13', profile)).policy));
    const [more, less] = [
      [domain, like],
      [like, domain],
    ].map(([left, right]) => implies(policyPair(db, db), left!, right).count.toLocaleString('en'));
    expect(of).toContain(like);
    expect(of).toMatch(new RegExp(`- More: ${more} accesses[^]*- Less: ${less}\\.`));
  },
);

test('README’s first table, and what it says of residuals, is the report’s', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const report = readFileSync(join(root, 'profiles/rustnet/evidence/debian-13/report.md'), 'utf8');
  const table = (text: string): string =>
    /^\| on \| answer \|[\s\S]*?\n\n/m.exec(text)?.[0] ?? 'no table';
  expect(table(readme)).toBe(table(report));
  expect(readme).toContain('Five things remain possible');
  expect(residualsOf(rustnet, 'selinux')).toHaveLength(5);
});

test('what docs/programs.md counts is what its table says', () => {
  const page = readFileSync(join(root, 'docs/programs.md'), 'utf8');
  const answers = [...page.matchAll(/^\| [^|]+ \| [^|]+ \| (yes|part)\b[^|]*\|$/gm)].map(
    (match) => match[1],
  );
  const [yes, part] = ['yes', 'part'].map((one) => answers.filter((other) => other === one).length);
  expect(page).toContain(`Covered: ${yes} of ${answers.length}; in part: ${part}.`);
  expect(answers).toHaveLength(30);
});

test('README’s description is the real one, with lines left out where it says `…`', () => {
  const block = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!;
  // The real one is compiled by `npm run types`.
  const real = readFileSync(join(root, 'profiles/rustnet/confinement.ts'), 'utf8').split('\n');
  let [at, left] = [0, true];
  for (const line of block.trimEnd().split('\n')) {
    if (line.trim() === '…') {
      left = true;
      continue;
    }
    const next = real.indexOf(line, at);
    expect(next, line).toBeGreaterThanOrEqual(0);
    // Blank lines and comments may be left out without a word.
    const between = real.slice(at, next).filter((one) => !/^\s*(\/\/.*)?$/.test(one));
    if (!left) expect(between, line).toEqual([]);
    [at, left] = [next + 1, false];
  }
  expect(block).toContain('export default');
});

test('every command line of ours that a page shows is one that the program takes', async () => {
  const tree = await commandTree(processIo());
  const shown = pages.flatMap((page) =>
    [
      ...readFileSync(join(root, page), 'utf8').matchAll(
        /^(?: {4}|\$ |.*`)confine ([a-z][^`#\n|>]*)/gm,
      ),
    ].map((match) => ({ page, words: words(match[1]!.split(/ {2,}|; |, /)[0]!) })),
  );
  expect(shown.length).toBeGreaterThan(40);
  expect(
    shown
      .filter(({ words: [verb] }) => verb !== 'help')
      .flatMap(({ page, words: line }) => {
        let node = tree;
        const unknown: string[] = [];
        for (const word of line) {
          const next = node.commands.find(({ path }) => path.at(-1) === word);
          if (next !== undefined) node = next;
          else if (node.path.length === 0) unknown.push(`${page}: no verb ${word}`);
          else if (word.startsWith('-') && word !== '-' && word !== '--help') {
            const known = node.options.some(({ flags }) => flags.includes(word.split('=')[0]!));
            if (!known) unknown.push(`${page}: ${node.path.join(' ')} has no ${word}`);
          }
        }
        return unknown;
      }),
  ).toEqual([]);
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
