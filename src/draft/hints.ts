/** What is known of one access that matters for options of abilities. */
export interface Trace {
  readonly target: string;
  readonly tclass: string;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
  readonly permissions: readonly string[];
  /** The role that asked: `unconfined_r`. */
  readonly role?: string | undefined;
  /** A unit gives the program this directory. */
  readonly declared?: boolean | undefined;
}

/** What options of abilities are found from. */
export interface Hints {
  /** The description's name. */
  readonly name: string;
  /** The names that its paths carry: the description's and those of its executables. */
  readonly programs: readonly string[];
  /** All that it asked for. */
  readonly accesses: readonly Trace[];
  /** What its units say; undefined where none starts it. */
  readonly service: Service | undefined;
  /** Paths that the program asked for; `HOME` stands for the home directory of whoever ran it. */
  readonly paths: readonly string[];
  /** Those of them below which it wrote. */
  readonly written: readonly string[];
  /** Prefixes of login users who started it (`unconfined`). */
  readonly users: readonly string[];
}

/** What units say of how the service manager starts a program. */
export interface Service {
  /** `Type=notify`. */
  readonly notify: boolean;
  /** It owns a name on the system bus. */
  readonly bus: boolean;
  /** Classes of the sockets that it is handed. */
  readonly sockets: readonly string[];
  /** A timer starts it. */
  readonly timer: boolean;
}

/** What options of abilities are found from: a program's accesses, the names of its executables, and what units say, where one starts it. */
export function hintsOf(
  name: string,
  traces: readonly Trace[],
  executables: readonly string[],
  service?: Service,
): Hints {
  const accesses = traces.map((one) => ({
    ...one,
    path: /^(\/|HOME(\/|$))/.test(one.path ?? '') ? plainPath(one.path!) : undefined,
  }));
  const withPath = accesses.flatMap(({ path, permissions }) =>
    path === undefined ? [] : [{ path, permissions }],
  );
  const users = traces.flatMap(
    ({ role }) => /^(unconfined|sysadm|staff|user)_r$/.exec(role ?? '')?.[1] ?? [],
  );
  return {
    name,
    programs: distinct([name, ...executables.map((path) => path.slice(path.lastIndexOf('/') + 1))]),
    accesses,
    service,
    paths: distinct(withPath.map(({ path }) => path)),
    written: distinct(
      withPath
        .filter(({ permissions }) => permissions.some((one) => WRITING.has(one)))
        .map(({ path }) => path),
    ),
    users: distinct(users),
  };
}

/** A tool that became another user, as one does that was started by sudo; what a unit starts, the unit's `User=` tells. */
export function startsAsRoot({ accesses, service }: Pick<Hints, 'accesses' | 'service'>): boolean {
  const becomes = accesses.filter(
    ({ target, tclass }) => target === 'self' && tclass === 'capability',
  );
  return (
    service === undefined &&
    ['setgid', 'setuid'].every((name) =>
      becomes.some(({ permissions }) => permissions.includes(name)),
    )
  );
}

/** A path as abilities label it: `/home/alice/.config/x` → `HOME/.config/x`, root's home being one too; `/var/run//x` → `/run/x`. */
export function plainPath(path: string): string {
  return path
    .replace(/\/{2,}/g, '/')
    .replace(/^\/var\/run(?=\/|$)/, '/run')
    .replace(/^(\/home\/[^/]+|\/root)(?=\/|$)/, 'HOME');
}

const WRITING: ReadonlySet<string> = new Set(['add_name', 'append', 'create', 'setattr', 'write']);

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
