import { PolicyFormatError } from './format-error.ts';
import type { Column, PolicyDb } from './policydb.ts';

/**
 * What can only be judged on the whole: every id is in its table by now; here the tables must make sense together. `starts` says
 * where each section began, since single entries are no longer known by their place.
 */
export function validate(db: PolicyDb, starts: ReadonlyMap<string, number>): void {
  withoutCycle('types', starts, db.types);
  withoutCycle('roles', starts, db.roles);
  withoutCycle('users', starts, db.users);
}

/** A chain of bounds must end: the kernel follows it on every decision. */
function withoutCycle(
  section: string,
  starts: ReadonlyMap<string, number>,
  { names, bounds }: { readonly names: readonly string[]; readonly bounds: Column<number> },
): void {
  const settled = new Uint8Array(bounds.length);
  for (let start = 0; start < bounds.length; start++) {
    // Most are bounded by nothing.
    if (bounds[start]! < 0) {
      settled[start] = 2;
      continue;
    }
    const path: number[] = [];
    let id = start;
    while (id >= 0 && settled[id] === 0) {
      settled[id] = 1;
      path.push(id);
      id = bounds[id]!;
    }
    if (id >= 0 && settled[id] === 1) {
      throw new PolicyFormatError(
        section,
        starts.get(section)!,
        `\`${names[id]}\` is bounded by itself`,
      );
    }
    for (const each of path) settled[each] = 2;
  }
}
