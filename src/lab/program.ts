import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { RealProgram } from '../description/index.ts';
import { cached, digest, run } from '../targets/index.ts';

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
      { timeout: 40 * 60_000, env: rustupHome(process.env, homedir()) },
    );
    copyFileSync(join(work, 'root', 'bin', name), join(work, name));
    await run('rm', ['-rf', join(work, 'root'), join(work, 'target')]);
  });
  return readFileSync(join(directory, name));
}

/**
 * rustup's cargo looks for its toolchains below HOME. Where HOME is another one than the one that it is installed in (a service, a clean
 * home for a test), they are beside it.
 */
export function rustupHome(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Record<string, string> {
  if (env.RUSTUP_HOME !== undefined || existsSync(join(home, '.rustup'))) return {};
  const directory = env.PATH?.split(delimiter).find((each) => existsSync(join(each, 'cargo')));
  const beside = directory === undefined ? '' : join(directory, '../../.rustup');
  return directory !== undefined && existsSync(beside) ? { RUSTUP_HOME: beside } : {};
}

/** Changes when the way a program is built changes. */
const RECIPE = 'cargo-1';
