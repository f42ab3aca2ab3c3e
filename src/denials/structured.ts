import { mayTell } from './unread.ts';

/** Where a record comes from, as the object says that holds it. */
export interface Origin {
  readonly host: string | undefined;
  /** The version of the program that the record is about, where whoever ships the log adds it. */
  readonly version: string | undefined;
}

/**
 * The lines of text that a line of JSON stands for: journald's (`journalctl -o json`), auditbeat's, laurel's, and any object whose texts
 * hold records, as a log shipper makes it. Undefined where it is no JSON; no lines where it holds no record.
 */
export function linesOfJson(
  line: string,
): { readonly lines: readonly string[]; readonly origin: Origin } | undefined {
  const list = listIn(line);
  // Each of them says itself where it comes from.
  if (list !== undefined) {
    const lines = list.map((each) => JSON.stringify(each));
    return { lines, origin: { host: undefined, version: undefined } };
  }
  const text = line.replace(/^(?:\x1e|data: |[[,]\s*(?=\{))+/, '').trim();
  if (!text.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/[\],]+$/, ''));
  } catch {
    return undefined;
  }
  const object = value as Json;
  const lines =
    journaldLines(object) ?? laurelLines(object) ?? auditbeatLines(object) ?? textsIn(object);
  return { lines, origin: originOf(object) };
}

/** The objects of an array that stands in one line. */
function listIn(line: string): readonly object[] | undefined {
  if (!/^\s*\[\s*\{.*\}\s*\]\s*$/.test(line)) return undefined;
  try {
    const value = JSON.parse(line) as readonly unknown[];
    return value.filter((each) => typeof each === 'object' && each !== null) as object[];
  } catch {
    return undefined;
  }
}

/** journald's, laurel's and Elastic's names for the machine, then those that shippers like. */
function originOf(object: Json): Origin {
  const inside = (outer: unknown, key: string): unknown =>
    typeof outer === 'object' && outer !== null ? (outer as Json)[key] : undefined;
  const { host } = object;
  const hosts = [
    object._HOSTNAME,
    object.NODE,
    host,
    inside(host, 'name'),
    inside(host, 'hostname'),
    object.hostname,
  ];
  return {
    host: firstText(hosts),
    version: firstText([object.program_version, inside(object.package, 'version')]),
  };
}

function firstText(values: readonly unknown[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found.slice(0, LONGEST_NAME) : undefined;
}

/** A host's name has no more (POSIX, HOST_NAME_MAX), and no version. */
const LONGEST_NAME = 255;

type Json = Readonly<Record<string, unknown>>;

/** A message that is not UTF-8 is an array of its bytes; a field that occurs several times is an array of values. */
function journaldLines(object: Json): readonly string[] | undefined {
  if (!('MESSAGE' in object)) return undefined;
  const audit = object._TRANSPORT === 'audit' || object._AUDIT_TYPE_NAME !== undefined;
  const messages = textsOf(object.MESSAGE);
  // journald leaves out what is long (4 KiB, without --all).
  if (messages.length === 0 && audit && /AVC$/.test(String(object._AUDIT_TYPE_NAME))) {
    return ['avc:  denied in a message that the journal left out'];
  }
  if (!audit) return messages.flatMap((message) => message.split('\n'));
  const micros = Number(object._SOURCE_REALTIME_TIMESTAMP ?? object.__REALTIME_TIMESTAMP);
  const stamp = Number.isFinite(micros)
    ? `${Math.trunc(micros / 1e6)}.${String(Math.trunc(micros / 1000) % 1000).padStart(3, '0')}`
    : '0.000';
  return messages.map((message) => {
    const named = /^(?:([A-Z][A-Z0-9_]{1,39})|<audit-(\d{4})>) /.exec(message);
    if (named === null) return message;
    const id = /^\d{1,20}$/.test(String(object._AUDIT_ID)) ? object._AUDIT_ID : undefined;
    const body = message.slice(named[0].length);
    return id === undefined
      ? `audit: ${message}`
      : `type=${named[1] ?? named[2]} msg=audit(${stamp}:${id}): ${body}`;
  });
}

/** laurel: one object per event, its records by their types, names decoded. */
function laurelLines(object: Json): readonly string[] | undefined {
  const stamp = object.ID;
  if (typeof stamp !== 'string' || !/^\d{1,12}\.\d{3}:\d{1,20}$/.test(stamp)) return undefined;
  const node = typeof object.NODE === 'string' ? `node=${object.NODE.replace(/\s/g, '_')} ` : '';
  return Object.entries(object).flatMap(([type, records]) =>
    /^[A-Z][A-Z0-9_]{2,39}$/.test(type)
      ? (Array.isArray(records) ? records : [records])
          .filter((record) => typeof record === 'object' && record !== null)
          .map((record) => `${node}type=${type} msg=audit(${stamp}): ${bodyOf(record as Json)}`)
      : [],
  );
}

/** auditbeat: the records themselves where it was told to keep them, else what go-libaudit made of them. */
function auditbeatLines(object: Json): readonly string[] | undefined {
  const auditd = object.auditd as Json | undefined;
  if (typeof auditd !== 'object' || auditd === null) return undefined;
  const event = (object.event ?? {}) as Json;
  const kept = [...textsOf(auditd.messages), ...textsOf(event.original)];
  if (kept.length > 0) return kept.flatMap((text) => text.split('\n'));
  const data = auditd.data as Json | undefined;
  if (typeof data !== 'object' || data === null) return [];
  const time = Date.parse(String(object['@timestamp']));
  const seconds = Number.isNaN(time) ? '0.000' : (time / 1000).toFixed(3);
  const process = (object.process ?? {}) as Json;
  const known = { comm: process.name, exe: process.executable, pid: process.pid, ...data };
  const record = (type: string, body: string): string[] => [
    `type=${type} msg=audit(${seconds}:${Number(auditd.sequence ?? 0)}): ${body}`,
  ];
  const type = String(auditd.message_type ?? '').toUpperCase();
  if (REFUSALS.has(type)) {
    return record(type, bodyOf({ ...known, seresult: undefined, result: data.seresult }));
  }
  // go-libaudit calls every one of AppArmor's an AVC.
  if (typeof data.apparmor === 'string') {
    return record(type === 'USER_AVC' ? 'USER_AVC' : 'AVC', bodyOf(known));
  }
  if (data.seresult === 'denied') {
    return record(type === 'USER_AVC' ? 'USER_AVC' : 'AVC', bodyOf(known));
  }
  if (/^execve(?:at)?$/.test(String(data.syscall)) && auditd.result === 'success') {
    const { user, role, domain, level } = ((object.user as Json)?.selinux ?? {}) as Json;
    const subj = [user, role, domain, level].filter((part) => typeof part === 'string').join(':');
    return record('SYSCALL', bodyOf({ syscall: data.syscall, success: 'yes', ...known, subj }));
  }
  return [];
}

/** Records by which SELinux refuses without a denial. */
const REFUSALS: ReadonlySet<string> = new Set(['SELINUX_ERR', 'USER_SELINUX_ERR']);

/** A record's body as the kernel would have written it, so that one reader reads both. */
function bodyOf(record: Json): string {
  // Its `denied` is a pair like others.
  if (typeof record.apparmor === 'string') {
    return Object.entries({ apparmor: record.apparmor, ...record })
      .filter(([key, value]) => value !== undefined && value !== null && /^[A-Za-z_]\w*$/.test(key))
      .map(([key, value]) => `${key}=${quoted(value)}`)
      .join(' ');
  }
  const { denied, granted, seresult, seperms, msg, ...fields } = record;
  const refused = denied ?? (seresult === 'denied' ? (seperms ?? record.permissions) : undefined);
  const permissions = Array.isArray(refused) ? refused : String(refused ?? '').split(/[\s,]+/);
  const contexts = ['scontext', 'tcontext', 'tclass', 'permissive', 'srawcon', 'trawcon'];
  const pairs = (wanted: (key: string) => boolean): string =>
    Object.entries(fields)
      .filter(([key, value]) => value !== undefined && wanted(key) && /^[A-Za-z_][\w-]*$/.test(key))
      .map(([key, value]) => `${key}=${quoted(value)}`)
      .join(' ');
  // The kernel writes the contexts last, and the last ones count.
  const last = contexts
    .filter((key) => fields[key] !== undefined)
    .map((key) => `${key}=${String(fields[key])}`)
    .join(' ');
  const before = pairs((key) => !contexts.includes(key));
  const sentence = refused === undefined ? '' : `avc:  denied  { ${permissions.join(' ')} } for  `;
  const inner =
    typeof msg === 'string'
      ? `msg='${msg}'`
      : typeof msg === 'object' && msg !== null
        ? `msg='${bodyOf(msg as Json)}'`
        : '';
  if (granted !== undefined) return `avc:  granted ${before} ${last}`;
  return [`${sentence}${before}`, last, inner].filter((part) => part !== '').join(' ');
}

/** Quoted, or in hexadecimal where the kernel would write that. */
function quoted(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  if (/^[\w:.,/+-]+$/.test(text) && !/^(?:[0-9A-Fa-f]{2})+$/.test(text)) return text;
  if (!/["\x00-\x1f\x7f]/.test(text)) return `"${text}"`;
  return Buffer.from(text, 'utf8').toString('hex').toUpperCase();
}

/** Any other object: the texts in it that hold a record, or say that one was lost. */
function textsIn(object: Json): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      if (mayTell(value)) {
        found.push(...value.split('\n'));
      }
    } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
      for (const each of Object.values(value)) visit(each, depth + 1);
    }
  };
  visit(object, 0);
  // A shipper often keeps the line twice, as it came and as its message.
  return [...new Set(found)];
}

const DEEPEST = 64;

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  if (value.length > 0 && value.every((each) => typeof each === 'number')) {
    return [new TextDecoder().decode(Uint8Array.from(value as number[]))];
  }
  return value.flatMap((each) => textsOf(each));
}
