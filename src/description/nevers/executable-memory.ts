import type { Kind, Plain } from './kind.ts';

/** execmem, execstack, execheap, execmod: nothing both written and run. */
export type ExecutableMemory = Plain<'executable-memory'>;

export function runWritableMemory(why: string): ExecutableMemory {
  return { kind: 'executable-memory', why };
}

export const EXECUTABLE_MEMORY: Kind<ExecutableMemory> = { title: 'run writable memory' };
