import type { Guarantee } from './guarantee.ts';
import { forbidTransitions } from './leaving.ts';

/** No way into a domain with other rights, by executing or without. Stricter than need be: the permission alone counts, entrypoint or not. */
export const transition: Guarantee<'transition'> = {
  question: () => 'enter another domain',
  aboutLeaving: true,
  prove(inquiry) {
    forbidTransitions(inquiry);
  },
};
