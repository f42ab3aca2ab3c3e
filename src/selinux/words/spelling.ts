/** "did you mean" for a word that is at most two letters away from a known one. */
export function suggestion(
  word: string,
  known: readonly (string | undefined)[],
): string | undefined {
  const near = known
    .filter(
      (other): other is string =>
        typeof other === 'string' && other !== word && Math.abs(other.length - word.length) <= 3,
    )
    .map((other) => ({ other, distance: distance(word, other) }))
    .filter(({ other, distance: d }) => d <= Math.max(1, Math.min(3, Math.floor(other.length / 3))))
    // Of equally near ones that with the same beginning: the first letters are those that people get right.
    .sort((a, b) => a.distance - b.distance || shared(word, b.other) - shared(word, a.other))[0];
  return near && `did you mean \`${near.other}\`?`;
}

/** How many letters both begin with. */
function shared(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** The letters to insert, remove, replace or swap with their neighbour to turn one word into the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const [above, row] = [rows[i - 1]!, [i]];
    for (let k = 1; k <= b.length; k++) {
      const swapped = i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1];
      row.push(
        Math.min(
          above[k]! + 1,
          row[k - 1]! + 1,
          above[k - 1]! + Number(a[i - 1] !== b[k - 1]),
          swapped ? rows[i - 2]![k - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
