import { type Context, parseContext } from '../selinux/index.ts';
import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record.ts';
import type { Unread } from './unread.ts';

/** An access that SELinux refused, or would have refused: an access request with what is known about who asked and for what. */
export interface Denial {
  /** The event, `seconds.milliseconds:serial`. */
  readonly event: string;
  readonly time: number;
  /** The machine, and the program's version there, where the log names them. */
  readonly host?: string | undefined;
  readonly version?: string | undefined;
  /** `kernel` (AVC) or an object manager in user space (USER_AVC: D-Bus, systemd). */
  readonly by: 'kernel' | 'user-space';
  /** Who asked: where the policy of the log's kernel lacked its label, the label itself. */
  readonly source: Context;
  readonly target: Context;
  /** The label that the target really has, where the policy of the log's kernel lacked it and took the target for unlabelled. */
  readonly targetLabel?: Context | undefined;
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

/** The denials of an event; none for other events. A denial that is cut off or lacks its contexts is none. */
export function denialsOf(event: AuditEvent): Denial[] {
  return readDenials(event);
}

/** The same; a record that says that something was denied and is no denial goes to `unread`. */
export function readDenials(event: AuditEvent, unread?: Unread): Denial[] {
  return event.records.flatMap((record) => {
    if (record.type !== 'AVC' && record.type !== 'USER_AVC') {
      unread?.addIfLost(record.type, record.raw);
      return [];
    }
    const denial = denialOf(record, event);
    if (denial === undefined) unread?.addIfTelling(record.raw);
    return denial ?? [];
  });
}

function denialOf(record: AuditRecord, event: AuditEvent): Denial | undefined {
  const body = record.type === 'AVC' ? record.body : userSentence(record.body);
  const match = DENIED.exec(body);
  const requested = CONTEXTS.exec(body);
  if (match === null || requested === null) return undefined;
  const permissions = match[1]!.trim().split(/\s+/).sort();
  const [, scontext, tcontext, tclass, rest] = requested;
  const raw = (pair: RegExp): Context | undefined =>
    rest!.includes('rawcon=') ? parseContext(pair.exec(rest!)?.[1] ?? '') : undefined;
  const source = parseContext(scontext!);
  const target = parseContext(tcontext!);
  if (source === undefined || target === undefined || !permissions.every(isPermission)) {
    return undefined;
  }
  const fields = record.type === 'AVC' ? record.fields : userFields(body);
  const syscall = (key: string): string | undefined =>
    event.records.find(({ type }) => type === 'SYSCALL')?.fields.get(key);
  const permissive = /^\s+permissive=([01])\b/.exec(rest!)?.[1];
  return {
    event: event.id,
    time: event.time,
    host: event.host,
    version: event.version,
    by: record.type === 'AVC' ? 'kernel' : 'user-space',
    source: raw(SOURCE_LABEL) ?? source,
    target,
    targetLabel: raw(TARGET_LABEL),
    tclass: tclass!,
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

const DENIED = /^avc:\s+denied\s+\{([^}]*)\}/;

/**
 * The kernel and the object managers write the contexts after all that comes from outside, so the last ones count: a name that is written
 * without quotes (`ausearch -i`) may hold others.
 */
const CONTEXTS =
  /^.*\sscontext="?([^\s"]+)"?\s+tcontext="?([^\s"]+)"?\s+tclass="?([a-z][a-z0-9_]*)"?((?:\s.*)?)$/s;

/** Labels that the kernel's policy lacked, after what it took them for. */
const SOURCE_LABEL = /\ssrawcon="?([^\s"]+)/;
const TARGET_LABEL = /\strawcon="?([^\s"]+)/;

function isPermission(name: string): boolean {
  return /^(?:[a-z][a-z0-9_]*|0x[0-9a-f]{1,8})$/.test(name);
}

/** USER_AVC wraps its sentence in msg='…'; only what is inside counts. Without auditd there is no wrapping. */
function userSentence(body: string): string {
  return /(?:^|\s)msg='(.*)$/s.exec(body)?.[1]?.replace(/'[^']*$/, '') ?? body;
}

function userFields(sentence: string): ReadonlyMap<string, string> {
  return new Map(
    [...sentence.matchAll(/(?<=^|\s)(\w+)=(?:"([^"]*)"|([^\s'"]+))/g)].map(
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

/** The AVC gives an object's last component only; a PATH record that ends in it gives the rest, below the working directory if need be. */
function wholePath(name: string | undefined, event: AuditEvent): string | undefined {
  if (name === undefined) return undefined;
  const cwd = event.records.find(({ type }) => type === 'CWD')?.fields.get('cwd');
  const paths = event.records
    .filter(({ type }) => type === 'PATH')
    .map(({ fields }) => absolute(fields.get('name'), cwd))
    .filter((path) => path?.endsWith(`/${name}`));
  return new Set(paths).size === 1 ? paths[0] : name;
}

function absolute(path: string | undefined, cwd: string | undefined): string | undefined {
  if (path === undefined || path === '' || path === '(null)') return undefined;
  if (path.startsWith('/')) return path;
  if (!cwd?.startsWith('/')) return undefined;
  const parts: string[] = [];
  for (const part of `${cwd}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function known(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === '(null)' || value === '?'
    ? undefined
    : value;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
