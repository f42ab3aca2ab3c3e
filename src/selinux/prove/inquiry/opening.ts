import { grantsOf, permissionMask } from './grants.ts';
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
    .grants('file-open', undefined, (target) => wanted.has(target), targets)
    .filter((grant) => grant.tclass === tclass);
  return [{ grants }];
}

/** What a check lets the domain do to files that it can open by their path itself. */
export function openable(inquiry: Inquiry, check: string): readonly Grant[] {
  return inquiry
    .grants(check)
    .filter((grant) => openedBy(inquiry, grant).every(({ grants }) => grants.length > 0));
}

/**
 * What lets the domain hold a socket of another label: a descriptor that another domain opened, or making one itself (setsockcreatecon). Any
 * other domain counts, whatever the socket's label: one that may set the label of its new sockets hands down sockets of labels that are not
 * its own, as the service manager does.
 */
export function heldSocket(inquiry: Inquiry, { tclass, targets }: Grant): readonly Requirement[] {
  const { subject } = inquiry;
  const wanted = new Set(targets);
  const create = permissionMask(subject.db, tclass, ['create']);
  return [
    {
      grants: [
        ...inquiry.grants('descriptor-use', undefined, (target) => target !== subject.domain),
        ...grantsOf(subject, tclass, create, (target) => wanted.has(target), targets),
      ],
    },
  ];
}
