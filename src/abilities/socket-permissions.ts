/** What a program asks of a TCP socket by which it reaches a server; for the port it is asked besides. */
export const TCP_CLIENT: readonly string[] = [
  'append',
  'connect',
  'create',
  'getattr',
  'getopt',
  'ioctl',
  'read',
  'setopt',
  'shutdown',
  'write',
];

/** The same of a stream socket of the unix family; for the socket file and the server it is asked besides. */
export const UNIX_CLIENT: readonly string[] = [
  'connect',
  'create',
  'getattr',
  'getopt',
  'read',
  'setopt',
  'shutdown',
  'write',
];
