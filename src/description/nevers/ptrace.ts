import type { Kind, Plain } from './kind.ts';

/** No process is attached to. */
export type Ptrace = Plain<'ptrace'>;

export function ptrace(why: string): Ptrace {
  return { kind: 'ptrace', why };
}

export const PTRACE: Kind<Ptrace> = { title: 'trace processes' };
