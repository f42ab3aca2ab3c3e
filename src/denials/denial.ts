import { type Context, parseContext } from '../selinux/words/index.ts';
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
  return readDenials(event).map(wholeDenial);
}

/** The same; a record that says that something was denied and is no denial goes to `unread`. */
export function readDenials(event: AuditEvent, unread?: Unread): Denial[] {
  const denials: Denial[] = [];
  for (const record of event.records) {
    if (record.type !== 'AVC' && record.type !== 'USER_AVC') {
      unread?.addIfLost(record.type, record.raw);
      continue;
    }
    const denial = denialOf(record, event);
    if (denial === undefined) unread?.addIfTelling(record.raw);
    else denials.push(denial);
  }
  return denials;
}

function denialOf(record: AuditRecord, event: AuditEvent): Denial | undefined {
  const body = record.type === 'AVC' ? record.body : userSentence(record.body);
  // An object manager quotes what it was told: of two sentences it is not known whose contexts follow.
  if (record.type !== 'AVC' && SECOND_SENTENCE.test(body)) return undefined;
  const permissions = permissionsIn(body);
  const requested = permissions && requestIn(body);
  if (permissions === undefined || requested === undefined) return undefined;
  return new RecordedDenial(event, record, body, requested, permissions);
}

/** Of a log with a million denials a few are looked at closely: what is not asked for is not taken apart. */
class RecordedDenial implements Denial {
  readonly source: Context;
  readonly target: Context;
  readonly targetLabel: Context | undefined;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly permissive: boolean | undefined;
  readonly #event: AuditEvent;
  readonly #record: AuditRecord;
  readonly #body: string;
  #inside: ReadonlyMap<string, string> | undefined;

  constructor(
    event: AuditEvent,
    record: AuditRecord,
    body: string,
    requested: Requested,
    permissions: readonly string[],
  ) {
    this.source = requested.source;
    this.target = requested.target;
    this.targetLabel = requested.targetLabel;
    this.tclass = requested.tclass;
    this.permissions = permissions;
    this.permissive = requested.permissive;
    this.#event = event;
    this.#record = record;
    this.#body = body;
  }

  get event(): string {
    return this.#event.id;
  }

  get time(): number {
    return this.#event.time;
  }

  get host(): string | undefined {
    return this.#event.host;
  }

  get version(): string | undefined {
    return this.#event.version;
  }

  get by(): Denial['by'] {
    return this.#record.type === 'AVC' ? 'kernel' : 'user-space';
  }

  get pid(): number | undefined {
    return integer(this.#field('pid') ?? this.#field('spid'));
  }

  get comm(): string | undefined {
    return known(this.#field('comm') ?? this.#syscall('comm'));
  }

  get path(): string | undefined {
    return known(this.#field('path')) ?? wholePath(known(this.#field('name')), this.#event);
  }

  get exe(): string | undefined {
    return known(this.#field('exe') ?? this.#syscall('exe'));
  }

  get details(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      DETAILS.flatMap((key) => {
        const value = known(this.#field(key));
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }

  get text(): readonly string[] {
    return this.#event.records.map(({ raw }) => raw);
  }

  #field(key: string): string | undefined {
    if (this.by === 'kernel') return this.#record.field(key);
    this.#inside ??= userFields(this.#body);
    return this.#inside.get(key);
  }

  #syscall(key: string): string | undefined {
    return this.#event.records.find(({ type }) => type === 'SYSCALL')?.field(key);
  }
}

/** A denial as plain data, without the event that it was read from. */
export function wholeDenial(denial: Denial): Denial {
  return {
    event: denial.event,
    time: denial.time,
    host: denial.host,
    version: denial.version,
    by: denial.by,
    source: denial.source,
    target: denial.target,
    targetLabel: denial.targetLabel,
    tclass: denial.tclass,
    permissions: denial.permissions,
    permissive: denial.permissive,
    pid: denial.pid,
    comm: denial.comm,
    path: denial.path,
    exe: denial.exe,
    details: denial.details,
    text: denial.text,
  };
}

/** Sorted; undefined where the sentence is none, or one of them is no name. */
function permissionsIn(body: string): readonly string[] | undefined {
  const end = body.indexOf('}');
  return PERMISSIONS.of(body.slice(0, end + 1));
}

type Requested = Pick<Denial, 'source' | 'target' | 'targetLabel' | 'tclass' | 'permissive'>;

function requestIn(body: string): Requested | undefined {
  const at = body.lastIndexOf('scontext=');
  if (at < 1) return undefined;
  // With what stands before it; where the last ones are no contexts, those before them count.
  return REQUESTS.of(body.slice(at - 1)) ?? requestOf(body);
}

/** What a part of a record says: a log says the same again and again, and the last few thousand answers are kept. */
class Remembered<Answer> {
  private readonly answers = new Map<string, Answer | undefined>();
  private readonly read: (text: string) => Answer | undefined;

  constructor(read: (text: string) => Answer | undefined) {
    this.read = read;
  }

  of(text: string): Answer | undefined {
    const known = this.answers.get(text);
    if (known !== undefined) return known;
    const answer = this.read(text);
    if (this.answers.size >= 4096) this.answers.clear();
    if (text.length < 1024) this.answers.set(text, answer);
    return answer;
  }
}

const PERMISSIONS = new Remembered((sentence): readonly string[] | undefined => {
  const permissions = DENIED.exec(sentence)?.[1]?.trim().split(/\s+/).sort();
  return permissions?.every(isPermission) ? permissions : undefined;
});

const DENIED = /^avc:\s+denied\s+\{([^}]*)\}/;
const SECOND_SENTENCE = /avc:\s+denied\s+\{[^}]*\}.*avc:\s+denied\s+\{/s;

const REQUESTS = new Remembered(requestOf);

function requestOf(body: string): Requested | undefined {
  const requested = CONTEXTS.exec(body);
  if (requested === null) return undefined;
  const [, scontext, tcontext, tclass, rest] = requested;
  const raw = (pair: RegExp): Context | undefined =>
    rest!.includes('rawcon=') ? parseContext(pair.exec(rest!)?.[1] ?? '') : undefined;
  const source = parseContext(scontext!);
  const target = parseContext(tcontext!);
  if (source === undefined || target === undefined) return undefined;
  const permissive = /^\s+permissive=([01])(?!\d)/.exec(rest!)?.[1];
  return {
    source: raw(SOURCE_LABEL) ?? source,
    target,
    targetLabel: raw(TARGET_LABEL),
    tclass: tclass!,
    permissive: permissive === '1' ? true : permissive === '0' ? false : undefined,
  };
}

/**
 * The kernel and the object managers write the contexts after all that comes from outside, so the last ones count: a name that is written
 * without quotes (`ausearch -i`) may hold others.
 */
const CONTEXTS =
  /^.*\sscontext=["']?([^\s"']+)["']?\s+tcontext=["']?([^\s"']+)["']?\s+tclass=["']?([a-z][a-z0-9_]*)(?:[^\w\s]\S*)?((?:\s.*)?)$/s;

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
  const cwd = event.records.find(({ type }) => type === 'CWD')?.field('cwd');
  const paths = event.records
    .filter(({ type }) => type === 'PATH')
    .map((record) => absolute(record.field('name'), cwd))
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
