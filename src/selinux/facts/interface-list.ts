/** Interface or template -> the highest parameter that it uses. */
export type InterfaceList = ReadonlyMap<string, number>;

/** One table of several policies' interfaces: a column per policy, in the given order, `-` where it has none of that name. */
export function interfaceTable(
  columns: readonly string[],
  lists: readonly InterfaceList[],
): string {
  const names = [...new Set(lists.flatMap((list) => [...list.keys()]))].sort();
  const rows = names.map((name) => [name, ...lists.map((list) => list.get(name) ?? '-')]);
  return [['name', ...columns], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

/** The same, read: column -> its list. */
export function parseInterfaceTable(text: string): ReadonlyMap<string, InterfaceList> {
  const [heading, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return new Map(
    heading!
      .slice(1)
      .map((column, i) => [
        column,
        new Map(
          rows.flatMap((row) =>
            row[i + 1] === '-' ? [] : [[row[0]!, Number(row[i + 1])] as const],
          ),
        ),
      ]),
  );
}
