import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/**
 * One verb of the command line. `define` describes it (arguments, options, two examples) on the command that `main` made
 * for it, and hands its action to `run`, which turns the returned code or the thrown error into the process's ending.
 */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** `words` are those after the verb, for one that has questions of its own and loads only the one that is asked. */
  define(command: Command, run: Run, io: Io, words: readonly string[]): void | Promise<void>;
}

export type Run = (action: () => Promise<ExitCode> | ExitCode) => Promise<void>;

/** The invocation is wrong in a way that the argument parser cannot see (exit 2). */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
