import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
        .filter((line) => line.trim() !== '' && !ANNOUNCEMENTS.some((known) => known.test(line))),
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
