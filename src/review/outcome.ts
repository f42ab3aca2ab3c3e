import type { Reviewed } from './review.ts';

type Judged = Pick<Reviewed, 'tally' | 'meaning'>;

/**
 * Whether the description must decide about a request. What is forbidden and was let through is seen while the domain is permissive: that is
 * when such a mistake can still be mended.
 */
export function mustDecide({ tally, meaning: { kind } }: Judged): boolean {
  return (
    kind === 'open' ||
    kind === 'constraint' ||
    kind === 'lost label' ||
    (kind === 'forbidden' && tally.permissive > 0)
  );
}

/** Whether the policy cannot be asked about a request. */
export function cannotJudge({ meaning }: Pick<Reviewed, 'meaning'>): boolean {
  return meaning.kind === 'unknown';
}
