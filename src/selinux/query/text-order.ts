/*
 * Many rows in the order of their text, without making the text: names are ranked once, then the rows go through one counting sort per column,
 * the last column first.
 */

/** id -> its place in the order of names, each ranked with what follows it in the line. Equal texts share a place. */
export function ranks(names: readonly string[], follower = ''): Uint32Array {
  const texts = names.map((name) => name + follower);
  const places = new Map(texts.toSorted().map((text, place) => [text, place]));
  return Uint32Array.from(texts, (text) => places.get(text)!);
}

/** `order` (all places of a column) stably sorted by the rank of what stands there. */
export function countingSort(
  order: Uint32Array,
  column: Uint16Array | Uint32Array,
  rank: Uint32Array,
): Uint32Array {
  const next = new Uint32Array(rank.length + 1);
  for (let i = 0; i < order.length; i++) next[rank[column[i]!]! + 1]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[next[rank[column[order[i]!]!]!]!++] = order[i]!;
  return sorted;
}
