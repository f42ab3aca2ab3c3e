import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandManual } from '../src/cli/command-manual.ts';
import { commandTree } from '../src/cli/command-tree.ts';
import { processIo } from '../src/cli/io.ts';
import { ownVersion } from '../src/cli/version.ts';
import { commandPage } from '../src/text/index.ts';
import { abilitiesPage, neversPage } from './vocabulary-pages.ts';

/** Documents that are made of the code, by their paths from the root. A test fails where one is not as it would be written. */
export async function generatedDocuments(): Promise<ReadonlyMap<string, string>> {
  const tree = await commandTree({ ...processIo(), out: () => {} });
  return new Map([
    ['man/confine.1', commandPage(commandManual(tree, ownVersion()))],
    ['docs/abilities.md', abilitiesPage()],
    ['docs/nevers.md', neversPage()],
  ]);
}

/** `npm run documents` writes them. */
if (import.meta.main) {
  for (const [path, text] of await generatedDocuments()) {
    const file = join(import.meta.dirname, '..', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`written  ${path}\n`);
  }
}
