/** A tool of the distribution is missing, refused its input, or failed (exit 3 on the command line). */
export class ToolchainError extends Error {
  /** The command as a person would type it; absent when it never ran. */
  readonly command: string | undefined;
  /** The end of what the tool said. */
  readonly output: string;
  readonly hint: string | undefined;

  constructor(message: string, details: { command?: string; output?: string; hint?: string } = {}) {
    super(message);
    this.name = 'ToolchainError';
    this.command = details.command;
    this.output = details.output ?? '';
    this.hint = details.hint;
  }
}
