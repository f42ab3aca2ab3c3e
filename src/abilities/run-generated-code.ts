import { type Ability, allow, nothingToAllow } from '../description/index.ts';

/**
 * Runs machine code that it generates, as just-in-time compilers do. The price: whoever finds a flaw in the program can run code of their own in it,
 * so `runWritableMemory` cannot be among its nevers. Look first whether the program can do without (`pcre.jit = 0`, `jit = off`, `+JMsingle`).
 */
export function runGeneratedCode(): Ability {
  return {
    name: 'runGeneratedCode',
    title: 'Run code that it generates',
    blocks: [
      {
        why: 'Memory without a file that was written to and is then run. Its stack, its heap and files that were written to stay closed to that.',
        selinux: [allow('self', 'process', 'execmem')],
        apparmor: [nothingToAllow('AppArmor does not ask about memory without a file.')],
      },
    ],
  };
}
