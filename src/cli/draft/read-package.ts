import {
  existsSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { run } from '../../targets/index.ts';
import type { Io } from '../io.ts';
import { capabilitiesIn, unpackDeb, unpackRpm } from '../load-program.ts';
import { UsageError } from '../verb.ts';

/** What a package says of the program in it. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly homepage: string;
  readonly summary: string;
  readonly executables: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** Names of programs that are links, with what they lead to: it may be in another package. */
  readonly links: ReadonlyMap<string, string>;
  readonly units: readonly { readonly name: string; readonly text: string }[];
  /** In setcap's words. */
  readonly capabilities: readonly string[];
}

/**
 * Packages of one program, the first of which gives it its words: installed ones of Debian, or files (.deb, .rpm). Throws UsageError where one is
 * neither, or none brings a program.
 */
export async function readPackages(io: Io, named: readonly string[]): Promise<PackageFacts> {
  const each: PackageFacts[] = [];
  for (const one of named) {
    const path = resolve(io.cwd, one);
    const isFile = /\.(deb|rpm)$/.test(one) && existsSync(path);
    each.push(isFile ? await packageFile(path) : await installedPackage(one));
  }
  const facts: PackageFacts = {
    ...each[0]!,
    executables: each.flatMap(({ executables }) => executables),
    links: new Map(each.flatMap(({ links }) => [...links])),
    units: each.flatMap(({ units }) => units),
    capabilities: each.flatMap(({ capabilities }) => capabilities),
  };
  if (facts.executables.length === 0) {
    throw new UsageError(
      `the package \`${facts.name}\` brings no program`,
      facts.links.size > 0
        ? `its programs are links, as to ${[...facts.links.values()][0]!}: name the package of that too`
        : 'name the package whose files are in /usr/bin or /usr/sbin, or --program FILE',
    );
  }
  return facts;
}

async function packageFile(path: string): Promise<PackageFacts> {
  const work = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    const isDeb = path.endsWith('.deb');
    const scripts = isDeb ? await unpackDeb(path, work) : await unpackRpm(path, work);
    const { stdout } = isDeb
      ? await run('dpkg-deb', ['-W', `--showformat=${FORMAT}`, path])
      : await run('rpm', ['-qp', '--nosignature', '--qf', RPM_FORMAT, path]);
    const files = globSync('root/**/*', { cwd: work }).map((file) => file.slice('root'.length));
    return factsOf(stdout, files, scripts, (file) => join(work, 'root', file));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function installedPackage(name: string): Promise<PackageFacts> {
  const missing = new UsageError(
    `there is no installed package and no file \`${name}\``,
    'install it (apt-get install), or give its .deb or .rpm',
  );
  if (!/^[a-z0-9][a-z0-9.+-]*$/.test(name)) throw missing;
  const { stdout } = await run('dpkg-query', ['-W', `-f=${FORMAT}`, name]).catch(() => {
    throw missing;
  });
  const files = (await run('dpkg-query', ['-L', name])).stdout.split('\n').filter(Boolean);
  const scripts = globSync(`/var/lib/dpkg/info/${name}.p*inst`).map((file) =>
    readFileSync(file, 'utf8'),
  );
  return factsOf(stdout, files, scripts, (file) => file);
}

// What dpkg fills in, and no template of ours.
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own syntax
const FORMAT = '${Package}\\n${Version}\\n${Homepage}\\n${binary:Summary}\\n';
const RPM_FORMAT = '%{NAME}\\n%{VERSION}\\n%{URL}\\n%{SUMMARY}\\n';

function factsOf(
  about: string,
  files: readonly string[],
  scripts: readonly string[],
  at: (file: string) => string,
): PackageFacts {
  const [name = '', version = '', homepage = '', summary = ''] = about.split('\n');
  const plain = files
    .filter((file) => statSync(at(file), { throwIfNoEntry: false })?.isFile())
    .sort();
  return {
    name,
    version,
    homepage,
    summary,
    executables: plain
      .filter((file) => PROGRAM.test(file) && !isLink(at(file)))
      .map((path) => ({ path: merged(path), bytes: readFileSync(at(path)) })),
    links: new Map(
      files
        .filter((file) => PROGRAM.test(file) && isLink(at(file)))
        .map((file) => [merged(file), merged(resolve(dirname(file), readlinkSync(at(file))))]),
    ),
    units: plain
      .filter((file) => /\/systemd\/system\/[^/]+\.(service|socket|timer)$/.test(file))
      .map((file) => ({ name: basename(file), text: readFileSync(at(file), 'utf8') })),
    capabilities: capabilitiesIn(scripts),
  };
}

const PROGRAM = /^(\/usr)?\/s?bin\/[^/]+$/;

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Where /bin is a link to /usr/bin. */
function merged(path: string): string {
  return path.replace(/^\/(s?bin)\//, '/usr/$1/');
}
