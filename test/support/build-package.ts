import { join } from 'node:path';
import { run } from '../../src/toolchain/index.ts';

const FEDORA = join(import.meta.dirname, '..', 'emit', 'rpm', 'fedora.macros');

/**
 * Builds a spec whose sources stand beside it with the machine's own rpmbuild, as on Fedora 42 as far as macros go. The policy is compiled with the
 * machine's own headers, whatever the name of its policy. Returns the paths of the packages, by name.
 */
export async function buildRpms(
  spec: string,
  options: { fedora?: number; work: string },
): Promise<readonly string[]> {
  const fedora = options.fedora === undefined ? [] : ['--define', `fedora ${options.fedora}`];
  const { stdout } = await run('rpmbuild', [
    ...['-bb', '--nodeps', '--load', FEDORA, '--define', `_topdir ${options.work}/top`],
    ...['--define', `_sourcedir ${join(spec, '..')}`, ...fedora, spec],
  ]);
  return [...stdout.matchAll(/^Wrote: (.*\.rpm)$/gm)].map((match) => match[1]!).sort();
}

/** A spec as rpm reads it on a distribution with these macros: conditions decided, macros expanded. */
export async function expandSpec(spec: string, defines: readonly string[]): Promise<string> {
  const { stdout } = await run('rpmspec', [
    ...['--load', FEDORA, ...defines.flatMap((one) => ['--define', one]), '-P', spec],
  ]);
  return stdout;
}

/** Asks a package with `rpm -qp`: lines without the empty ones. */
export async function askRpm(file: string, ...question: string[]): Promise<string[]> {
  const { stdout } = await run('rpm', ['-qp', ...question, file]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Builds a source tree with debhelper; the packages come to stand beside it. */
export async function buildDeb(tree: string): Promise<void> {
  await run('dpkg-buildpackage', ['-d', '-b', '-us', '-uc'], { cwd: tree });
}
