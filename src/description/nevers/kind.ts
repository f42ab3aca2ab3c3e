import type { z } from 'zod';

/** What a description may say of one kind of never. What is proved of it is in `guarantee`. */
export interface Kind<N> {
  /** What it is about, to follow `it must never`, in the words of somebody who does not know its name. */
  readonly title: string;
  /** The shapes of what it has besides its kind and its reason. */
  readonly fields?: Readonly<Record<string, z.ZodType>>;
  /** Reports what shapes cannot say. */
  check?(never: N, context: Context): void;
}

export interface Context {
  /** The types that the module declares, without its name: `log`. */
  readonly own: ReadonlySet<string>;
  readonly report: Report;
}

/** `place` is within the never: `except[0].path`. */
type Report = (place: string, message: string, hint: string) => void;

/** What every never has. */
export interface Plain<K extends string> {
  readonly kind: K;
  readonly why: string;
}

/** An empty list forbids nothing, which nobody means. */
export function checkNotEmpty(place: string, list: readonly string[], report: Report): void {
  if (list.length > 0) return;
  report(place, 'the list is empty, so nothing is forbidden', 'give at least one');
}
