import { type ApparmorRequest, fieldsOf, requestOf } from './apparmor-request.ts';
import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record.ts';
import type { Unread } from './unread.ts';

/** What AppArmor refused, or would have refused in complain mode: a record in its own words. */
export interface ApparmorDenial {
  /** The event, `seconds.milliseconds:serial`. */
  readonly event: string;
  readonly time: number;
  /** `ALLOWED`: the profile is in complain mode. `KILLED`: the process was ended for it. */
  readonly outcome: 'DENIED' | 'ALLOWED' | 'KILLED';
  /** With its parents, and what complain mode makes of what it executes: `rustnet//null-/usr/bin/dash`. */
  readonly profile: string;
  /** `open`, `exec`, `sendmsg`, `capable`. */
  readonly operation: string;
  /** `file`, `net`, `cap`; empty where the kernel does not say (before 6.6). */
  readonly class: string;
  /** What was asked for: a path, a capability, `inet dgram`, the profile of the other process. */
  readonly name: string;
  /** The permissions that were missing, as the record has them: letters of a file's (`wc`), else words (`send receive`); empty for capabilities. */
  readonly denied: string;
  readonly info: string | undefined;
  readonly comm: string | undefined;
  readonly pid: number | undefined;
  /** The event's records, as in the log. */
  readonly text: readonly string[];
}

/** A denial with the request that it is about, and where it comes from. */
export interface ApparmorAccess {
  readonly denial: ApparmorDenial;
  readonly request: ApparmorRequest;
  /** The namespace of the profile; undefined for the machine's own. */
  readonly namespace: string | undefined;
  readonly host: string | undefined;
  readonly version: string | undefined;
}

/**
 * What AppArmor refused in an event, or would have refused. A record that says so and is not whole, or has letters that are not known here, goes to
 * `unread`. What was granted and logged (`AUDIT`), and what is said of profiles (`STATUS`), is passed over.
 */
export function readApparmor(event: AuditEvent, unread: Unread): ApparmorAccess[] {
  return event.records.flatMap((record) => {
    if (!isApparmorRefusal(record)) return [];
    const field = fieldsOf(record);
    const denial = denialOf(event, field);
    const request = denial === undefined ? undefined : requestOf(field);
    if (denial === undefined || denial.profile === '' || request === undefined) {
      unread.add('apparmor', record.raw);
      return [];
    }
    const namespace = field('namespace');
    return [{ denial, request, namespace, host: event.host, version: event.version }];
  });
}

/** An event without what `readApparmor` reads of it: whoever reads both mechanisms' records gives `readDenials` this, which counts the others as not read. */
export function withoutApparmor(event: AuditEvent): AuditEvent {
  return event.records.some(isApparmorRefusal)
    ? { ...event, records: event.records.filter((record) => !isApparmorRefusal(record)) }
    : event;
}

/** Whether a record is AppArmor's and says that something was refused, or would have been. Both kernel and bus write that first. */
function isApparmorRefusal({ type, body }: Pick<AuditRecord, 'type' | 'body'>): boolean {
  return (type === 'AVC' || type === 'USER_AVC') && REFUSAL.test(body);
}

const REFUSAL = /^(?:[^']*\bmsg=')?\s*apparmor="?(?:DENIED|ALLOWED|KILLED)\b/;

/** AppArmor's denials of an event; none for other events. */
export function apparmorDenialsOf(event: AuditEvent): ApparmorDenial[] {
  return event.records.flatMap((record) => denialOf(event, (key) => record.field(key)) ?? []);
}

function denialOf(
  event: AuditEvent,
  field: (key: string) => string | undefined,
): ApparmorDenial | undefined {
  const outcome = field('apparmor');
  if (outcome !== 'DENIED' && outcome !== 'ALLOWED' && outcome !== 'KILLED') return undefined;
  const pid = Number(field('pid'));
  return {
    event: event.id,
    time: event.time,
    outcome,
    profile: field('profile') ?? field('label') ?? '',
    operation: field('operation') ?? '',
    class: field('class') ?? '',
    name: nameOf(field),
    denied: field('denied_mask') ?? field('denied') ?? '',
    info: field('info'),
    comm: field('comm'),
    pid: Number.isInteger(pid) ? pid : undefined,
    text: event.records.map(({ raw }) => raw),
  };
}

/** A record names its object by what its class has. */
function nameOf(field: (key: string) => string | undefined): string {
  const name = field('name') ?? field('capname');
  if (name !== undefined) return name;
  const socket = [field('family'), field('sock_type')].filter(Boolean).join(' ');
  return socket === '' ? (field('peer') ?? '') : socket;
}
