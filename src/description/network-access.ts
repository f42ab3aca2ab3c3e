/** What AppArmor can tell apart of what is done with a socket: the access permissions of its rules for the network. */
export const NETWORK_ACCESS = [
  'create',
  'bind',
  'listen',
  'accept',
  'connect',
  'shutdown',
  'getattr',
  'setattr',
  'getopt',
  'setopt',
  'send',
  'receive',
] as const;
export type NetworkAccess = (typeof NETWORK_ACCESS)[number];
