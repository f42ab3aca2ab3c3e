import type { TypeId } from '../../policydb/index.ts';
import { labelsOfFiles } from '../inquiry/considerations.ts';
import { heldSocket } from '../inquiry/opening.ts';
import { forbidCarriers } from './carriers.ts';
import type { Guarantee } from './guarantee.ts';
import { secmarkProof } from './secmark.ts';
import { butToResolvers } from './words.ts';

/**
 * No datagram leaves over UDP: nothing is written to a UDP socket, its own or one handed down, nor to anything else that can carry a
 * UDP datagram. The kernel looks at no destination, so an exception for the resolver or for ports is proved by packet labels or not at all; and
 * for its own sockets alone, since packets are asked of the label of the socket that sends them.
 */
export const sendUdp: Guarantee<'send-udp'> = {
  question: ({ except }) => `send over UDP${butToResolvers(except)}`,
  residuals: ['capture-socket-frames', 'resolver-names', 'inherited-descriptors'],
  considers: [labelsOfFiles],
  prove(inquiry, never) {
    const { subject } = inquiry;
    const own = (target: TypeId): boolean => target === subject.domain;
    const { unless, leaks } = secmarkProof(inquiry, never.except);
    inquiry.forbid('udp-send', {
      on: (target) => !own(target),
      beyondBase: true,
      baseNeeds: (grant) => heldSocket(inquiry, grant),
    });
    inquiry.forbid('udp-send', { on: own, unless });
    for (const leak of leaks) inquiry.forbid('udp-send', { on: own, with: () => leak });
    if (unless.length > 0) {
      inquiry.noteGrants(
        inquiry.grants('udp-send', undefined, own),
        never.except !== undefined && 'from' in never.except
          ? 'excepted, held to these ports by packet labels'
          : 'excepted, held to the resolvers by packet labels',
      );
    }
    forbidCarriers(inquiry);
    inquiry.forbid('udp-inside');
  },
};
