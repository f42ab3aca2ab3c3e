/** What a generated file is for. Where a file of a role goes is for those to say who place it. */
export type Role =
  | 'te'
  | 'fc'
  | 'if'
  | 'cil'
  | 'manual'
  | 'permissive'
  | 'tmpfiles'
  | 'sysusers'
  | 'program'
  | 'unit';

/** Whether a file of this role can be executed: its mode is 0755, and 0644 of all others. */
export function isExecutable(role: Role): boolean {
  return role === 'program';
}
