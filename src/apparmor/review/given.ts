import type { Never, Tunable } from '../../description/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import type { ProfileSubject } from '../prove/index.ts';

/** Compiles for the kernel whose profile is asked about. */
export interface ProfileCompiler {
  /** Profiles with nothing but some lines each; undefined in the place of one that the compiler refuses. */
  lone(bodies: readonly (readonly string[])[]): Promise<readonly (CompiledProfile | undefined)[]>;
  /** The profile with lines added, and what else its file has; its own first. */
  extended(lines: readonly string[]): Promise<readonly CompiledProfile[]>;
}

export interface Given {
  /** Of the profile as the description has it. */
  readonly subject: ProfileSubject;
  readonly nevers: readonly Never[];
  /** Tunables that are off, with the profile that each makes when it is on. */
  readonly tunables: readonly { readonly tunable: Tunable; readonly profile: CompiledProfile }[];
  readonly compiler: ProfileCompiler;
}

/** A request in a profile, as bodies of lone profiles. */
export interface Step {
  readonly profile: CompiledProfile;
  readonly wanted: readonly string[];
  /** What the profile grants of the same file already. */
  readonly had: readonly string[];
  /** What programs mostly do next; empty where that is no more. */
  readonly next: readonly string[];
}
