import type { Never } from '../../confinement/index.ts';
import { membersOf, type TypeId } from '../../policydb/index.ts';
import { Inquiry } from '../inquiry/inquiry.ts';
import { heldSocket } from '../inquiry/opening.ts';
import type { Grant, Subject } from '../inquiry/subject.ts';
import type { Verdict } from '../inquiry/verdict.ts';

/** No connection to, and no datagram for, the local socket of another domain, except the peers that are named. */
export function unixSockets(subject: Subject, never: Never & { kind: 'unix-sockets' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  const { db, domain } = subject;
  const peers = new Set<TypeId>();
  for (const { peer, domains } of never.except) {
    const known = domains.flatMap((name) => db.types.ids.get(name) ?? []);
    if (known.length === 0)
      inquiry.note(`the policy has no domain of ${peer} (${domains.join(', ')})`);
    for (const id of known) membersOf(db.types, id).forEach((type) => void peers.add(type));
  }
  const another = (target: TypeId): boolean => target !== domain && !peers.has(target);
  // Which peers, since one of many may be the one that the never is about.
  const detail = ({ targets }: Grant): string =>
    targets.length > 1 ? targets.map((target) => db.types.names[target]).join(', ') : '';
  for (const check of ['unix-connect', 'unix-send']) {
    inquiry.forbid(check, { on: another, beyondBase: true, detail });
    inquiry.noteGrants(
      inquiry.grants(check, undefined, (target) => peers.has(target)),
      'excepted',
    );
  }
  for (const check of ['unix-connect-foreign', 'unix-send-foreign']) {
    inquiry.forbid(check, {
      on: another,
      beyondBase: true,
      detail,
      baseNeeds: (grant) => heldSocket(inquiry, grant),
    });
  }
  return inquiry.conclude();
}
