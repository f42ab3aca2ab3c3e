import type { AuditRecord } from './record.ts';

/** What AppArmor was asked for, in its own words: two records with the same request are one to a profile. */
export type ApparmorRequest =
  | FileRequest
  | { readonly kind: 'capability'; readonly name: string }
  | SocketRequest
  | { readonly kind: 'ptrace'; readonly access: readonly string[]; readonly peer: string }
  | {
      readonly kind: 'signal';
      readonly access: readonly string[];
      /** `term`, `rtmin+1`; `exists` is the question whether the process is there. */
      readonly signal: string;
      readonly peer: string;
    }
  | { readonly kind: 'mount'; readonly operation: string; readonly name: string }
  | { readonly kind: 'change_profile'; readonly target: string }
  | DbusRequest
  | { readonly kind: 'userns' }
  | { readonly kind: 'mqueue'; readonly name: string; readonly access: readonly string[] }
  | { readonly kind: 'io_uring'; readonly access: readonly string[] }
  | {
      /** Of a class of which no more is known here than its name. */
      readonly kind: 'other';
      readonly operation: string;
      readonly text: string;
    };

export interface FileRequest {
  readonly kind: 'file';
  /** As the kernel names it: a directory ends in a slash. It begins with none where no path led to the file. */
  readonly path: string;
  /** What was missing, in the record's letters and their order in `LETTERS`. */
  readonly letters: string;
  /** Whether the process acts as the owner of the file; undefined where the record does not say. */
  readonly owner: boolean | undefined;
  /** What a link leads to, or the profile that an execution was to go to. */
  readonly target: string | undefined;
}

export interface SocketRequest {
  readonly kind: 'socket';
  readonly family: string;
  readonly type: string;
  readonly access: readonly string[];
  /** Of unix sockets, where the kernel asks for addresses: `@abstract`, the label of the other end. */
  readonly peerAddress: string | undefined;
  readonly peer: string | undefined;
}

export interface DbusRequest {
  readonly kind: 'dbus';
  readonly bus: string;
  readonly access: readonly string[];
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  /** The name that was called, or was to be owned. */
  readonly name: string | undefined;
  readonly peer: string | undefined;
}

/** The letters of files in records (security/apparmor/lib.c), in the order in which they are shown. */
const LETTERS = 'rwacdkmlx';

type Field = (key: string) => string | undefined;

/** The request of a record; undefined where it lacks what a request of its class has. */
export function requestOf(field: Field): ApparmorRequest | undefined {
  const operation = field('operation') ?? '';
  const family = field('family');
  const capability = field('capname');
  const name = field('name');
  if (operation.startsWith('dbus_')) return dbusRequest(field);
  if (capability !== undefined) return { kind: 'capability', name: capability };
  if (family !== undefined) return socketRequest(family, field);
  if (operation === 'ptrace') return peered(field, (rest) => ({ kind: 'ptrace', ...rest }));
  if (operation === 'signal') {
    const signal = field('signal') ?? '';
    return peered(field, (rest) => ({ kind: 'signal', signal, ...rest }));
  }
  if (MOUNTS.has(operation)) return { kind: 'mount', operation, name: name ?? '' };
  if (operation === 'userns_create') return { kind: 'userns' };
  if (field('class') === 'io_uring' || operation.startsWith('uring_')) {
    return { kind: 'io_uring', access: wordsOf(field, 'denied', 'requested') };
  }
  if (field('class') === 'posix_mqueue' || field('class') === 'sysv_mqueue') {
    if (name === undefined) return undefined;
    return { kind: 'mqueue', name, access: wordsOf(field, 'denied', 'requested') };
  }
  if (PROFILE_CHANGES.has(operation)) {
    const target = name ?? field('target');
    return target === undefined ? undefined : { kind: 'change_profile', target };
  }
  if (name !== undefined && (field('class') ?? 'file') === 'file') return fileRequest(name, field);
  return otherRequest(operation, field);
}

/** Of a file without its name, and of what has no class, too much is missing. */
function otherRequest(operation: string, field: Field): ApparmorRequest | undefined {
  const ofClass = field('class') ?? (operation === 'setrlimit' ? 'rlimits' : undefined);
  if (ofClass === undefined || ofClass === 'file' || operation === '') return undefined;
  const text = [ofClass, field('name'), field('info')].filter((part) => part !== undefined);
  return { kind: 'other', operation, text: text.join(' ') };
}

const MOUNTS: ReadonlySet<string> = new Set(['mount', 'umount', 'pivotroot', 'move_mount']);
const PROFILE_CHANGES: ReadonlySet<string> = new Set([
  'change_profile',
  'change_onexec',
  'change_hat',
  'stack',
  'stack_onexec',
]);

function fileRequest(path: string, field: Field): ApparmorRequest | undefined {
  const operation = field('operation') ?? '';
  const mask = field('denied_mask') ?? field('requested_mask') ?? BY_OPERATION[operation];
  // Old kernels write the owner's half before `::` and the others' after it.
  const asked = mask?.replaceAll(':', '') ?? '';
  const letters = [...LETTERS].filter((letter) => asked.includes(letter)).join('');
  // A letter that is not known here may be the one that matters.
  if (letters === '' || [...asked].some((letter) => !LETTERS.includes(letter))) return undefined;
  const [fsuid, ouid] = [field('fsuid'), field('ouid')];
  return {
    kind: 'file',
    path,
    letters,
    owner: fsuid === undefined || ouid === undefined ? undefined : fsuid === ouid,
    target: field('target') ?? undefined,
  };
}

/** What is asked where the mask has no letter for it. */
const BY_OPERATION: Readonly<Record<string, string>> = {
  getattr: 'r',
  setattr: 'w',
  chmod: 'w',
  chown: 'w',
  truncate: 'w',
  exec: 'x',
};

function socketRequest(family: string, field: Field): ApparmorRequest | undefined {
  const type = field('sock_type');
  const access = wordsOf(field, 'denied_mask', 'requested_mask');
  if (type === undefined) return undefined;
  return {
    kind: 'socket',
    family,
    type,
    // Before 4.17 the kernel asked for the family and the type alone.
    access,
    peerAddress: known(field('peer_addr')),
    peer: known(field('peer')),
  };
}

function dbusRequest(field: Field): ApparmorRequest | undefined {
  const bus = field('bus');
  const access = field('operation') === 'dbus_bind' ? ['bind'] : wordsOf(field, 'mask');
  if (bus === undefined || access.length === 0) return undefined;
  return {
    kind: 'dbus',
    bus,
    access,
    path: field('path'),
    interface: field('interface'),
    member: field('member'),
    name: field('name'),
    peer: field('peer_label') ?? field('peer_profile'),
  };
}

function peered<Made extends ApparmorRequest>(
  field: Field,
  make: (rest: { access: readonly string[]; peer: string }) => Made,
): Made | undefined {
  const access = wordsOf(field, 'denied_mask', 'requested_mask');
  const peer = field('peer');
  return access.length === 0 || peer === undefined ? undefined : make({ access, peer });
}

/** The words of the first of some masks that the record has, sorted. */
function wordsOf(field: Field, ...keys: readonly string[]): readonly string[] {
  const mask = keys.map(field).find((text) => text !== undefined) ?? '';
  return mask
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .sort();
}

function known(text: string | undefined): string | undefined {
  return text === undefined || text === 'none' ? undefined : text;
}

/** As a profile's rule would say it, roughly: `file /etc/shadow r`. */
export function formatRequest(request: ApparmorRequest): string {
  switch (request.kind) {
    case 'file': {
      const { path, letters, owner, target } = request;
      const to = target === undefined ? '' : ` -> ${target}`;
      return `${owner === true ? 'owner ' : ''}${path} ${letters}${to}`;
    }
    case 'capability':
      return `capability ${request.name}`;
    case 'socket': {
      const { family, type, access, peerAddress, peer } = request;
      const to = [peerAddress, peer].filter((part) => part !== undefined).join(' ');
      return `network ${bracketed(access)}${family} ${type}${to === '' ? '' : ` -> ${to}`}`;
    }
    case 'ptrace':
      return `ptrace ${bracketed(request.access)}${request.peer}`;
    case 'signal':
      return `signal ${bracketed(request.access)}${request.signal} ${request.peer}`;
    case 'mount':
      return `${request.operation} ${request.name}`;
    case 'change_profile':
      return `change_profile ${request.target}`;
    case 'dbus': {
      const { access, bus, name, path, interface: face, member } = request;
      const parts = [bus, name, path, face === undefined ? member : `${face}.${member ?? '*'}`];
      return `dbus ${bracketed(access)}${parts.filter((part) => part !== undefined).join(' ')}`;
    }
    case 'userns':
      return 'userns';
    case 'mqueue':
      return `mqueue ${bracketed(request.access)}${request.name}`;
    case 'io_uring':
      return `io_uring ${bracketed(request.access)}`.trim();
    case 'other':
      return `${request.operation} ${request.text}`.trim();
  }
}

function bracketed(access: readonly string[]): string {
  return access.length === 0 ? '' : `(${access.join(' ')}) `;
}

/** Reads a field of a record of AppArmor's: of what a bus in user space says, only what stands in its own sentence. */
export function fieldsOf(record: AuditRecord): Field {
  if (record.type !== 'USER_AVC') return (key) => record.field(key);
  const sentence = /(?:^|\s)msg='(.*)$/s.exec(record.body)?.[1] ?? record.body;
  const pairs = new Map<string, string>();
  for (const [, key, quoted, bare] of sentence.matchAll(
    /(?<=^|\s)(\w+)=(?:"([^"]*)"|([^\s'"]+))/g,
  )) {
    // Of a repeated key the first counts: what follows can be told by whoever asked.
    if (!pairs.has(key!)) pairs.set(key!, quoted ?? bare!);
  }
  return (key) => pairs.get(key);
}
