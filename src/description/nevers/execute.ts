import type { Kind, Plain } from './kind.ts';

/** No execute_no_trans beyond its own executable and what the base gives every domain, and no way into another domain. */
export type Execute = Plain<'execute'>;

export function executeAnything(why: string): Execute {
  return { kind: 'execute', why };
}

export const EXECUTE: Kind<Execute> = { title: 'start other programs' };
