import type { Kind, Plain } from './kind.ts';

/** No way into another domain. */
export type Transition = Plain<'transition'>;

export function leaveTheDomain(why: string): Transition {
  return { kind: 'transition', why };
}

export const TRANSITION: Kind<Transition> = { title: 'become another domain' };
