import { type Ability, allow, checkOptions, OPTION } from '../description/index.ts';

/**
 * Asynchronous input and output by io_uring, as databases use it. What goes through the ring is asked about as if a system call did it.
 * `kernelThread`: a thread of the kernel polls the ring (`IORING_SETUP_SQPOLL`).
 */
export function useIoUring(options: { kernelThread?: boolean } = {}): Ability {
  checkOptions('useIoUring', options, { kernelThread: OPTION.flag });
  return {
    name: 'useIoUring',
    title: 'Use io_uring',
    blocks: [
      {
        why: 'The ring is a file without a name, which carries the label of the domain and is mapped. Taking over the identity of others (override_creds) and commands of drivers (cmd) are not granted.',
        selinux: [
          allow('self', 'anon_inode', ['create', 'getattr', 'ioctl', 'map', 'read', 'write']),
          ...(options.kernelThread ? [allow('self', 'io_uring', 'sqpoll')] : []),
        ],
      },
    ],
  };
}
