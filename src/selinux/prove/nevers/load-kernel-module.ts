import type { Guarantee } from './guarantee.ts';

/** No kernel module is loaded: not from a file, not by request. Loading on request may be in the base of a policy. */
export const loadKernelModule: Guarantee<'load-kernel-module'> = {
  question: () => 'load a kernel module or have one loaded',
  prove(inquiry) {
    inquiry.forbid('module-load');
    inquiry.forbid('module-capability');
    inquiry.forbid('module-request', { beyondBase: true });
  },
};
