import {
  Bitset,
  type CategoryId,
  type Level,
  type PolicyDb,
  type Range,
} from '../policydb/index.ts';
import { QueryError } from './query-error.ts';

/** `s0`, `s0-s0:c0.c1023`, `s0:c1,c3 - s15:c0.c1023`: a range by names or aliases. Throws QueryError for what the policy does not permit. */
export function parseRange(db: PolicyDb, text: string): Range {
  if (!db.mls) throw new QueryError(`the policy has no levels, so \`${text}\` means nothing`);
  // Sensitivities may hold a `-` themselves, so a separator is one between two texts that both read as levels.
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    const low = levelOf(db, text.slice(0, at).trim());
    const high = levelOf(db, text.slice(at + 1).trim());
    if (low === undefined || high === undefined) continue;
    if (!dominates(high, low)) {
      throw new QueryError(`in the range \`${text}\` the high level does not dominate the low one`);
    }
    return { low, high };
  }
  const level = levelOf(db, text.trim());
  if (level === undefined) throw new QueryError(`\`${text}\` is no level or range of the policy`);
  return { low: level, high: level };
}

/** Whether `a` is at least as sensitive as `b` and has all its categories (SELinux's dom). */
export function dominates(a: Level, b: Level): boolean {
  return a.sensitivity >= b.sensitivity && b.categories.isSubsetOf(a.categories);
}

export function levelEquals(a: Level, b: Level): boolean {
  return a.sensitivity === b.sensitivity && a.categories.equals(b.categories);
}

/** Whether the level's categories may go with its sensitivity. */
export function levelIsValid(db: PolicyDb, { sensitivity, categories }: Level): boolean {
  return categories.isSubsetOf(db.sensitivities.categories[sensitivity]!);
}

/** undefined where a name is unknown, or the categories may not go with the sensitivity. */
function levelOf(db: PolicyDb, text: string): Level | undefined {
  const [name, set, ...rest] = text.split(':');
  const { sensitivities } = db;
  const sensitivity = sensitivities.ids.get(name!) ?? sensitivities.aliases.get(name!);
  if (sensitivity === undefined || rest.length > 0) return undefined;
  const categories = new Bitset<CategoryId>(db.categories.names.length);
  for (const part of set === undefined ? [] : set.split(',')) {
    const [first, last = first, ...more] = part.trim().split('.');
    const from = categoryOf(db, first!);
    const to = categoryOf(db, last!);
    if (from === undefined || to === undefined || to < from || more.length > 0) return undefined;
    for (let id = from; id <= to; id++) categories.add(id);
  }
  const level = { sensitivity, categories };
  return levelIsValid(db, level) ? level : undefined;
}

function categoryOf(db: PolicyDb, name: string): CategoryId | undefined {
  return db.categories.ids.get(name) ?? db.categories.aliases.get(name);
}
