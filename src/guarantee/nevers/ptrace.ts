import type { Never } from '../../confinement/index.ts';
import { Inquiry } from '../inquiry/inquiry.ts';
import type { Subject } from '../inquiry/subject.ts';
import type { Verdict } from '../inquiry/verdict.ts';
import { assumeOfBpf, assumeOfPerf } from './bpf.ts';

/** No process is attached to, its own included. Reading /proc is another check (`file read` on the other domain). */
export function ptrace(subject: Subject, never: Never & { kind: 'ptrace' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  inquiry.forbid('ptrace-attach');
  assumeOfBpf(
    inquiry,
    ['sys_admin'],
    'writes the memory of other processes, which sys_admin lets such programs do',
  );
  assumeOfPerf(inquiry);
  return inquiry.conclude();
}
