/** What a call comes to on each distribution, as the compilers have it: for interfaces that nobody has written down here. */
export interface CompiledCall {
  /** The interface, with those of its arguments that are no types. */
  readonly key: string;
  readonly parts: readonly CompiledPart[];
}

/** Lines of CIL that hold where one of these is; the types that are passed are `$1`, `$2` … */
export interface CompiledPart {
  readonly on: Where;
  readonly lines: readonly string[];
}

/** `debian` is 12 and 13; `all` is each of the three. */
export type Where = 'all' | 'debian' | 'debian-12' | 'debian-13' | 'fedora';
