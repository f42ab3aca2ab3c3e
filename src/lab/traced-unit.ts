/**
 * A drop-in that puts a tracer before what a unit starts. `directory` is where the tracer writes. What a unit's sandbox would do to the tracer, and not to the
 * program, is taken out: the filter of system calls, which kills a program that is traced; and the tracer keeps the capability by which it
 * reads what the descriptors of a program stand for that has changed its user.
 */
export function tracedStart(unit: string, strace: string, directory: string): string {
  const has = (names: string): boolean => new RegExp(`^\\s*(${names})\\s*=\\s*\\S`, 'm').test(unit);
  return [
    '[Service]',
    'ExecStart=',
    ...startLines(unit).map(({ prefixes, line }) => `ExecStart=${prefixes}${strace} ${line}`),
    // A tracer takes its time; whoever starts it waits no longer than it wants.
    'TimeoutStartSec=infinity',
    'SystemCallFilter=',
    ...(has('CapabilityBoundingSet') ? ['CapabilityBoundingSet=CAP_SYS_PTRACE'] : []),
    // Else it would get a mount namespace that the unit does not give it.
    ...(has(SANDBOXES) ? [`ReadWritePaths=${directory}`] : []),
    '',
  ].join('\n');
}

/** Directives by which a service sees other mounts (systemd.exec(5)). */
const SANDBOXES =
  'Protect\\w+|Private\\w+|ReadOnly\\w+|Inaccessible\\w+|TemporaryFileSystem|Bind\\w+|DynamicUser|NoExecPaths|ExecPaths';

/** A command of `ExecStart=`. */
export interface StartLine {
  /** systemd's, less `@`: the name in argv[0] is dropped with it, since a tracer gives none. */
  readonly prefixes: string;
  readonly program: string;
  /** The program and its arguments. */
  readonly line: string;
}

/** What a service starts, in order. An empty `ExecStart=` takes back what stood before. */
export function startLines(unit: string): readonly StartLine[] {
  let lines: StartLine[] = [];
  for (const line of unit.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const value = /^\s*ExecStart\s*=\s*(.*?)\s*$/.exec(line)?.[1];
    if (value === undefined) continue;
    if (value === '') lines = [];
    else {
      const [, prefixes = '', rest = ''] = /^([-@:+!|]*)(.*)$/.exec(value)!;
      const [, program = '', named = ''] = /^(\S+)\s*(.*)$/.exec(rest)!;
      const args = prefixes.includes('@') ? named.replace(/^\S+\s*/, '') : named;
      lines.push({
        prefixes: prefixes.replace('@', ''),
        program,
        line: `${program} ${args}`.trim(),
      });
    }
  }
  return lines;
}
