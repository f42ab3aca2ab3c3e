import { defaultPermissionMap } from '../../../../src/selinux/query/index.ts';
import { WORLD } from './kernel-model.ts';
import { standsFor, TYPES } from './world.ts';

/** A permission that a rule grants, on a pair of names. */
interface Granted {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
}

/**
 * Whether information of a source reaches the domain by these rules, over any number of types: type by type and pair by pair, until nothing
 * more is reached. Only the map is shared with the proof: a never about flows means what it says. `can` tells what is left to the domain
 * itself of what rules grant it.
 */
export function flows(
  { sources, minWeight }: { readonly sources: readonly string[]; readonly minWeight: number },
  rules: readonly Granted[],
  can: (tclass: string, target: string, permission: string) => boolean,
): boolean {
  const edges = rules.flatMap(({ source, target, tclass, permissions }) =>
    permissions.flatMap((permission) => {
      const flow = MAP.get(tclass)?.get(permission);
      if (flow === undefined || flow.weight < minWeight || flow.direction === 'none') return [];
      const pairs = EVERY.filter((from) => standsFor(source, from)).flatMap((from) =>
        EVERY.filter((to) => standsFor(target, to)).map((to) => [from, to] as const),
      );
      return pairs
        .filter(([from, to]) => from !== WORLD.self || can(tclass, to, permission))
        .flatMap(([from, to]) => [
          ...(flow.direction === 'write' ? [] : [[to, from] as const]),
          ...(flow.direction === 'read' ? [] : [[from, to] as const]),
        ]);
    }),
  );
  const reached = new Set(sources.map((name) => (name === '/secret' ? WORLD.secret : name)));
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const [from, to] of edges) if (reached.has(from)) reached.add(to);
  }
  return reached.has(WORLD.self);
}

const MAP = defaultPermissionMap();
const EVERY = [...TYPES, 'parent_t'];
