import type { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';

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
  /** The other domains of the description, by their names there. */
  readonly domains: readonly string[];
  readonly report: Report;
}

/** `place` is within the never: `except[0].path`. */
type Report = (place: string, message: string, hint: string) => void;

/** What every never has. */
export interface Plain<K extends string> {
  readonly kind: K;
  readonly why: string;
  /** Domains of the description that it says nothing of, although the program can enter them. */
  readonly leavesOut?: readonly string[];
}

/** Another domain of the description, by its name there. */
export interface DomainException {
  readonly domain: string;
}

/** Reports names of domains that the description has not. */
export function checkDomains(
  named: readonly { readonly place: string; readonly domain: string }[],
  { domains, report }: Context,
): void {
  for (const { place, domain } of named) {
    if (domains.includes(domain)) continue;
    report(
      place,
      `the description has no other domain \`${domain}\``,
      suggestion(domain, domains) ??
        (domains.length === 0 ? 'describe it under `domains`' : `it has ${domains.join(', ')}`),
    );
  }
}

/** An empty list forbids nothing, which nobody means. */
export function checkNotEmpty(place: string, list: readonly string[], report: Report): void {
  if (list.length > 0) return;
  report(place, 'the list is empty, so nothing is forbidden', 'give at least one');
}
