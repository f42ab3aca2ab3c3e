import type { ClassId, TypeId } from '../../policydb/index.ts';
import { heldSocket } from '../inquiry/opening.ts';
import type { Guarantee } from './guarantee.ts';
import { networkAdministration } from './network-administration.ts';
import { exceptedPorts, notePortExceptions, portInWords } from './port-exceptions.ts';
import { portsText } from './ports.ts';
import { but } from './words.ts';

/**
 * No port is opened to others: no named bind, no listening, no accepting on any socket that another machine can reach. An exception for TCP ports
 * cannot keep a socket from listening on a port of the local range, so it is one for these too, and says so.
 */
export const listen: Guarantee<'listen'> = {
  question: ({ except = [] }) =>
    `bind a port by name, listen or accept on a socket that other machines reach${but([
      ...except.map(portInWords),
      ...(except.some(({ protocol }) => protocol === 'tcp')
        ? ['TCP ports of the local range']
        : []),
    ])}`,
  prove(inquiry, { except = [] }) {
    const { subject } = inquiry;
    const { db } = subject;
    const ports = {
      tcp_socket: exceptedPorts(subject, except, 'tcp'),
      udp_socket: exceptedPorts(subject, except, 'udp'),
    };
    const portExcepted = (type: TypeId, tclass: ClassId): boolean => {
      const name = db.classes.names[tclass];
      return (name === 'tcp_socket' || name === 'udp_socket') && ports[name].has(type);
    };
    // A socket of its own that may listen at all; of other labels, the ports were asked of those.
    const serves = (type: TypeId, tclass: ClassId): boolean =>
      ports.tcp_socket.size > 0 &&
      subject.own.has(type) &&
      db.classes.names[tclass] === 'tcp_socket';
    notePortExceptions(inquiry, except);
    inquiry.forbid('port-bind', {
      on: (type, tclass) => !portExcepted(type, tclass),
      detail: ({ tclass, targets }) => {
        const protocol = db.classes.names[tclass]!.replace('_socket', '');
        return targets
          .slice(0, 3)
          .map((type: TypeId) => portsText(db, type, protocol))
          .join('; ');
      },
    });
    inquiry.forbid('foreign-bind', {
      on: (target) => !subject.own.has(target),
      beyondBase: true,
      baseNeeds: (grant) => heldSocket(inquiry, grant),
    });
    for (const check of ['socket-listen', 'socket-accept']) {
      inquiry.forbid(check, { on: (type, tclass) => !serves(type, tclass) });
    }
    if (ports.tcp_socket.size > 0) {
      inquiry.noteGrants(
        inquiry.grants('socket-listen', undefined, serves),
        'excepted; a socket that is bound to no port listens on one of the local range, which no check guards',
      );
    }
    inquiry.forbid('socket-bind');
    inquiry.forbid('tunnel-control', { with: () => networkAdministration(inquiry) });
    inquiry.noteGrants(
      inquiry.grants('udp-receive', undefined, (target) => target === subject.domain),
      'a UDP socket of its own can receive on a port of the local range, which no check guards',
    );
  },
};
