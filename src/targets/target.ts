/** A distribution's policy that a module is compiled and linked for. */
export interface Target {
  readonly id: TargetId;
  /** As a person calls it. */
  readonly title: string;
  readonly suite: string;
  /** The policy's own name for its release, for reports. */
  readonly policy: string;
}

export const TARGET_IDS = ['debian-12', 'debian-13'] as const;
export type TargetId = (typeof TARGET_IDS)[number];

/** Which of a distribution's policies: `default` is MCS, `mls` is multi-level. */
export const FLAVOURS = ['default', 'mls'] as const;
export type Flavour = (typeof FLAVOURS)[number];

/**
 * The releases whose compilers and policy are fetched, oldest first. Fedora's packages cannot be had everywhere: on a Fedora machine its own
 * policy is the target `host`; elsewhere its policy is held to by the interface table (`src/selinux/module/fedora`).
 */
export const TARGETS: readonly Target[] = [
  { id: 'debian-12', title: 'Debian 12', suite: 'bookworm', policy: 'refpolicy 2.20221101' },
  { id: 'debian-13', title: 'Debian 13', suite: 'trixie', policy: 'refpolicy 2.20250213' },
];

export function targetOf(id: TargetId): Target {
  return TARGETS.find((target) => target.id === id)!;
}
