/** A program that a distribution's policy has a label for, which leads into a domain of its own. */
export interface LabelledProgram {
  readonly path: string;
  readonly type: string;
  /** The domains that a program of this type comes into; several where it depends on who starts it. */
  readonly domains: readonly string[];
  /** The module that labels it. */
  readonly module: string;
}

/** One table of several policies' programs: a column per policy with the module, `-` where it labels no such path so. */
export function programTable(
  lists: readonly (readonly [column: string, programs: readonly LabelledProgram[]])[],
): string {
  const rows = new Map<string, string[]>();
  lists.forEach(([, programs], i) => {
    for (const { path, type, domains, module } of programs) {
      const key = [path, type, domains.join(' ')].join('\t');
      const modules = rows.get(key) ?? lists.map(() => '-');
      modules[i] = module;
      rows.set(key, modules);
    }
  });
  const lines = [...rows].map(([key, modules]) => `${key}\t${modules.join('\t')}\n`).sort();
  return [`path\ttype\tdomains\t${lists.map(([column]) => column).join('\t')}\n`, ...lines].join(
    '',
  );
}

/** The same, read: column -> path -> the program. */
export function parseProgramTable(
  text: string,
): ReadonlyMap<string, ReadonlyMap<string, LabelledProgram>> {
  const [heading, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return new Map(
    heading!.slice(3).map((column, i) => [
      column,
      new Map(
        rows.flatMap(([path, type, domains, ...modules]) => {
          const module = modules[i]!;
          if (module === '-') return [];
          const program = { path: path!, type: type!, domains: domains!.split(' '), module };
          return [[path!, program] as const];
        }),
      ),
    ]),
  );
}
