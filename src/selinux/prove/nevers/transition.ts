import { domainsNamed } from '../inquiry/own-types.ts';
import type { Guarantee } from './guarantee.ts';
import { forbidTransitions } from './leaving.ts';
import { but } from './words.ts';

/** No way into a domain with other rights, by executing or without. Stricter than need be: the permission alone counts, entrypoint or not. */
export const transition: Guarantee<'transition'> = {
  question: ({ except = [] }) => `enter another domain${but(except.map(({ domain }) => domain))}`,
  aboutLeaving: true,
  prove(inquiry, { except = [] }) {
    const { subject } = inquiry;
    forbidTransitions(inquiry, [
      subject.home,
      ...domainsNamed(
        subject,
        except.map(({ domain }) => domain),
      ),
    ]);
  },
};
