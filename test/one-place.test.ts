import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Facts about an installed system that several rooms need, and the one file that may spell each out. */
const FACTS: readonly { readonly fact: string; readonly spelt: RegExp; readonly in: string }[] = [
  {
    fact: 'where packages install what is no module',
    spelt:
      /usr\/(libexec|lib\/(systemd\/system|tmpfiles\.d|sysusers\.d)|share\/man)(?!\/selinux)\b/,
    in: 'selinux/module/installed.ts',
  },
  {
    fact: 'where module packages are kept',
    spelt: /selinux\/packages/,
    in: 'selinux/module/installed.ts',
  },
  {
    fact: 'the priorities of modules',
    spelt: /(-X[', ]*|modules\/|in_store \S+ |priority:? |priority = |package: )\d00\b/i,
    in: 'selinux/words/module-store.ts',
  },
  {
    fact: 'the name of the permissive entry',
    spelt: /['"`/ ]permissive_/,
    in: 'selinux/words/module-store.ts',
  },
];

const root = join(import.meta.dirname, '..', 'src');

test.each(FACTS)('$fact: in one file', ({ spelt, in: place }) => {
  const files = globSync('**/*.ts', { cwd: root }).filter((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      // Comments and what a person reads may name them.
      .some((line) => !/^\s*(\/\/|\/?\*)/.test(line) && spelt.test(line)),
  );
  expect(files).toEqual([place]);
});
