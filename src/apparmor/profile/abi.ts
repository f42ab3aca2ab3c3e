/** What a profile is written against: which rules there are, and what the kernel is asked to mediate. The second is the one of this release and the last. */
export const ABIS = ['3.0', '4.0', '5.0'] as const;
export type Abi = (typeof ABIS)[number];
/** What Debian 13 and Ubuntu 24.04 have, and every release after them. */
export const DEFAULT_ABI: Abi = '4.0';
