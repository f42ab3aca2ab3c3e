import type { TypeId } from '../../policydb/index.ts';
import { heldSocket } from '../inquiry/opening.ts';
import type { Guarantee } from './guarantee.ts';
import { networkAdministration } from './network-administration.ts';
import { portsText } from './ports.ts';

/** No port is opened to others: no named bind, no listening, no accepting on any socket that another machine can reach. */
export const listen: Guarantee<'listen'> = {
  question: () => 'bind a port by name, listen or accept on a socket that other machines reach',
  prove(inquiry) {
    const { subject } = inquiry;
    const { db } = subject;
    inquiry.forbid('port-bind', {
      detail: ({ tclass, targets }) => {
        const protocol = db.classes.names[tclass]!.replace('_socket', '');
        return targets
          .slice(0, 3)
          .map((type: TypeId) => portsText(db, type, protocol))
          .join('; ');
      },
    });
    inquiry.forbid('foreign-bind', {
      on: (target) => target !== subject.domain,
      beyondBase: true,
      baseNeeds: (grant) => heldSocket(inquiry, grant),
    });
    inquiry.forbid('socket-listen');
    inquiry.forbid('socket-accept');
    inquiry.forbid('socket-bind');
    inquiry.forbid('tunnel-control', { with: () => networkAdministration(inquiry) });
    inquiry.noteGrants(
      inquiry.grants('udp-receive', undefined, (target) => target === subject.domain),
      'a UDP socket of its own can receive on a port of the local range, which no check guards',
    );
  },
};
