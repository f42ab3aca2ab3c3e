/** A packaging file that cannot be edited without guessing: nothing was changed (exit 2). */
export class PackagingRefusal extends Error {
  /** The line of the file that is in the way, from 1. */
  readonly line: number;
  readonly hint: string;

  constructor(line: number, message: string, hint: string) {
    super(message);
    this.name = 'PackagingRefusal';
    this.line = line;
    this.hint = hint;
  }
}
