import type { TypeId } from '../../policydb/index.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';

/**
 * Forbids every way of acting as another domain but the excepted ones. What is done after one of those is asked where its rules are: in the proof that
 * counts that domain as this one.
 */
export function forbidTransitions(inquiry: Inquiry, excepted: readonly TypeId[] = []): void {
  const { domain } = inquiry.subject;
  for (const check of ['domain-transition', 'domain-change', 'credentials-override']) {
    inquiry.forbid(check, {
      on: (target) => target !== domain && !excepted.includes(target),
      beyondBase: true,
    });
  }
}
