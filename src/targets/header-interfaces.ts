import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Compilers } from './distribution.ts';

/**
 * The interfaces and templates that the distribution's policy headers define, by name, with the highest parameter that each needs.
 * Read from the .if files by their opening line; what m4 would define from within a macro is not seen.
 */
export function headerInterfaces(dist: Compilers): ReadonlyMap<string, number> {
  const include = join(dist.root, 'usr/share/selinux/devel/include');
  const interfaces = new Map<string, number>();
  for (const file of globSync('*/*.if', { cwd: include })) {
    const text = readFileSync(join(include, file), 'utf8');
    const starts = [...text.matchAll(/^\s*(?:interface|template)\(`(\w+)'/gm)];
    starts.forEach((start, i) => {
      const body = text.slice(start.index, starts[i + 1]?.index);
      // Comment lines speak of parameters too.
      const code = body.replace(/^\s*#.*$/gm, '');
      // A parameter that the macro first looks at with ifelse may be left out.
      const optional = [...code.matchAll(/ifelse\(`\$(\d)'/g)].map((match) => match[1]);
      const used = [...code.matchAll(/\$(\d)/g)]
        .filter((match) => !optional.includes(match[1]))
        .map((match) => Number(match[1]));
      interfaces.set(start[1]!, Math.max(0, ...used));
    });
  }
  return interfaces;
}

/** The modules that a distribution's headers belong to, by name. */
export function headerModules(dist: Compilers): ReadonlySet<string> {
  const include = join(dist.root, 'usr/share/selinux/devel/include');
  return new Set(globSync('*/*.if', { cwd: include }).map((file) => basename(file, '.if')));
}
