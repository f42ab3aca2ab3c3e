import type { Never } from '../../confinement/index.ts';
import { Inquiry } from '../inquiry/inquiry.ts';
import type { Subject } from '../inquiry/subject.ts';
import type { Verdict } from '../inquiry/verdict.ts';

/** No file system is mounted, remounted, unmounted or mounted over, whatever capability or namespace the process has. */
export function mount(subject: Subject, never: Never & { kind: 'mount' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  inquiry.forbid('mount');
  inquiry.forbid('mount-point');
  return inquiry.conclude();
}
