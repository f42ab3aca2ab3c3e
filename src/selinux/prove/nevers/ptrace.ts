import { assertionOf } from './assertion.ts';
import { assumeOfBpf, assumeOfPerf } from './bpf.ts';
import type { Guarantee } from './guarantee.ts';

/** No process is attached to, its own included. Reading /proc is another check (`file read` on the other domain). */
export const ptrace: Guarantee<'ptrace'> = {
  question: () => 'attach to a process',
  residuals: ['process-environment'],
  aboutAttaching: true,
  asserted: () => ({ rules: [assertionOf('ptrace-attach')] }),
  prove(inquiry) {
    inquiry.forbid('ptrace-attach');
    assumeOfBpf(
      inquiry,
      ['sys_admin'],
      'writes the memory of other processes, which sys_admin lets such programs do',
    );
    assumeOfPerf(inquiry);
  },
};
