import { Bitset, type IdSet, type TypeId } from '../policydb/index.ts';

/** A directed graph over a policy's types, of which only the asked part is ever computed. */
export interface TypeGraph {
  /** Every TypeId is below this. */
  readonly size: number;
  /**
   * TypeId -> steps from `start` to it; UNREACHED if there is no path of at most `most` steps. With `until`, types that are further
   * away than that one may be UNREACHED too.
   */
  distancesFrom(start: TypeId, most: number, until?: TypeId): Uint16Array;
  /** TypeId -> steps from it to `end`; UNREACHED if there is no path of at most `most` steps. */
  distancesTo(end: TypeId, most: number): Uint16Array;
  /** The types one step away. Never the type itself. */
  successors(type: TypeId): IdSet<TypeId>;
}

/** A distance that no path has. */
export const UNREACHED = 0xffff;

/** Paths from one type to another, and whether they are all of them. */
export interface Paths {
  /** Each from the source to the target, both included; in the order of the policy's types. */
  readonly paths: readonly (readonly TypeId[])[];
  /** How many there are; undefined if they were not counted to the end. */
  readonly total: bigint | undefined;
  /** Why the search ended before it had all paths; undefined if it has them all. */
  readonly stopped: 'limit' | 'work' | undefined;
}

/**
 * All paths of the smallest number of steps, the first `limit` of them listed. Their number can be exponential in their length,
 * so it is counted, not enumerated.
 */
export function shortestPaths(
  graph: TypeGraph,
  source: TypeId,
  target: TypeId,
  limit: number,
): Paths {
  if (source === target) return NO_PATHS;
  const fromSource = graph.distancesFrom(source, UNREACHED - 1, target);
  const length = fromSource[target]!;
  if (length === UNREACHED) return NO_PATHS;
  const toTarget = graph.distancesTo(target, length);

  /** By distance from the source: the types that stand on a shortest path. */
  const layers = Array.from({ length: length + 1 }, () => new Bitset<TypeId>(graph.size));
  for (let type = 0; type < graph.size; type++) {
    const at = fromSource[type]!;
    if (at <= length && at + toTarget[type]! === length) layers[at]!.add(type as TypeId);
  }

  const next = new Map<TypeId, TypeId[]>();
  const ways = new Map<TypeId, bigint>([[target, 1n]]);
  for (let at = length - 1; at >= 0; at--) {
    layers[at]!.forEach((type) => {
      // The distances already say which edges the first and the last step have.
      const following =
        at === length - 1
          ? [target]
          : at === 0
            ? layers[1]!.toArray()
            : graph
                .successors(type)
                .intersection(layers[at + 1]!)
                .toArray();
      next.set(type, following);
      let count = 0n;
      for (const type of following) count += ways.get(type)!;
      ways.set(type, count);
    });
  }

  const paths: TypeId[][] = [];
  const path: TypeId[] = [];
  const extend = (type: TypeId): boolean => {
    path.push(type);
    if (type === target) paths.push([...path]);
    else for (const following of next.get(type)!) if (!extend(following)) break;
    path.pop();
    return paths.length < limit;
  };
  extend(source);
  const total = ways.get(source)!;
  return { paths, total, stopped: total > BigInt(paths.length) ? 'limit' : undefined };
}

/**
 * All paths of at most `most` steps that visit no type twice. Stops after `limit` paths, or after looking at `work` steps (the
 * number of simple paths grows with the power of `most`).
 */
export function pathsUpTo(
  graph: TypeGraph,
  source: TypeId,
  target: TypeId,
  most: number,
  limit: number,
  work: number = WORK,
): Paths {
  if (source === target) return NO_PATHS;
  const fromSource = graph.distancesFrom(source, most);
  if (fromSource[target] === UNREACHED) return NO_PATHS;
  const toTarget = graph.distancesTo(target, most);

  /** The types that stand on some walk of at most `most` steps; a path leaves them only where the walk back is too long. */
  const useful = new Bitset<TypeId>(graph.size);
  for (let type = 0; type < graph.size; type++) {
    if (fromSource[type]! + toTarget[type]! <= most) useful.add(type as TypeId);
  }
  const successors = new Map<TypeId, TypeId[]>();
  const successorsOf = (type: TypeId): TypeId[] => {
    let known = successors.get(type);
    if (known === undefined) {
      known = graph.successors(type).intersection(useful).toArray();
      successors.set(type, known);
    }
    return known;
  };

  const paths: TypeId[][] = [];
  const path: TypeId[] = [source];
  const onPath = new Bitset<TypeId>(graph.size);
  onPath.add(source);
  let left = work;
  let stopped: Paths['stopped'];
  const extend = (type: TypeId): void => {
    const room = most - path.length;
    // Where only one more step fits, the distances already say whether it leads to the target.
    const following = room > 0 ? successorsOf(type) : toTarget[type] === 1 ? [target] : [];
    for (const next of following) {
      if (left-- === 0) {
        stopped = 'work';
        return;
      }
      if (toTarget[next]! > room || onPath.has(next)) continue;
      if (next === target) {
        if (paths.length === limit) stopped = 'limit';
        else paths.push([...path, target]);
      } else {
        path.push(next);
        onPath.add(next);
        extend(next);
        onPath.delete(next);
        path.pop();
      }
      if (stopped !== undefined) return;
    }
  };
  extend(source);
  const total = stopped === undefined ? BigInt(paths.length) : undefined;
  return { paths, total, stopped };
}

/** A few seconds. */
const WORK = 100_000_000;

const NO_PATHS: Paths = { paths: [], total: 0n, stopped: undefined };
