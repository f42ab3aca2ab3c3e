/** The bytes are not a compiled profile that can be read: which part, where in the file, and what is wrong there. */
export class CompiledFormatError extends Error {
  /** The part of the format, as docs/apparmor-format.md names it. */
  readonly part: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** The sentence without part and offset. */
  readonly problem: string;

  constructor(part: string, offset: number, problem: string) {
    super(`not a readable compiled profile: ${part}, offset ${offset}: ${problem}`);
    this.name = 'CompiledFormatError';
    this.part = part;
    this.offset = offset;
    this.problem = problem;
  }
}
