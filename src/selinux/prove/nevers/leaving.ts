import type { Inquiry } from '../inquiry/inquiry.ts';

/** Forbids every way of acting as another domain. */
export function forbidTransitions(inquiry: Inquiry): void {
  const { domain } = inquiry.subject;
  for (const check of ['domain-transition', 'domain-change', 'credentials-override']) {
    inquiry.forbid(check, { on: (target) => target !== domain, beyondBase: true });
  }
}
