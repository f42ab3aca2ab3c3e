import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Confinement, Suite } from '../description/index.ts';
import { realProgram } from '../lab/index.ts';
import { run } from '../targets/index.ts';
import type { ProgramRelease } from '../upkeep/index.ts';
import type { Io } from './io.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

/** A release of a profile's program: a version of the crate that it is, a binary, a .deb or .rpm, or a source tree. Throws UsageError for anything else. */
export async function loadRelease(
  io: Io,
  confinement: Confinement,
  { program }: Suite,
  named: string,
): Promise<ProgramRelease> {
  const path = resolve(io.cwd, named);
  if (/^\d+\.\d+\.\d+$/.test(named) && !existsSync(path)) {
    if (program.from !== 'crates.io') {
      throw new UsageError(
        `${program.path} comes from the distribution, which has no release \`${named}\``,
        'give its package or its binary',
      );
    }
    const bytes = await realProgram({ ...program, version: named });
    const title = `${program.crate} ${named}`;
    return { ...EMPTY, title, binaries: [{ path: program.path, bytes: bytes! }] };
  }
  if (!existsSync(path)) {
    throw new UsageError(
      `there is no program \`${named}\``,
      'give a release like 1.7.0, a binary, a .deb or .rpm, or a source tree',
    );
  }
  const release = await releaseAt(path, named, confinement, program);
  // Where nothing is looked at, nothing has changed: that would be a yes.
  if (release.sources.length === 0 && !release.binaries.some(({ bytes }) => isElf(bytes))) {
    throw new UsageError(
      `\`${named}\` holds neither a source nor a binary of ${confinement.program.name}`,
      'give a release like 1.7.0, a binary (ELF), a .deb or .rpm, or a source tree',
    );
  }
  return release;
}

async function releaseAt(
  path: string,
  named: string,
  confinement: Confinement,
  program: Suite['program'],
): Promise<ProgramRelease> {
  if (statSync(path).isDirectory()) return sourceTree(path, named);
  if (/\.(deb|rpm)$/.test(path)) return packaged(path, named, confinement, program);
  return { ...EMPTY, title: named, binaries: [{ path: named, bytes: readWhole(path, named) }] };
}

function isElf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF';
}

const EMPTY = { binaries: [], sources: [], units: [], capabilities: [], files: [] };

/** Texts and calls of its sources, units and setcap lines wherever they lie. Tests, examples and what was built are left out. */
function sourceTree(root: string, title: string): ProgramRelease {
  const files = globSync('**/*', {
    cwd: root,
    exclude: (name) =>
      /^(target|node_modules|\.git|tests?|benches|examples|vendor)$/.test(basename(name)),
  }).filter((file) => statSync(join(root, file)).isFile());
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');
  const having = (pattern: RegExp): { path: string; text: string }[] =>
    files
      .filter((file) => pattern.test(file))
      .sort()
      .map((path) => ({ path, text: text(path) }));
  return {
    ...EMPTY,
    title,
    sources: having(/\.(rs|c|cc|cpp|h|go|py)$/),
    units: having(/\.(service|socket|timer|path)$/),
    capabilities: capabilitiesIn(
      having(/(\.(spec|sh|postinst|toml|yml|yaml|install)|PKGBUILD|postinst)$/).map(
        (one) => one.text,
      ),
    ),
  };
}

async function packaged(
  path: string,
  title: string,
  { program }: Confinement,
  { path: at, ...real }: Suite['program'],
): Promise<ProgramRelease> {
  const work = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    const isDeb = path.endsWith('.deb');
    const scripts = isDeb ? await unpackDeb(path, work) : await unpackRpm(path, work);
    const files = globSync('root/**/*', { cwd: work })
      .filter((file) => !statSync(join(work, file), { throwIfNoEntry: false })?.isDirectory())
      .map((file) => file.slice('root'.length))
      .sort();
    const read = (file: string): Uint8Array => readFileSync(join(work, 'root', file));
    const copyOf = 'copyOf' in real ? real.copyOf : undefined;
    const wanted = new Set(
      [at, copyOf, ...program.executables].map((each) => basename(each ?? '')),
    );
    return {
      ...EMPTY,
      title,
      binaries: files
        .filter((file) => /\/s?bin\//.test(file) && wanted.has(basename(file)))
        .map((file) => ({ path: file, bytes: read(file) })),
      units: files
        .filter((file) => /\/systemd\/.*\.(service|socket|timer|path)$/.test(file))
        .map((file) => ({ path: file, text: Buffer.from(read(file)).toString('utf8') })),
      capabilities: capabilitiesIn(scripts),
      files,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export async function unpackDeb(path: string, work: string): Promise<string[]> {
  await run('dpkg-deb', ['-x', path, join(work, 'root')]);
  await run('dpkg-deb', ['-e', path, join(work, 'control')]);
  return globSync('control/*inst', { cwd: work }).map((file) =>
    readFileSync(join(work, file), 'utf8'),
  );
}

/** `rpm --filecaps` prints `PATH CAPABILITIES`; a scriptlet may run setcap too. */
export async function unpackRpm(path: string, work: string): Promise<string[]> {
  const script = 'mkdir -p "$2/root" && rpm2cpio "$1" | (cd "$2/root" && cpio -idm --quiet)';
  await run('sh', ['-c', script, 'sh', path, work]);
  const { stdout: capabilities } = await run('rpm', ['-qp', '--nosignature', '--filecaps', path]);
  const { stdout: scripts } = await run('rpm', ['-qp', '--nosignature', '--scripts', path]);
  return [capabilities, scripts];
}

/** In setcap's words: `cap_net_raw,cap_bpf+eip`. */
export function capabilitiesIn(texts: readonly string[]): string[] {
  return [
    ...new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/\bcap_[a-z_]+(?:,cap_[a-z_]+)*[+=][eip]+/gi)].map(([found]) => found),
      ),
    ),
  ];
}
