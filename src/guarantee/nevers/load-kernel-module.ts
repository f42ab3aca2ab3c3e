import type { Never } from '../../confinement/index.ts';
import { Inquiry } from '../inquiry/inquiry.ts';
import type { Subject } from '../inquiry/subject.ts';
import type { Verdict } from '../inquiry/verdict.ts';

/** No kernel module is loaded: not from a file, not by request. Loading on request may be in the base of a policy. */
export function loadKernelModule(
  subject: Subject,
  never: Never & { kind: 'load-kernel-module' },
): Verdict {
  const inquiry = new Inquiry(subject, never);
  inquiry.forbid('module-load');
  inquiry.forbid('module-capability');
  inquiry.forbid('module-request', { beyondBase: true });
  return inquiry.conclude();
}
