/** The bytes are not a policy that can be read: which section, where in the file, and what is wrong there. */
export class PolicyFormatError extends Error {
  /** The section of the format, as docs/policydb-format.md names it. */
  readonly section: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** The sentence without section and offset. */
  readonly problem: string;

  constructor(section: string, offset: number, problem: string) {
    super(`not a readable policy: ${section}, offset ${offset}: ${problem}`);
    this.name = 'PolicyFormatError';
    this.section = section;
    this.offset = offset;
    this.problem = problem;
  }
}
