import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledProgram } from '../src/selinux/facts/index.ts';
import { basePolicy, distribution, type TargetId } from '../src/targets/index.ts';

/**
 * The programs that a release's policy labels by their whole path and that come into a domain by it, from the modules in its store: which one
 * a label is of cannot be told from file_contexts. Labels by patterns are left out: a module's own label for a path wins over those.
 */
export async function labelledPrograms(release: TargetId): Promise<readonly LabelledProgram[]> {
  const { store, flavour } = await basePolicy(await distribution(release));
  const active = join(store, 'var/lib/selinux', flavour, 'active/modules');
  const off = new Set(readdirSync(join(active, 'disabled')));
  const modules = readdirSync(join(active, '100'))
    .filter((name) => !off.has(name))
    .sort()
    .map((name) => ({ name, cil: textOf(join(active, '100', name, 'cil')) }));
  const domains = new Map<string, Set<string>>();
  for (const { cil } of modules) {
    for (const [, domain, type] of cil.matchAll(ENTRYPOINT)) {
      domains.set(type!, (domains.get(type!) ?? new Set()).add(domain!));
    }
  }
  return modules.flatMap(({ name, cil }) =>
    [...cil.matchAll(LABEL)].flatMap(([, pattern, type]) => {
      const entered = domains.get(type!);
      if (entered === undefined || /(^|[^\\])[.*+?()[\]{}^$|]/.test(pattern!)) return [];
      const path = pattern!.replace(/\\(.)/g, '$1');
      return path.startsWith('/etc/rc.d/')
        ? []
        : [{ path, type: type!, domains: [...entered].sort(), module: name }];
    }),
  );
}

function textOf(file: string): string {
  return execFileSync('bzip2', ['-dc', file], { maxBuffer: 1 << 28 }).toString('utf8');
}

const ENTRYPOINT = /\(allow (\w+_t) (\w+_t) \(file \([^)]*\bentrypoint\b/g;
const LABEL = /\(filecon "([^"]+)" (?:file|any) \(\w+ \w+ (\w+)/g;
