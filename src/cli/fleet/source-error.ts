/** Records or a tally cannot be had from where they should be. */
export class SourceError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'SourceError';
    this.hint = hint;
  }
}
