import { membersOf, type TypeId } from '../../policydb/index.ts';
import { heldSocket } from '../inquiry/opening.ts';
import type { Grant } from '../inquiry/subject.ts';
import type { Guarantee } from './guarantee.ts';
import { but } from './words.ts';

/** No connection to, and no datagram for, the local socket of another domain, except the peers that are named. */
export const unixSockets: Guarantee<'unix-sockets'> = {
  question: ({ except }) =>
    `reach a local socket of another domain${but(except.map(({ peer }) => peer))}`,
  residuals: ['resolver-names', 'inherited-descriptors'],
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, own } = subject;
    const peers = new Set<TypeId>();
    for (const { peer, domains } of never.except) {
      const known = domains.flatMap((name) => db.types.ids.get(name) ?? []);
      if (known.length === 0)
        inquiry.note(`the policy has no domain of ${peer} (${domains.join(', ')})`);
      for (const id of known) membersOf(db.types, id).forEach((type) => void peers.add(type));
    }
    const another = (target: TypeId): boolean => !own.has(target) && !peers.has(target);
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
  },
};
