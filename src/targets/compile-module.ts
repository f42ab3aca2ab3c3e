import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compilers } from './distribution.ts';

export interface ModuleSource {
  readonly name: string;
  readonly te: string;
  readonly fc: string;
  readonly if: string;
}

export interface CompiledModule {
  /** The policy package, as `make -f …/selinux/devel/Makefile NAME.pp` wrote it. */
  readonly pp: Uint8Array;
  /** Every line that make, m4 or checkmodule printed beyond their announcements: warnings. */
  readonly warnings: readonly string[];
}

/** Compiles a module with the distribution's devel Makefile and headers, as its packagers do. Throws ToolchainError with the compiler's words. */
export async function compileModule(
  dist: Compilers,
  source: ModuleSource,
  flavour = 'default',
): Promise<CompiledModule> {
  const work = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    for (const extension of ['te', 'fc', 'if'] as const) {
      writeFileSync(join(work, `${source.name}.${extension}`), source[extension]);
    }
    mkdirSync(join(work, 'tmp'));
    const share = join(dist.root, 'usr/share/selinux');
    const { stdout, stderr } = await dist.run(
      'make',
      [
        '-f',
        join(share, 'devel/Makefile'),
        `NAME=${flavour}`,
        `SHAREDIR=${share}`,
        `HEADERDIR=${join(share, 'devel/include')}`,
        // The headers ask $(BINDIR) for checkmodule and semodule_package.
        `BINDIR=${dist.bin}`,
        `SBINDIR=${dist.bin}`,
        `M4=${join(dist.bin, 'm4')}`,
        `${source.name}.pp`,
      ],
      { cwd: work },
    );
    return {
      pp: readFileSync(join(work, `${source.name}.pp`)),
      warnings: `${stdout}\n${stderr}`
        .split('\n')
        .map((line) => line.replaceAll(`${work}/`, ''))
        .filter((line) => line.trim() !== '' && !ANNOUNCEMENTS.some((known) => known.test(line)))
        .filter((line) => !isInstalledTwice(line, source.name, join(share, 'devel/include'))),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const ANNOUNCEMENTS = [
  /^Compiling \S+ \S+ module$/,
  /^Creating \S+ \S+ policy package$/,
  /^make(\[\d+\])?: (Entering|Leaving) directory/,
  /^(\S*checkmodule: {2})?(loading policy configuration from|policy configuration loaded|writing binary representation)/,
  /^rm /,
];

/**
 * Whether a line only says that the headers have an interface twice: of others, which is not about this module, or because this module's
 * package has installed its own, which the source's replaces. An interface that clashes with another module's is a warning.
 */
function isInstalledTwice(line: string, name: string, include: string): boolean {
  const [, at, defined] = /(\S+):\d+: Error: duplicate definition of (\w+)\(\)/.exec(line) ?? [];
  if (at === undefined) return false;
  if (!at.endsWith(`:${name}.if`) && at !== `${name}.if`) return true;
  return globSync(`*/${name}.if`, { cwd: include }).some((file) =>
    readFileSync(join(include, file), 'utf8').includes(`(\`${defined}'`),
  );
}
