import type { Kind, Plain } from './kind.ts';

/** No kernel module is loaded: not from a file, not by request. */
export type LoadKernelModule = Plain<'load-kernel-module'>;

export function loadKernelModules(why: string): LoadKernelModule {
  return { kind: 'load-kernel-module', why };
}

export const LOAD_KERNEL_MODULE: Kind<LoadKernelModule> = { title: 'load kernel modules' };
