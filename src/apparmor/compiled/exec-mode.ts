/** Bits of a permission's xindex (the kernel's include/file.h). The low 24 are the place in the table of names. */
export const EXEC = {
  byName: 0x4000000,
  byTable: 0x8000000,
  unsafe: 0x10000000,
  child: 0x20000000,
  inherit: 0x40000000,
  unconfined: 0x80000000,
} as const;

const KIND = 0x0c000000;
const INDEX = 0x00ffffff;

/** What executing a program does to the profile of the process. */
export interface ExecMode {
  /**
   * `profile`: the profile that attaches to the program's path; `child`: the same among this profile's children; `named`: the profile in `target`;
   * `none`: no change of profile is asked for.
   */
  readonly to: 'profile' | 'child' | 'named' | 'none';
  /** A name, or several after one another where the compiler lists alternatives; a name that begins with `&` is stacked. */
  readonly target?: string;
  /** What holds where `to` finds no profile: go on in this one, or without any. Undefined: the execution is refused. */
  readonly otherwise?: 'inherit' | 'unconfined';
  /** The environment is kept (lower-case letters in a rule): LD_PRELOAD and its like reach the new profile. */
  readonly unsafe: boolean;
}

export function execModeOf(xindex: number, names: readonly string[]): ExecMode {
  const kind = xindex & KIND;
  const target = kind === EXEC.byTable ? names[xindex & INDEX] : undefined;
  return {
    to:
      kind === EXEC.byTable
        ? 'named'
        : kind !== EXEC.byName
          ? 'none'
          : (xindex & EXEC.child) !== 0
            ? 'child'
            : 'profile',
    ...(target !== undefined && { target }),
    ...((xindex & EXEC.inherit) !== 0
      ? { otherwise: 'inherit' as const }
      : (xindex & EXEC.unconfined) !== 0 && { otherwise: 'unconfined' as const }),
    unsafe: (xindex & EXEC.unsafe) !== 0,
  };
}

/** Whether an xindex names a place in the table of names, and which. */
export function tableIndexOf(xindex: number): number | undefined {
  return (xindex & KIND) === EXEC.byTable ? xindex & INDEX : undefined;
}
