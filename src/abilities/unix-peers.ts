import { type Unmediated, unmediated } from '../description/index.ts';

/** What a unix socket of any ability brings with it on kernels that do not tell its peers apart. */
export const UNIX_PEERS: Unmediated = unmediated(
  'unix-sockets',
  'every unix socket can be connected to where the kernel tells neither peers nor paths of sockets apart, that of the system bus among them',
  'kernels before 6.17 that are not of Ubuntu know only the family and the type of a unix socket, and later ones only under an abi line of 5.0',
  { never: 'unix-sockets', notAsked: 'unix-peers' },
);
