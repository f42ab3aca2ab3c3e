/** The kernel's mechanisms that a description can become a policy of. */
export const MECHANISMS = ['selinux', 'apparmor'] as const;
export type Mechanism = (typeof MECHANISMS)[number];
