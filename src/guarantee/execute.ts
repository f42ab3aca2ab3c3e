import type { Never } from '../confinement/index.ts';
import { Inquiry } from './inquiry.ts';
import { executableType } from './own-types.ts';
import type { Subject } from './subject.ts';
import { forbidTransitions } from './transition.ts';
import type { Verdict } from './verdict.ts';

/** Nothing is executed but its own executable and what the base lets every domain execute; and nothing leads into another domain. */
export function execute(subject: Subject, never: Never & { kind: 'execute' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  const own = executableType(subject);
  inquiry.forbid('execute-here', { on: (type) => type !== own, beyondBase: true });
  forbidTransitions(inquiry);
  return inquiry.conclude();
}
