import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suggestion } from '../selinux/words/index.ts';

/** What is wrong with a description that Node cannot load, and what to do about it. */
export interface Unloaded {
  readonly message: string;
  readonly hint: string;
}

/** The same in the words of somebody who writes a description, for the mistakes that beginners make; `names` are what the library exports. */
export function explained(error: unknown, names: readonly string[], cwd: string): Unloaded {
  if (!(error instanceof Error)) return { message: `it throws ${String(error)}`, hint: FALLBACK };
  const [first = ''] = error.message.split('\n');
  for (const [pattern, explain] of KNOWN) {
    const found = pattern.exec(first);
    if (found !== null) return explain(found[1] ?? '', { names, cwd, said: first });
  }
  const message = error.name === 'Error' ? first : `${error.name}: ${first}`;
  return { message, hint: FALLBACK };
}

const FALLBACK = 'correct the file';

interface Known {
  readonly names: readonly string[];
  readonly cwd: string;
  readonly said: string;
}

/** What Node says, and what it comes from. */
const KNOWN: readonly (readonly [RegExp, (found: string, known: Known) => Unloaded])[] = [
  [
    /^(require|module|exports)\b.* is not defined/,
    (name) => ({
      message: `\`${name}\` is of CommonJS, and a description is an ES module`,
      hint: "write `import { … } from 'confine-mac'` and `export default`",
    }),
  ],
  [
    /^(\w+) is not defined$/,
    (name, { names }) => ({
      message: `\`${name}\` is not defined`,
      hint: names.includes(name)
        ? `import it: \`import { ${name} } from 'confine-mac'\``
        : (suggestion(name, names) ?? 'define it, or import it'),
    }),
  ],
  [
    /^The requested module 'confine-mac' does not provide an export named '(\w+)'/,
    (name, { names }) => ({
      message: `confine-mac has no \`${name}\``,
      hint: suggestion(name, names) ?? 'what it has is in docs/abilities.md and docs/nevers.md',
    }),
  ],
  [
    /^Cannot access '(\w+)' before initialization/,
    (name) => ({
      message: `\`${name}\` is used before it is made`,
      hint: 'define it further up; if it is imported, the files import each other in a circle',
    }),
  ],
  [
    /^TypeScript (.+) is not supported in strip-only mode/,
    (what) => ({
      message: `TypeScript’s ${what} is more than a type`,
      hint: 'Node leaves types out and compiles nothing: write it as JavaScript, an enum as an object',
    }),
  ],
  [
    /^Identifier '\.default' has already been declared|^Duplicate export of 'default'/,
    () => ({
      message: 'it has two default exports',
      hint: 'leave one: what `confine({ … })` gives',
    }),
  ],
  [/^Cannot find package '([^']+)'/, noPackage],
  [/^Cannot find module '([^']+)'/, noModule],
];

function noPackage(name: string): Unloaded {
  return {
    message: `there is no package \`${name}\``,
    hint: /confine/.test(name)
      ? "what a description is made of comes from `'confine-mac'`"
      : `install it: \`npm install ${name}\``,
  };
}

/** Node takes a file by its whole name, and a compiler’s habit of leaving the ending out, or writing `.js`, finds none. */
function noModule(named: string, { cwd }: Known): Unloaded {
  const path = named.startsWith('file:') ? fileURLToPath(named) : named;
  const there = [
    `${path}.ts`,
    `${path}.mts`,
    path.replace(/\.js$/, '.ts'),
    `${path}/index.ts`,
  ].find((other) => other !== path && existsSync(other));
  return {
    message: `it imports \`${relative(cwd, path) || path}\`, and there is no such file`,
    hint:
      there === undefined
        ? 'correct the path in the import'
        : `write its whole name: \`${there.startsWith(`${path}/`) ? `${basename(path)}/index.ts` : basename(there)}\``,
  };
}
