import { z } from 'zod';
import { text } from '../shapes.ts';
import { checkDomains, type DomainException, type Kind, type Plain } from './kind.ts';

/** No way into another domain. An exception is for another one of the description, of which the same is then proved. */
export interface Transition extends Plain<'transition'> {
  readonly except?: readonly DomainException[];
}

export function leaveTheDomain(
  why: string,
  options: { except?: readonly DomainException[] } = {},
): Transition {
  return { kind: 'transition', why, ...options };
}

export const TRANSITION: Kind<Transition> = {
  title: 'become another domain',
  fields: { except: z.array(z.strictObject({ domain: text })).optional() },
  check: ({ except = [] }, context) => {
    checkDomains(
      except.map(({ domain }, k) => ({ place: `except[${k}].domain`, domain })),
      context,
    );
  },
};
