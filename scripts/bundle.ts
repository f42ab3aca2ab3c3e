import { cpSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Makes of the compiled modules, in dist, a few files: a question needs a hundred modules, and finding and reading each takes Node longer than answering
 * does. The program and the library are bundled together, so that both have the same classes; verbs stay apart and are loaded when they are
 * asked for. Packages that we depend on are left where npm puts them.
 *
 * Every file lands in dist/cli, as far from the package's root as the modules were that look for its data; what the lab reads lies beside them.
 */
const dist = join(import.meta.dirname, '../dist');
const modules = globSync('**/*.js', { cwd: dist });
const bundle = await rolldown({
  input: { confine: join(dist, 'cli/confine.js'), library: join(dist, 'index.js') },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
});
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: ({ name }) => (name === 'library' ? 'index.js' : 'cli/[name].js'),
  chunkFileNames: 'cli/[name]-[hash].js',
});
for (const path of globSync('**/*.js{,.map}', { cwd: dist })) rmSync(join(dist, path));
for (const chunk of output) {
  if (chunk.type === 'chunk') writeFileSync(join(dist, chunk.fileName), chunk.code);
}
for (const file of globSync('src/lab/{*.py,probe.c,machine/agent.py}', { cwd: join(dist, '..') })) {
  cpSync(join(dist, '..', file), join(dist, 'cli', file.slice(file.lastIndexOf('/') + 1)));
}
process.stdout.write(`${output.length} files of ${modules.length} modules\n`);
