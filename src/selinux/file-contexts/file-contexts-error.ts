/** A file of file contexts that cannot be used: which file, which line, and what is wrong there. */
export class FileContextsError extends Error {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The sentence without the place. */
  readonly problem: string;

  constructor(file: string, line: number, problem: string) {
    super(`\`${file}\`, line ${line}: ${problem}`);
    this.name = 'FileContextsError';
    this.file = file;
    this.line = line;
    this.problem = problem;
  }
}
