import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Target } from './target.ts';
import { ToolchainError } from './toolchain-error.ts';

/**
 * Fetches packages of another Debian release into `directory/root` with the system's own apt and its keys, touching nothing of the
 * system: every directory of apt's state is private, and nothing is configured or run. No root needed. The versions that were
 * fetched stand in `directory/packages.txt`, and the control scripts below `directory/control/`. `dependencies`: all that they depend
 * on too, as for a machine that has nothing.
 */
export async function unpackPackages(
  target: Pick<Target, 'suite'>,
  packages: readonly string[],
  directory: string,
  options: { readonly dependencies?: boolean } = {},
): Promise<void> {
  mkdirSync(join(directory, 'control'));
  const { archives, debs } = await fetchPackages(target, packages, directory, {
    ...(options.dependencies ? { installed: '' } : {}),
  });
  for (const deb of debs) {
    await run('dpkg-deb', ['-x', join(archives, deb), join(directory, 'root')]);
    await run('dpkg-deb', [
      '-e',
      join(archives, deb),
      join(directory, 'control', deb.split('_')[0]!),
    ]);
  }
  writeFileSync(
    join(directory, 'packages.txt'),
    debs.map((deb) => `${decodeURIComponent(deb)}\n`).join(''),
  );
  await run('rm', ['-rf', join(directory, 'apt')]);
}

/**
 * The packages of another Debian release that a machine lacks, into `directory/apt`: those that are named and what they depend on.
 * `installed` is what it has, as dpkg-query -W writes it (`package version` lines). Needs no root and touches nothing of the system.
 */
export async function downloadPackages(
  target: Pick<Target, 'suite'>,
  packages: readonly string[],
  directory: string,
  installed: string,
): Promise<readonly string[]> {
  const { archives, debs } = await fetchPackages(target, packages, directory, {
    installed: dpkgStatus(installed),
  });
  return debs.map((deb) => join(archives, deb));
}

/** As apt reads it: what depends on what is left out, since nothing of it is to be judged again. */
function dpkgStatus(installed: string): string {
  return installed
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name, version] = line.split('\t');
      return `Package: ${name!.replace(/:.*/, '')}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: none\nVersion: ${version}\nDescription: none\n\n`;
    })
    .join('');
}

/** `installed`: dpkg's status file of the machine that they are for; without it nothing but the named packages is fetched. */
async function fetchPackages(
  target: Pick<Target, 'suite'>,
  packages: readonly string[],
  directory: string,
  { installed }: { readonly installed?: string },
): Promise<{ archives: string; debs: readonly string[] }> {
  const apt = join(directory, 'apt');
  for (const part of ['lists/partial', 'cache/archives/partial', 'state', 'preferences.d']) {
    mkdirSync(join(apt, part), { recursive: true });
  }
  writeFileSync(join(apt, 'status'), installed ?? '');
  const mirror = await debianMirror();
  writeFileSync(
    join(apt, 'sources.list'),
    `deb [signed-by=${debianKeyring()}] ${mirror} ${target.suite} main\n`,
  );
  const config = join(apt, 'apt.conf');
  writeFileSync(
    config,
    [
      `Dir::State "${apt}/state";`,
      `Dir::State::lists "${apt}/lists";`,
      `Dir::State::status "${apt}/status";`,
      `Dir::Cache "${apt}/cache";`,
      `Dir::Etc::sourcelist "${apt}/sources.list";`,
      'Dir::Etc::sourceparts "/dev/null";',
      'Dir::Etc::preferences "/dev/null";',
      `Dir::Etc::preferencesparts "${apt}/preferences.d";`,
      // Root's apt would drop to a user that cannot read a private directory.
      'APT::Sandbox::User "";',
      'Acquire::Languages "none";',
      'Acquire::Retries "3";',
      '',
    ].join('\n'),
  );
  const env = { APT_CONFIG: config };
  const targets = ['DEP-11', 'DEP-11-icons-small', 'Contents-deb'].flatMap((t) => [
    '-o',
    `Acquire::IndexTargets::deb::${t}::DefaultEnabled=false`,
  ]);
  await update(['-q', ...targets, '-o', 'APT::Update::Error-Mode=any', 'update'], env, mirror);
  const archives = join(apt, 'cache', 'archives');
  const fetch =
    installed === undefined
      ? ['download']
      : ['install', '--download-only', '--yes', '--no-install-recommends'];
  await run('apt-get', ['-q', ...fetch, ...packages], { env, cwd: archives });
  const debs = readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .sort();
  return { archives, debs };
}

/** apt counts a list that it could not fetch as no failure, and then finds no package: asked to, it says so. */
async function update(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  mirror: string,
): Promise<void> {
  try {
    await run('apt-get', args, { env });
  } catch (error) {
    // One with a hint is about this machine, as a full disk.
    if (!(error instanceof ToolchainError) || error.hint !== undefined) throw error;
    const said = /^[EW]: *(.*)$/m.exec(error.output)?.[1];
    throw new ToolchainError(
      `nothing can be fetched from ${mirror}${said === undefined ? '' : `: ${said}`}`,
      {
        output: error.output,
        hint: 'check the network; CONFINE_DEBIAN_MIRROR names another mirror',
      },
    );
  }
}

export function debianKeyring(): string {
  const path = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!existsSync(path)) {
    throw new ToolchainError(`Debian's archive keys are missing: no \`${path}\``, {
      hint: 'install the package debian-archive-keyring',
    });
  }
  return path;
}

/** The mirror that this machine already uses for Debian, or `$CONFINE_DEBIAN_MIRROR`. */
export async function debianMirror(): Promise<string> {
  const chosen = process.env.CONFINE_DEBIAN_MIRROR;
  if (chosen) return chosen;
  // Asks nothing of the network, and works before the first update of a fresh machine.
  const { stdout } = await run('apt-get', ['update', '--print-uris']);
  const uris = [...stdout.matchAll(/^'(\S+\/debian\/)dists\//gm)].map((match) => match[1]!);
  if (uris.length > 0) return uris[0]!;
  throw new ToolchainError('no Debian mirror is known to this machine’s apt', {
    hint: 'set CONFINE_DEBIAN_MIRROR to the address of a Debian mirror',
  });
}
