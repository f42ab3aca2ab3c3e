import { Bitset, type IdSet, NONE, type TypeId } from '../../policydb/index.ts';

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
  /** How many there are; undefined if that was not counted to the end. */
  readonly total: number | undefined;
  /** Why the search ended before it had all paths; undefined if it has them all. */
  readonly stopped: 'limit' | 'work' | undefined;
}

/**
 * All paths of the smallest number of steps, the first `limit` of them listed. Their number can be exponential in their length, so
 * beyond the limit they are counted, not followed.
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
  const found = follow(graph, { source, target, fromSource, toTarget, most: length, limit });
  if (found.stopped === undefined) return found;
  return { ...found, total: countShortest(graph, source, target, fromSource, toTarget) };
}

/** All paths of at most `most` steps that visit no type twice, the first `limit` of them. `work` bounds the search. */
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
  return follow(graph, { source, target, fromSource, toTarget, most, limit, work });
}

const NO_PATHS: Paths = { paths: [], total: 0, stopped: undefined };

interface Search {
  readonly source: TypeId;
  readonly target: TypeId;
  readonly fromSource: Uint16Array;
  readonly toTarget: Uint16Array;
  /** The most steps of a path. */
  readonly most: number;
  readonly limit: number;
  /** How many steps may be looked at and kept. */
  readonly work?: number;
}

/** Some seconds, and some hundred megabytes, at worst. */
const WORK = 50_000_000;

/** Depth first, never into a step from which the target is further away than the path may still become. */
function follow(graph: TypeGraph, search: Search): Paths {
  const { source, target, fromSource, toTarget, most, limit } = search;
  /** The types on some walk of at most `most` steps from the source to the target. */
  const useful = new Bitset<TypeId>(graph.size);
  for (let type = 0; type < graph.size; type++) {
    if (fromSource[type]! + toTarget[type]! <= most) useful.add(type as TypeId);
  }
  const onlyTarget = Bitset.of([target]);
  const known = new Map<TypeId, Bitset<TypeId>>();
  const stepsFrom = (type: TypeId, stepsDone: number): Members => {
    // The last step that fits can only be to the target, and the distances say whether there is one.
    if (stepsDone === most - 1) return new Members(toTarget[type] === 1 ? onlyTarget : NOWHERE);
    let steps = known.get(type);
    if (steps === undefined) {
      steps = graph.successors(type).intersection(useful);
      known.set(type, steps);
    }
    return new Members(steps);
  };

  const paths: TypeId[][] = [];
  const path: TypeId[] = [source];
  const onPath = new Bitset<TypeId>(graph.size);
  onPath.add(source);
  const stack = [stepsFrom(source, 0)];
  let work = search.work ?? WORK;
  while (stack.length > 0) {
    const next = stack.at(-1)!.next();
    if (next === NONE) {
      stack.pop();
      onPath.delete(path.pop()!);
      continue;
    }
    if (work-- <= 0) return { paths, total: undefined, stopped: 'work' };
    if (toTarget[next]! > most - path.length || onPath.has(next)) continue;
    if (next === target) {
      if (paths.length === limit) return { paths, total: undefined, stopped: 'limit' };
      paths.push([...path, target]);
      work -= path.length;
    } else {
      stack.push(stepsFrom(next, path.length));
      path.push(next);
      onPath.add(next);
    }
  }
  return { paths, total: paths.length, stopped: undefined };
}

const NOWHERE = new Bitset<TypeId>();

/** The members of a set one by one, ascending, then NONE. */
class Members {
  private readonly words: Uint32Array;
  private at = 0;
  private left: number;

  constructor(set: Bitset<TypeId>) {
    this.words = set.words;
    this.left = set.words[0] ?? 0;
  }

  next(): TypeId | typeof NONE {
    while (this.left === 0) {
      if (++this.at >= this.words.length) return NONE;
      this.left = this.words[this.at]!;
    }
    const bit = 31 - Math.clz32(this.left & -this.left);
    this.left &= this.left - 1;
    return (this.at * 32 + bit) as TypeId;
  }
}

/**
 * How many shortest paths there are: those of a type are those of its next types together, from the target backwards. Undefined where
 * that takes too long, or where the number is too large to be exact.
 */
function countShortest(
  graph: TypeGraph,
  source: TypeId,
  target: TypeId,
  fromSource: Uint16Array,
  toTarget: Uint16Array,
): number | undefined {
  const length = fromSource[target]!;
  const onPath = new Bitset<TypeId>(graph.size);
  for (let type = 0; type < graph.size; type++) {
    if (fromSource[type]! + toTarget[type]! === length) onPath.add(type as TypeId);
  }
  const ways = new Float64Array(graph.size);
  ways[target] = 1;
  const nearestFirst = onPath.toArray().sort((a, b) => toTarget[a]! - toTarget[b]!);
  let work = WORK;
  for (const type of nearestFirst) {
    if (type === target) continue;
    let count = 0;
    graph
      .successors(type)
      .intersection(onPath)
      .forEach((next) => {
        work--;
        if (toTarget[next] === toTarget[type]! - 1) count += ways[next]!;
      });
    if (work < 0 || count > Number.MAX_SAFE_INTEGER) return undefined;
    ways[type] = count;
  }
  return ways[source];
}
