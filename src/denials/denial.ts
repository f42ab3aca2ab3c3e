import { type Context, parseContext } from '../selinux/index.ts';
import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record.ts';

/** An access that SELinux refused, or would have refused: an access request with what is known about who asked and for what. */
export interface Denial {
  /** The event, `seconds.milliseconds:serial`. */
  readonly event: string;
  readonly time: number;
  /** `kernel` (AVC) or an object manager in user space (USER_AVC: D-Bus, systemd). */
  readonly by: 'kernel' | 'user-space';
  readonly source: Context;
  readonly target: Context;
  readonly tclass: string;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** Whether it was let through: by a permissive domain or a permissive system. Undefined where the record does not say. */
  readonly permissive: boolean | undefined;
  readonly pid: number | undefined;
  readonly comm: string | undefined;
  readonly exe: string | undefined;
  /** The object: a path where one is known, else a name. */
  readonly path: string | undefined;
  /** A destination port, a capability's number, an ioctl's command: what the class adds. */
  readonly details: Readonly<Record<string, string>>;
  /** The event's records, as in the log. */
  readonly text: readonly string[];
}

/** The denials of an event; none for other events. A record that is cut off or lacks its contexts is no denial. */
export function denialsOf(event: AuditEvent): Denial[] {
  return event.records.flatMap((record) => denialOf(record, event) ?? []);
}

function denialOf(record: AuditRecord, event: AuditEvent): Denial | undefined {
  if (record.type !== 'AVC' && record.type !== 'USER_AVC') return undefined;
  const match = DENIED.exec(record.type === 'AVC' ? record.message : record.raw);
  if (match === null) return undefined;
  const permissions = match[1]!.trim().split(/\s+/).sort();
  const fields = record.type === 'AVC' ? record.fields : userFields(record.raw);
  const source = parseContext(fields.get('scontext') ?? '');
  const target = parseContext(fields.get('tcontext') ?? '');
  const tclass = fields.get('tclass');
  if (source === undefined || target === undefined || !tclass || permissions[0] === '') {
    return undefined;
  }
  const syscall = (key: string): string | undefined =>
    event.records.find(({ type }) => type === 'SYSCALL')?.fields.get(key);
  const permissive = fields.get('permissive');
  return {
    event: event.id,
    time: event.time,
    by: record.type === 'AVC' ? 'kernel' : 'user-space',
    source,
    target,
    tclass,
    permissions,
    permissive: permissive === '1' ? true : permissive === '0' ? false : undefined,
    pid: integer(fields.get('pid') ?? fields.get('spid')),
    comm: known(fields.get('comm') ?? syscall('comm')),
    path: known(fields.get('path')) ?? wholePath(known(fields.get('name')), event),
    // Of a log with a million denials a few are looked at this closely.
    get exe() {
      return known(fields.get('exe') ?? syscall('exe'));
    },
    get details() {
      return Object.fromEntries(
        DETAILS.flatMap((key) => {
          const value = known(fields.get(key));
          return value === undefined ? [] : [[key, value]];
        }),
      );
    },
    get text() {
      return event.records.map(({ raw }) => raw);
    },
  };
}

const DENIED = /\bavc:\s+denied\s+\{ ([^}]*)\} for\b/;

/** USER_AVC wraps its sentence in msg='…'; the pairs inside are the ones that count. */
function userFields(raw: string): ReadonlyMap<string, string> {
  const inner = /msg='(.*)'?$/.exec(raw)?.[1] ?? '';
  return new Map(
    [...inner.matchAll(/(?<=^|\s)(\w+)=(?:"([^"]*)"|([^\s'"]+))/g)].map(
      ([, key, quoted, bare]) => [key!, quoted ?? bare!] as const,
    ),
  );
}

const DETAILS = [
  'dest',
  'src',
  'daddr',
  'saddr',
  'laddr',
  'lport',
  'faddr',
  'fport',
  'netif',
  'capability',
  'ioctlcmd',
  'nl-msgtype',
  'dev',
  'kmod',
  'member',
  'interface',
];

/** The AVC gives an object's last component only; a PATH record that ends in it gives the rest. */
function wholePath(name: string | undefined, event: AuditEvent): string | undefined {
  if (name === undefined) return undefined;
  const paths = event.records
    .filter(({ type }) => type === 'PATH')
    .map(({ fields }) => fields.get('name'))
    .filter((path) => path?.startsWith('/') && path.endsWith(`/${name}`));
  return paths.length === 1 ? paths[0] : name;
}

function known(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === '(null)' || value === '?'
    ? undefined
    : value;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
