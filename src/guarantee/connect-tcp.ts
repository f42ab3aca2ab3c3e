import type { Never } from '../confinement/index.ts';
import type { TypeId } from '../policydb/index.ts';
import { Inquiry } from './inquiry.ts';
import { portsOf, portsText } from './ports.ts';
import { secmarkProof } from './secmark.ts';
import type { Subject } from './subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * No TCP connection is opened: no port may be connected to, no socket of another domain be connected, and SMC, whose inner
 * connection belongs to the kernel, not be used. The exception for the resolver is good for ports of DNS alone, and only as far
 * as packet labels prove it.
 */
export function connectTcp(subject: Subject, never: Never & { kind: 'connect-tcp' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  const { db, domain } = subject;
  const { unless, leaks } = secmarkProof(inquiry, never.except);
  const detail = ({ targets }: { targets: readonly TypeId[] }): string =>
    targets
      .slice(0, 3)
      .map((type) => portsText(db, type, 'tcp'))
      .join('; ');
  const isDns = (type: TypeId): boolean => onlyDnsPorts(subject, type);
  inquiry.forbid('tcp-connect', { on: (type) => !isDns(type), detail });
  inquiry.forbid('tcp-connect', { on: isDns, unless, detail });
  if (leaks.length > 0) inquiry.forbid('tcp-connect', { on: isDns, with: () => leaks, detail });
  if (unless.length > 0) {
    inquiry.noteGrants(
      inquiry.grants('tcp-connect', undefined, isDns),
      'excepted, held to the resolvers by packet labels',
    );
  }
  inquiry.forbid('tcp-connect-handed-down', { on: (type) => type !== domain });
  inquiry.forbid('smc-connect');
  return inquiry.conclude();
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
