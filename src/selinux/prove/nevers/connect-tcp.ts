import type { BooleanId, PolicyDb, RuleId, TypeId } from '../../policydb/index.ts';
import { labelsOfFiles } from '../inquiry/considerations.ts';
import { heldSocket } from '../inquiry/opening.ts';
import { appliesUnder, booleansOfRule } from '../inquiry/settings.ts';
import type { Subject } from '../inquiry/subject.ts';
import { forbidCarriers } from './carriers.ts';
import type { Guarantee } from './guarantee.ts';
import { exceptedPorts, notePortExceptions, portInWords } from './port-exceptions.ts';
import { portsOf, portsText } from './ports.ts';
import { secmarkProof } from './secmark.ts';
import { but, butToResolvers } from './words.ts';

/**
 * No TCP connection is opened: no port may be connected to, no socket of another domain be connected, SMC and RDS, whose inner
 * connection belongs to the kernel, not be used, and no segment be built by the program itself. The exception for the resolver is
 * good for ports of DNS alone, and only as far as packet labels prove it.
 */
export const connectTcp: Guarantee<'connect-tcp'> = {
  question: ({ except, ports = [] }) =>
    `open a TCP connection${butToResolvers(except)}${but(ports.map(portInWords))}`,
  residuals: ['capture-socket-frames'],
  considers: [labelsOfFiles],
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, domain } = subject;
    const { unless, leaks } = secmarkProof(inquiry, never.except);
    const detail = ({ targets }: { targets: readonly TypeId[] }): string =>
      targets
        .slice(0, 3)
        .map((type) => portsText(db, type, 'tcp'))
        .join('; ');
    const ports = exceptedPorts(subject, never.ports ?? [], 'tcp');
    notePortExceptions(inquiry, never.ports ?? []);
    const isDns = (type: TypeId): boolean => !ports.has(type) && onlyDnsPorts(subject, type);
    inquiry.forbid('tcp-connect', { on: (type) => !isDns(type) && !ports.has(type), detail });
    inquiry.forbid('tcp-connect', { on: isDns, unless, detail });
    for (const leak of leaks) {
      inquiry.forbid('tcp-connect', { on: isDns, with: () => leak, detail });
    }
    if (unless.length > 0) {
      inquiry.noteGrants(
        inquiry.grants('tcp-connect', undefined, isDns),
        'excepted, held to the resolvers by packet labels',
      );
    }
    inquiry.forbid('tcp-connect-handed-down', {
      on: (type) => type !== domain,
      beyondBase: true,
      baseNeeds: (grant) => heldSocket(inquiry, grant),
    });
    inquiry.forbid('smc-connect');
    inquiry.forbid('tcp-inside');
    forbidCarriers(inquiry);
    const mayOpenFast = inquiry
      .grants('tcp-send')
      .some(
        ({ rule, targets }) => targets.some((t) => t !== domain) || !onlyUnder(db, rule, unless),
      );
    if (mayOpenFast) {
      inquiry.assume(
        'the kernel asks for the port when a send connects (MSG_FASTOPEN), which 6.12.117 does and older kernels do not',
      );
    }
  },
};

/** Whether a rule applies only while one of these booleans is on. */
function onlyUnder(db: PolicyDb, rule: RuleId, booleans: readonly BooleanId[]): boolean {
  const asked = booleansOfRule(db, rule);
  if (asked.length !== 1 || !booleans.includes(asked[0]!)) return false;
  const off = db.booleans.defaults.slice();
  off[asked[0]!] = 0;
  return !appliesUnder(db, rule, off);
}

/** 853 is DNS over TLS: both reference policies give it the type of 53. */
const DNS_PORTS: readonly number[] = [53, 853];

function onlyDnsPorts({ db }: Subject, type: TypeId): boolean {
  const { ranges, rest } = portsOf(db, type, 'tcp');
  return (
    !rest &&
    ranges.length > 0 &&
    ranges.every(({ low, high }) => low === high && DNS_PORTS.includes(low))
  );
}
