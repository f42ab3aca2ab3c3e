import { elfFacts } from './elf.ts';

/** What can be known of a release of a program without running it. */
export interface ProgramFacts {
  /** As a person calls it: `rustnet-monitor 1.7.0`, a file. */
  readonly title: string;
  readonly libraries: readonly string[];
  readonly imports: readonly string[];
  readonly literals: ReadonlySet<string>;
  /** File capabilities that its package sets, in setcap's words. */
  readonly capabilities: readonly string[];
  /** `UNIT: [Section] Directive=value` of its package. */
  readonly units: readonly string[];
  /** Paths that its package installs. */
  readonly files: readonly string[];
  /** What could not be looked at, as sentences. */
  readonly unread: readonly string[];
}

/** What a release brings: programs, and where it is a package or a source tree, what lies around them. Paths begin with `/` in a package. */
export interface ProgramRelease {
  readonly title: string;
  readonly binaries: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  readonly units: readonly { readonly path: string; readonly text: string }[];
  readonly capabilities: readonly string[];
  readonly files: readonly string[];
}

export function programFacts(release: ProgramRelease): ProgramFacts {
  const read = release.binaries.map(({ path, bytes }) => ({ path, elf: elfFacts(bytes) }));
  const elves = read.flatMap(({ elf }) => elf ?? []);
  const sources = release.sources.map(({ text }) => withoutTests(text));
  const union = (lists: readonly Iterable<string>[]): string[] =>
    [...new Set(lists.flatMap((list) => [...list]))].sort();
  return {
    title: release.title,
    libraries: union(elves.map(({ libraries }) => libraries)),
    imports: union([
      ...elves.map(({ imports }) => imports),
      ...sources.map((text) =>
        [...text.matchAll(/\blibc::([a-z]\w+)\s*\(/g)].map(([, name]) => name!),
      ),
    ]),
    literals: new Set([
      ...elves.flatMap(({ literals }) => [...literals]),
      ...sources.flatMap((text) =>
        [...text.matchAll(/"((?:[^"\\\n]|\\.){4,})"/g)].map(([, literal]) => literal!),
      ),
    ]),
    capabilities: [...release.capabilities].sort(),
    units: release.units.flatMap(({ path, text }) => directivesOf(path, text)),
    files: [...release.files].sort(),
    unread: read
      .filter(({ elf }) => elf === undefined)
      .map(({ path }) => `${path} is no 64-bit ELF file: nothing is known of its calls and texts`),
  };
}

/** What stands below Rust's own mark of tests is not in the program. */
function withoutTests(text: string): string {
  const tests = text.indexOf('#[cfg(test)]');
  return tests < 0 ? text : text.slice(0, tests);
}

function directivesOf(path: string, text: string): string[] {
  const unit = path.slice(path.lastIndexOf('/') + 1);
  let section = '';
  return text.split('\n').flatMap((line) => {
    if (/^\[.*\]$/.test(line.trim())) section = line.trim();
    return /^\w+\s*=/.test(line) ? [`${unit}: ${section} ${line.trim()}`] : [];
  });
}
