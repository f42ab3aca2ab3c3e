import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { generatedDocuments } from '../scripts/generated-documents.ts';
import { commandTree } from '../src/cli/command-tree.ts';
import { processIo } from '../src/cli/io.ts';
import { peer } from './support/peer.ts';

const root = join(import.meta.dirname, '..');
const documents = await generatedDocuments();
const manual = documents.get('man/confine.1')!;

test.each([...documents.keys()])('%s is what `npm run documents` writes', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(documents.get(path));
});

test('mandoc and groff find nothing in the page of the manual, and do find what is wrong', async () => {
  const mandoc = async (input: string): Promise<string> => {
    const { stdout } = await peer('mandoc', ['-T', 'lint'], { input, accept: [0, 1, 2, 3, 4] });
    return stdout;
  };
  expect(await mandoc(manual)).toBe('');
  expect(await mandoc(`${manual}.TP\n`)).not.toBe('');
  const { stderr } = await execa('groff', ['-man', '-ww', '-z'], { input: manual });
  expect(stderr).toBe('');
});

test('the page has every verb, question and option, the exit codes and our variables', async () => {
  const tree = await commandTree(processIo());
  const shown = manual.replaceAll('\\-', '-');
  for (const verb of tree.commands) {
    expect(shown).toContain(`.SS "confine ${verb.path[0]} `);
    for (const node of [verb, ...verb.commands]) {
      for (const { flags } of node.options) {
        if (!flags.includes('--help'))
          expect(shown, node.path.join(' ')).toContain(flags.join(', '));
      }
      expect(shown).toContain(node.path.at(-1)!);
    }
  }
  for (const code of [0, 1, 2, 3, 4]) expect(shown).toContain(`\n.B ${code}\n`);
  const { stdout } = await execa('grep', ['-rhoE', 'CONFINE_[A-Z_]+', join(root, 'src')]);
  for (const name of new Set(stdout.split('\n'))) expect(shown).toContain(name);
});
