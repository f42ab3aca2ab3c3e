/** A security context, `user:role:type[:level]`. The level is absent where the policy has no MLS. */
export interface Context {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level?: string;
}

/** `user:role:type[:level]` → Context; undefined for anything else. Only the level may hold further colons (categories). */
export function parseContext(text: string): Context | undefined {
  const match = /^([^:\s]+):([^:\s]+):([^:\s]+)(?::(\S+))?$/.exec(text);
  if (!match) return undefined;
  const [, user, role, type, level] = match as unknown as [string, string, string, string, string?];
  return level === undefined ? { user, role, type } : { user, role, type, level };
}

export function formatContext({ user, role, type, level }: Context): string {
  return level === undefined ? `${user}:${role}:${type}` : `${user}:${role}:${type}:${level}`;
}
