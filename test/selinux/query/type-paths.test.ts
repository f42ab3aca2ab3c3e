import { describe, expect, test } from 'vitest';
import { Bitset, type TypeId } from '../../../src/selinux/policydb/index.ts';
import {
  pathsUpTo,
  shortestPaths,
  type TypeGraph,
  UNREACHED,
} from '../../../src/selinux/query/paths/type-paths.ts';
import { choices } from '../../oracle/random-policy.ts';

describe('paths in a random graph are those of a search that tries everything', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('seed %i', (seed) => {
    const pick = choices(seed);
    const size = 8;
    const edges = Array.from({ length: size }, () => new Set<number>());
    for (let i = 0; i < 22; i++) edges[pick.below(size)]!.add(pick.below(size));
    const graph = graphOf(edges);
    for (let source = 0; source < size; source++) {
      for (let target = 0; target < size; target++) {
        if (source === target) continue;
        const all = simplePaths(edges, [source], target).sort(byText);
        const shortest = Math.min(...all.map((path) => path.length));
        const found = shortestPaths(graph, source as TypeId, target as TypeId, 1_000);
        expect([...found.paths].sort(byText)).toEqual(
          all.filter((path) => path.length === shortest),
        );
        expect(found.total).toBe(found.paths.length);
        for (const steps of [1, 2, 3, 5, 20]) {
          const upTo = pathsUpTo(graph, source as TypeId, target as TypeId, steps, 1_000);
          expect([...upTo.paths].sort(byText)).toEqual(
            all.filter((path) => path.length <= steps + 1),
          );
          expect(upTo.stopped).toBeUndefined();
        }
      }
    }
  });
});

describe('a search that leads nowhere for long', () => {
  // Everything is connected with everything, but the way to the target begins at the source, which a path has left behind.
  const size = 40;
  const [source, beside, target] = [0, 1, 2];
  const edges = Array.from({ length: size }, (_, from) =>
    from === source
      ? new Set(Array.from({ length: size }, (_, to) => to).filter((to) => to !== target))
      : from === beside
        ? new Set([target])
        : new Set([source, ...Array.from({ length: size - 3 }, (_, i) => i + 3)]),
  );

  test('is given up, with the paths that it has', () => {
    const found = pathsUpTo(graphOf(edges), source as TypeId, target as TypeId, 12, 1_000, 100_000);
    expect(found).toEqual({ paths: [[source, beside, target]], total: undefined, stopped: 'work' });
  });

  test('is given up within seconds when nobody says how much work it may be', () => {
    const start = performance.now();
    const found = pathsUpTo(graphOf(edges), source as TypeId, target as TypeId, 12, 1_000);
    expect(found.stopped).toBe('work');
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

test('a path as long as a policy has types is found, and so are a million crossings on it', () => {
  const size = 60_000;
  const chain = Array.from({ length: size }, (_, i) => new Set(i + 1 < size ? [i + 1] : []));
  const found = shortestPaths(graphOf(chain), 0 as TypeId, (size - 1) as TypeId, 10);
  expect(found.paths.map((path) => path.length)).toEqual([size]);

  // Twenty crossings in a row, each with two ways.
  const crossings = Array.from({ length: 61 }, (_, i) =>
    i % 3 === 0 ? new Set([i + 1, i + 2]) : new Set([i - (i % 3) + 3]),
  );
  const many = shortestPaths(graphOf(crossings), 0 as TypeId, 60 as TypeId, 10);
  expect([many.paths.length, many.total, many.stopped]).toEqual([10, 2 ** 20, 'limit']);
});

function graphOf(edges: readonly ReadonlySet<number>[]): TypeGraph {
  const distances = (
    start: number,
    most: number,
    next: (node: number) => number[],
  ): Uint16Array => {
    const found = new Uint16Array(edges.length).fill(UNREACHED);
    found[start] = 0;
    const queue = [start];
    for (const node of queue) {
      for (const neighbour of found[node]! < most ? next(node) : []) {
        if (found[neighbour] !== UNREACHED) continue;
        found[neighbour] = found[node]! + 1;
        queue.push(neighbour);
      }
    }
    return found;
  };
  const reversed = edges.map((): number[] => []);
  for (const [from, next] of edges.entries()) for (const to of next) reversed[to]?.push(from);
  return {
    size: edges.length,
    distancesFrom: (start, most) => distances(start, most, (node) => [...edges[node]!]),
    distancesTo: (end, most) => distances(end, most, (node) => reversed[node]!),
    successors: (node) =>
      Bitset.of([...edges[node]!].filter((to) => to !== node).map((to) => to as TypeId)),
  };
}

function simplePaths(
  edges: readonly ReadonlySet<number>[],
  path: readonly number[],
  target: number,
): TypeId[][] {
  const last = path.at(-1)!;
  if (last === target) return [[...path] as TypeId[]];
  return [...edges[last]!]
    .filter((next) => !path.includes(next))
    .flatMap((next) => simplePaths(edges, [...path, next], target));
}

function byText(a: readonly number[], b: readonly number[]): number {
  return a.join() < b.join() ? -1 : 1;
}
