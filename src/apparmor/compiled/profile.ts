import type { Rules } from './rules.ts';

/** What apparmor_parser writes into one file: the profile with its children and hats one after another, or several of them. */
export interface Compiled {
  readonly profiles: readonly CompiledProfile[];
}

/** One profile as the kernel gets it. */
export interface CompiledProfile {
  /** With its parents: `rustnet//child`. */
  readonly name: string;
  /** The namespace that it is loaded into; undefined for the loader's own. */
  readonly namespace?: string;
  /** The version of the kernel's interface that it was written for, 5 to 9: before 9 some bits of permissions mean something else. */
  readonly kernelAbi: number;
  readonly mode: ProfileMode;
  /** Only change_hat enters it. */
  readonly hat: boolean;
  /** Everything is logged. */
  readonly audit: boolean;
  /** How names of files are made. */
  readonly paths: PathFlags;
  /** Which programs it attaches to; undefined where it attaches to none by itself. */
  readonly attachment?: Attachment;
  readonly rename?: string;
  /** The signal that ends a process in kill mode, by the kernel's own number; undefined for SIGKILL. */
  readonly killSignal?: number;
  readonly capabilities: CapabilityWords;
  /** Resource by its number in the file -> the hard limit; only those that a rule sets. */
  readonly limits: ReadonlyMap<number, bigint>;
  readonly secmarks: readonly Secmark[];
  /**
   * Family by number -> the types of sockets that it may have, a bit for each by number, with every permission. Written for kernels with the
   * feature `network`, which look here unless the classes have the network.
   */
  readonly families?: Uint16Array;
  /** Everything but files. Undefined: none of those classes is mediated. */
  readonly classes?: Rules;
  readonly files?: Rules;
  /** Key -> bytes, which programs of their own ask for. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** `complain` and `unconfined` refuse nothing (but what a deny rule names, in complain mode); `prompt` asks. */
export type ProfileMode = 'enforce' | 'complain' | 'kill' | 'unconfined' | 'prompt';

export interface PathFlags {
  /** Files that no path of this namespace leads to get a name from the root (or below `prefix`), instead of being refused. */
  readonly attachDisconnected: boolean;
  readonly prefix?: string;
  readonly mediateDeleted: boolean;
  readonly chrootRelative: boolean;
  readonly word: number;
}

export interface Attachment {
  readonly rules: Rules;
  /** How much of the pattern is literal: the longest of several attachments wins. */
  readonly literalLength: number;
  /** The pattern as text, where the compiler wrote it. */
  readonly text?: string;
  /** Extended attributes of the file whose values are matched after its name. */
  readonly attributes: readonly string[];
}

/** Sets of capabilities by number, 64 bits each. */
export interface CapabilityWords {
  readonly allow: bigint;
  readonly audit: bigint;
  readonly quiet: bigint;
}

export interface Secmark {
  readonly label: string;
  readonly deny: boolean;
  readonly audit: boolean;
}
