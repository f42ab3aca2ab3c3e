import type { Never } from '../../confinement/index.ts';
import { Inquiry } from '../inquiry/inquiry.ts';
import type { Subject } from '../inquiry/subject.ts';
import type { Verdict } from '../inquiry/verdict.ts';

/** No way into a domain with other rights, by executing or without. Stricter than need be: the permission alone counts, entrypoint or not. */
export function transition(subject: Subject, never: Never & { kind: 'transition' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  forbidTransitions(inquiry);
  return inquiry.conclude();
}

export function forbidTransitions(inquiry: Inquiry): void {
  const { domain } = inquiry.subject;
  for (const check of ['domain-transition', 'domain-change', 'credentials-override']) {
    inquiry.forbid(check, { on: (target) => target !== domain, beyondBase: true });
  }
}
