import { type Component, setText, sorted, sortedNames } from './component.ts';

export const sensitivities: Component = {
  name: 'sensitivities',
  summary: 'MLS sensitivities',
  selector: 'NAME',
  entries: (db) => named('sensitivity', db.sensitivities),
};

export const categories: Component = {
  name: 'categories',
  summary: 'MLS categories',
  selector: 'NAME',
  entries: (db) => named('category', db.categories),
};

function named(
  statement: string,
  table: { readonly names: readonly string[]; readonly aliases: ReadonlyMap<string, number> },
): ReturnType<Component['entries']> {
  const also: string[][] = table.names.map(() => []);
  for (const [alias, id] of table.aliases) also[id]!.push(alias);
  return sorted(
    table.names.map((name, id) => {
      const aliases = sortedNames(also[id]!);
      const alias = aliases.length > 0 ? ` alias ${setText(aliases)}` : '';
      return {
        key: name,
        text: name,
        expanded: `${statement} ${name}${alias};`,
        data: { name, aliases },
      };
    }),
  );
}
