import type { Label } from '../file-contexts/index.ts';
import type { PolicyDb } from '../policydb/index.ts';

/** A part of a label that a policy does not have: such a file cannot be labelled so while this policy is loaded. */
export interface UnknownPart {
  readonly part: 'user' | 'role' | 'type';
  readonly name: string;
}

/** What of a path's label is foreign to a policy: file contexts are a separate file, and can be another policy's. */
export function unknownParts(db: PolicyDb, { context }: Label): readonly UnknownPart[] {
  if (context === undefined) return [];
  const tables = { user: db.users, role: db.roles, type: db.types } as const;
  return (['user', 'role', 'type'] as const)
    .map((part) => ({ part, name: context[part] }))
    .filter(({ part, name }) => !tables[part].ids.has(name));
}
