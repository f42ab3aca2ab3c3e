import { cpSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

/**
 * Makes of the compiled modules, in dist, a few files: a question needs a hundred modules, and finding and reading each takes Node longer than answering
 * does. The program and the library are bundled together, so that both have the same classes; verbs stay apart and are loaded when they are
 * asked for. The packages that every question needs are bundled too, with their licences; the others are left where npm puts them.
 *
 * Every file lands in dist/cli, as far from the package's root as the modules were that look for its data; what the lab reads lies beside them.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** What parses the words and measures the lines of any question. Still dependencies: our declarations name their types. */
const BUNDLED = ['commander', 'get-east-asian-width'];
/** The path of a module -> the package that it is of. */
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** What any question to a policy loads, in one file: Node looks each up, reads and links it. */
const EVERY_QUESTION =
  /\/dist\/(text|selinux\/(words|policydb|query|file-contexts))\/|\/dist\/cli\/(main|io|command-line|commands\/query|load-policy|write-lines)\.js$|\/node_modules\/commander\//;
const modules = globSync('**/*.js', { cwd: dist });
const bundle = await rolldown({
  input: {
    confine: join(dist, 'cli/confine.js'),
    library: join(dist, 'index.js'),
    // A thread begins with a file of its own, which no import names.
    'log-part-worker': join(dist, 'cli/log-part-worker.js'),
  },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/') && !BUNDLED.includes(id),
});
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: ({ name }) => (name === 'library' ? 'index.js' : 'cli/[name].js'),
  chunkFileNames: 'cli/[name]-[hash].js',
  codeSplitting: { groups: [{ name: 'question', test: EVERY_QUESTION }] },
});
/**
 * The program's first lines: of a shell first, which then becomes Node. Where the standard output is closed (`>&-`) Node opens /dev/null in its place, and
 * an answer would be lost with an exit code that says it was given. To Node the second line is a word and a comment.
 */
const BEGINNING = `#!/bin/sh
':' //; { true 3>&1; } 2>/dev/null || { echo 'confine: the standard output is closed, so the result would be lost' >&2; exit 3; }; exec node "$0" "$@"
`;
for (const path of globSync('**/*.js{,.map}', { cwd: dist })) rmSync(join(dist, path));
for (const chunk of output) {
  if (chunk.type === 'chunk' && chunk.name === 'question') refuseMore(chunk);
  if (chunk.type !== 'chunk') continue;
  const code = withQuietBuiltins(chunk).replace(/^#!.*\n/, BEGINNING);
  writeFileSync(join(dist, chunk.fileName), code);
}
for (const file of globSync('src/lab/{*.py,probe.c,machine/agent.py}', { cwd: root })) {
  cpSync(join(root, file), join(dist, 'cli', file.slice(file.lastIndexOf('/') + 1)));
}
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licences());
process.stdout.write(`${output.length} files of ${modules.length} modules\n`);

/** A question that waits for what describes and proves takes half as long again; a room that moves would bring that back without a word. */
function refuseMore({ imports }: OutputChunk): void {
  const more = imports.filter((id) => !id.startsWith('node:'));
  if (more.length > 0) throw new Error(`any question would load ${more.join(', ')} too`);
}

/**
 * An `import` of a module of Node reads all that it exports, and what Node would load only when it is used with it: half of the modules that a question
 * waits for. Taken as a value, only what is named is read. Not where the program begins: it must still say that a Node is too old.
 */
function withQuietBuiltins({ fileName, code }: OutputChunk): string {
  if (fileName === 'cli/confine.js') return code;
  return code.replace(
    /^import (\w+|\{ [^}]+ \}) from "(node:[\w/]+)";$/gm,
    (_, names: string, id: string) =>
      names === 'process'
        ? ''
        : `const ${names.replaceAll(' as ', ': ')} = process.getBuiltinModule("${id}");`,
  );
}

/** The licence of every package that some module of the bundle comes from, whole, as it asks for. A package without one is not bundled. */
function licences(): string {
  const inside = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const packages = new Set(inside.flatMap((id) => PACKAGE.exec(id)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const directory = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const file = readdirSync(directory).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence text, and cannot be bundled`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  const rule = `\n${'-'.repeat(72)}\n\n`;
  return ['The programs in this directory contain these packages.\n', ...texts].join(rule);
}
