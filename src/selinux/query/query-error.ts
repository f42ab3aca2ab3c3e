/** A question that names something that the policy does not have, or that does not make sense for it. For the person who asks. */
export class QueryError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'QueryError';
    this.hint = hint;
  }
}
