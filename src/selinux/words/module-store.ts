/**
 * At which priorities modules stand in a store (semodule -X): of two of one name the higher counts. A package's module is above the
 * distribution's own and below what an administrator installs, so that neither replaces the other.
 */
export const PRIORITY = { distribution: 100, package: 200, administrator: 400 } as const;

/** The module that `semanage permissive -a DOMAIN` makes at the administrator's priority, and that `semanage permissive -d DOMAIN` ends. */
export function permissiveEntry(domain: string): string {
  return `permissive_${domain}`;
}
