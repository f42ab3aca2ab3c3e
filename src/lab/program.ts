import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealProgram } from '../confinement/index.ts';
import { cached, digest, run } from '../toolchain/index.ts';

/**
 * The real program's bytes, built from its published source with cargo and cached (two to five minutes on two cores); undefined for one
 * that the machine's own distribution brings. Needs cargo, a C compiler, clang, and the headers of libpcap and libelf.
 */
export async function realProgram(program: RealProgram): Promise<Uint8Array | undefined> {
  if (program.from === 'distribution') return undefined;
  const { crate, version } = program;
  const name = program.path.slice(program.path.lastIndexOf('/') + 1);
  const directory = await cached(`program/${crate}-${version}-${digest(RECIPE)}`, async (work) => {
    await run(
      'cargo',
      [
        ...['install', crate, '--version', version, '--locked', '--quiet'],
        ...['--root', join(work, 'root'), '--target-dir', join(work, 'target')],
      ],
      { timeout: 40 * 60_000 },
    );
    copyFileSync(join(work, 'root', 'bin', name), join(work, name));
    await run('rm', ['-rf', join(work, 'root'), join(work, 'target')]);
  });
  return readFileSync(join(directory, name));
}

/** Changes when the way a program is built changes. */
const RECIPE = 'cargo-1';
