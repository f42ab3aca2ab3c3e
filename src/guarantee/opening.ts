import type { Inquiry, Requirement } from './inquiry.ts';
import type { Grant } from './subject.ts';

/**
 * What lets the domain open, by path, what a grant is about: without it only descriptors that another process hands down are of use.
 * Nothing is needed where the policy lacks the capability `open_perms`.
 */
export function openedBy(inquiry: Inquiry, { tclass, targets }: Grant): readonly Requirement[] {
  if (!inquiry.capable('open_perms')) return [];
  const wanted = new Set(targets);
  const grants = inquiry
    .grants('file-open', undefined, (target) => wanted.has(target))
    .filter((grant) => grant.tclass === tclass);
  return [{ grants }];
}
