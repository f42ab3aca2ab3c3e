import type { Hints } from './candidates.ts';

/** What is known of one access that matters for options of abilities. */
export interface Trace {
  readonly path?: string | undefined;
  readonly permissions: readonly string[];
  /** The role that asked: `unconfined_r`. */
  readonly role?: string | undefined;
}

/** What options of abilities are found from, of a program's accesses. */
export function hintsOf(name: string, traces: readonly Trace[]): Hints {
  const withPath = traces.flatMap(({ path, permissions }) =>
    path?.startsWith('/') ? [{ path: homePath(path), permissions }] : [],
  );
  const users = traces.flatMap(
    ({ role }) => /^(unconfined|sysadm|staff|user)_r$/.exec(role ?? '')?.[1] ?? [],
  );
  return {
    name,
    paths: distinct(withPath.map(({ path }) => path)),
    written: distinct(
      withPath
        .filter(({ permissions }) => permissions.some((one) => WRITING.has(one)))
        .map(({ path }) => path),
    ),
    users: distinct(users),
  };
}

/** `/home/alice/.config/x` → `HOME/.config/x`; root's home is one too. */
export function homePath(path: string): string {
  return path.replace(/^(\/home\/[^/]+|\/root)(?=\/|$)/, 'HOME');
}

const WRITING: ReadonlySet<string> = new Set(['add_name', 'append', 'create', 'setattr', 'write']);

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
