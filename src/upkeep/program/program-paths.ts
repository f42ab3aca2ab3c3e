/** Paths and parts of paths among a program's texts. */
export interface ProgramPaths {
  /** `/etc/hosts`. */
  readonly whole: ReadonlySet<string>;
  /** What is put together with others: `/cgroup`, `docker/containers`, `config.v2.json`. */
  readonly parts: ReadonlySet<string>;
}

export function pathsIn(literals: Iterable<string>): ProgramPaths {
  const whole = new Set<string>();
  const parts = new Set<string>();
  for (const literal of literals) {
    if (isOfBuild(literal)) continue;
    for (const [path] of literal.matchAll(WHOLE)) whole.add(path.replace(/[./-]+$/, ''));
    if (PART.test(literal)) parts.add(literal);
  }
  for (const path of whole) parts.delete(path);
  return { whole, parts };
}

/** Places of source files on the machine that built it. */
function isOfBuild(literal: string): boolean {
  return /\.cargo\/|\/rustc\/|\/target\/(release|debug)|\bsrc\/|\.(rs|c|h|go|cc|cpp)\b/.test(
    literal,
  );
}

/**
 * Below the directories of a system. A segment is lower case throughout, or begins with a capital: where two texts could not be told apart, a path that goes on
 * with capitals (`/etc/resolv.confCAP_…`) ends before them.
 */
const WHOLE =
  /(?<![\w.:/-])\/(?:boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|srv|sys|tmp|usr|var)(?:\/(?:[A-Z][A-Za-z0-9_.@%{}*-]*|[a-z0-9_.@%{}*+-]+))*\/?/g;

/** A text that is nothing but segments, or the name of a file as programs keep them. */
const PART =
  /^(?:[-.]?\/?[a-z][a-z0-9_.-]{2,}(?:\/(?:[A-Z][A-Za-z0-9_.-]{2,}|[a-z0-9_.-]{3,}))+|\/[a-z_]{4,}|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.(?:conf|db|ini|json|lock|mmdb|pcapng?|pid|service|sock|socket|sqlite|toml|yaml|yml))$/;
