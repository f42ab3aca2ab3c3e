/** Versions of the format that are read. */
export const OLDEST_VERSION = 15;
export const NEWEST_VERSION = 35;

/**
 * What each version brought, by the kernel's names (policydb.h, POLICYDB_VERSION_*). A section or field exists from this version on.
 */
export const SINCE = {
  conditionals: 16,
  ipv6Nodes: 17,
  /** Levels, categories, ranges, validatetrans; the last two symbol tables. */
  mls: 19,
  /** The compact avtab, attributes in rules, and the type attribute map. */
  attributes: 20,
  rangeTransitionClass: 21,
  capabilities: 22,
  permissive: 23,
  /** Bounds, and attributes in the table of types. */
  bounds: 24,
  filenameTransitions: 25,
  roleTransitionClass: 26,
  defaultUserRoleRange: 27,
  defaultType: 28,
  constraintNames: 29,
  xperms: 30,
  infiniband: 31,
  glblub: 32,
  compactFilenameTransitions: 33,
  conditionalXperms: 34,
  neverAudit: 35,
} as const;

export type Feature = keyof typeof SINCE;

/** How many symbol tables and kinds of object contexts the header of a version must announce. */
export function tableCounts(version: number): { symbols: number; objectContexts: number } {
  return {
    symbols: version >= SINCE.mls ? 8 : version >= SINCE.conditionals ? 6 : 5,
    objectContexts: version >= SINCE.infiniband ? 9 : version >= SINCE.ipv6Nodes ? 7 : 6,
  };
}
