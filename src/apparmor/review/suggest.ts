import { covers } from '../query/index.ts';
import type { Given } from './given.ts';
import { type Broken, Ways } from './ways.ts';

/** For each request, by its rules, which of some sets of rules would grant it. */
export interface Suggested {
  /** The number of the set. */
  readonly set: number;
  /** What that set would break, all of it. */
  readonly breaks: readonly Broken[];
}

export async function grantsEach(
  given: Given,
  requests: readonly (readonly string[])[],
  sets: readonly (readonly string[])[],
): Promise<readonly (readonly Suggested[])[]> {
  const own = given.subject.profiles[0]!;
  const step = (wanted: readonly string[]) => ({ profile: own, wanted, had: [], next: [] });
  const compiled = await given.compiler.lone([...requests, ...sets]);
  const fit = requests.map((_, i) =>
    sets.flatMap((_, set) => {
      const [request, offered] = [compiled[i], compiled[requests.length + set]];
      if (request === undefined || offered === undefined) return [];
      return covers(offered, request) === 'granted' ? [set] : [];
    }),
  );
  const offered = [...new Set(fit.flat())];
  const ways = await Ways.of(
    given,
    offered.map((set) => step(sets[set]!)),
  );
  return fit.map((found) =>
    found.map((set) => ({ set, breaks: ways.opened(step(sets[set]!)).broken })),
  );
}
