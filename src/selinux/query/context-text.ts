import type { CategoryId, ContextIds, IdSet, Level, PolicyDb, Range } from '../policydb/index.ts';

/** `user:role:type[:range]`, with names. */
export function contextText(db: PolicyDb, { user, role, type, range }: ContextIds): string {
  const start = `${db.users.names[user]}:${db.roles.names[role]}:${db.types.names[type]}`;
  return range === undefined ? start : `${start}:${rangeText(db, range)}`;
}

/** `s0`, or `s0 - s15:c0.c1023` where the levels differ: as setools and policy sources write it. */
export function rangeText(db: PolicyDb, { low, high }: Range): string {
  const lowText = levelText(db, low);
  const highText = levelText(db, high);
  return lowText === highText ? lowText : `${lowText} - ${highText}`;
}

export function levelText(db: PolicyDb, { sensitivity, categories }: Level): string {
  const name = db.sensitivities.names[sensitivity]!;
  const set = categorySetText(db, categories);
  return set === '' ? name : `${name}:${set}`;
}

/** Neighbouring categories as `first.last`, groups apart by commas. */
export function categorySetText(db: PolicyDb, categories: IdSet<CategoryId>): string {
  const names = db.categories.names;
  const groups: [CategoryId, CategoryId][] = [];
  categories.forEach((id) => {
    const last = groups.at(-1);
    if (last !== undefined && last[1] === id - 1) last[1] = id;
    else groups.push([id, id]);
  });
  return groups
    .map(([from, to]) => (from === to ? names[from] : `${names[from]}.${names[to]}`))
    .join(',');
}
