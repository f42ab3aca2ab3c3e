import type { Compilers } from './distribution.ts';
import type { InstalledModule } from './host-store.ts';
import type { Equivalence, LinkedPolicy, ModuleFile } from './policy-store.ts';
import type { TargetId } from './target.ts';
import type { ToolchainError } from './toolchain-error.ts';

/** A policy that a module can be compiled for and linked into, if this machine can have it. */
export interface PolicyTarget {
  readonly id: TargetId | 'host';
  readonly title: string;
  /** Why this machine cannot have it, with what to do; undefined where it can. Looks at files only, and fetches nothing. */
  obstacle(): ToolchainError | undefined;
  /** Brings compilers and headers. Throws ToolchainError. */
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  readonly id: PolicyTarget['id'];
  /** As a person calls it. */
  readonly title: string;
  /** The policy's own name for its release, for reports. */
  readonly policy: string;
  /** The packages, with their versions, that the policy and its headers come from; for records. */
  readonly packages: { readonly policy: string; readonly headers: string };
  readonly compilers: Compilers;
  /** The policy's name below /etc/selinux. */
  readonly flavour: string;
  /** The distribution's policy without these modules, which may be installed on a machine. */
  base(without: readonly string[]): Promise<LinkedPolicy>;
  /** The policy without these modules and with those files, and with these lines more in file_contexts.subs. */
  link(
    without: readonly string[],
    modules: readonly ModuleFile[],
    equivalences?: readonly Equivalence[],
  ): Promise<LinkedPolicy>;
  /** Which of these modules the policy that is there has. */
  installed(modules: readonly string[]): readonly InstalledModule[];
}
