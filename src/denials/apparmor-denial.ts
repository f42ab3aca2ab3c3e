import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record.ts';

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

/** AppArmor's denials of an event; none for other events. */
export function apparmorDenialsOf(event: AuditEvent): ApparmorDenial[] {
  return event.records.flatMap((record) => denialOf(record, event) ?? []);
}

function denialOf(record: AuditRecord, event: AuditEvent): ApparmorDenial | undefined {
  const outcome = record.field('apparmor');
  if (outcome !== 'DENIED' && outcome !== 'ALLOWED' && outcome !== 'KILLED') return undefined;
  const pid = Number(record.field('pid'));
  return {
    event: event.id,
    time: event.time,
    outcome,
    profile: record.field('profile') ?? '',
    operation: record.field('operation') ?? '',
    class: record.field('class') ?? '',
    name: nameOf(record),
    denied: record.field('denied_mask') ?? record.field('denied') ?? '',
    info: record.field('info'),
    comm: record.field('comm'),
    pid: Number.isInteger(pid) ? pid : undefined,
    text: event.records.map(({ raw }) => raw),
  };
}

/** A record names its object by what its class has. */
function nameOf(record: AuditRecord): string {
  const name = record.field('name') ?? record.field('capname');
  if (name !== undefined) return name;
  const socket = [record.field('family'), record.field('sock_type')].filter(Boolean).join(' ');
  return socket === '' ? (record.field('peer') ?? '') : socket;
}
