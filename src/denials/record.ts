import { sentenceAt } from './sentence.ts';

/** One record of an audit log. */
export interface AuditRecord {
  /** `AVC`, `SYSCALL`, `PATH` … */
  readonly type: string;
  /**
   * The event that it belongs to: `seconds.milliseconds:serial`, with the node before it where the log has nodes. Empty where the log gives
   * none (journald's text, Android's user space): then the record stands alone.
   */
  readonly event: string;
  /** Seconds since 1970, with milliseconds; 0 where the log does not say. */
  readonly time: number;
  /** The machine, where a prefix names it: `node=`, or syslog's. */
  readonly host: string | undefined;
  /** `key=value` pairs; quotes are gone and hexadecimal text is decoded. Of a repeated key the first counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** One of them, without taking the others apart. */
  field(key: string): string | undefined;
  /** What stands before the first pair: `avc:  denied  { read } for`. */
  readonly message: string;
  /** What follows the head of the record, as it was. */
  readonly body: string;
  /** The line as it was, without the interpreted fields that auditd may append. */
  readonly raw: string;
  /** `ausearch -i` wrote it, with names as they are. */
  readonly interpreted: boolean;
}

/** A longer line is cut: the kernel's own records end at 8,970 bytes (AUDIT_MESSAGE_TEXT_MAX), so such a line is no record. */
export const LONGEST_LINE = 65_536;

/**
 * A line in any of the shapes of docs/logs.md: audit.log, ausearch (raw, or interpreted with -i), the kernel's log, journald's text, syslog,
 * Android's logcat, with the prefixes that these and grep put before it. Undefined for any other line.
 */
export function parseRecord(line: string): AuditRecord | undefined {
  const head = usualHead(line) ?? otherHead(line);
  if (head === undefined) return undefined;
  return new Line(head, withoutInterpretation(line));
}

/** What is known of a record before its pairs are taken apart. */
interface Head {
  readonly type: string;
  readonly event: string;
  readonly time: number;
  /** Where the body begins. */
  readonly end: number;
  /** `ausearch -i` puts no quotes around names. */
  readonly interpreted: boolean;
}

/** Most records of a log are never looked into: their pairs are taken apart when somebody asks. */
class Line implements AuditRecord {
  readonly type: string;
  readonly event: string;
  readonly time: number;
  readonly raw: string;
  readonly #end: number;
  readonly interpreted: boolean;
  #split: ReturnType<typeof splitFields> | undefined;

  constructor(head: Head, raw: string) {
    this.type = head.type;
    this.event = head.event;
    this.time = head.time;
    this.raw = raw;
    this.#end = head.end;
    this.interpreted = head.interpreted;
  }

  get host(): string | undefined {
    // audit.log's own form has none.
    if (this.raw.startsWith('type=')) return undefined;
    const prefix = this.raw.slice(0, Math.min(this.#end, LONGEST_PREFIX));
    return /\b(?:node|host)=(\S{1,255}) /.exec(prefix)?.[1] ?? hostOf(prefix);
  }

  get body(): string {
    return this.raw.slice(this.#end);
  }

  get fields(): ReadonlyMap<string, string> {
    return this.#parts().fields;
  }

  get message(): string {
    return this.#parts().message;
  }

  field(key: string): string | undefined {
    return this.#split === undefined && !this.interpreted
      ? pairIn(this.body, this.type, key)
      : this.fields.get(key);
  }

  #parts(): ReturnType<typeof splitFields> {
    this.#split ??= splitFields(this.body, this.type, this.interpreted);
    return this.#split;
  }
}

/**
 * auditd's enriched format appends the interpretation after a group separator, which syslog writes as #035; the interpretation can be forged
 * by names.
 */
function withoutInterpretation(line: string): string {
  let end = line.indexOf('\x1d');
  if (end === -1 && line.includes('#035')) end = line.search(/#035(?=[A-Z]+=)/);
  return (end === -1 ? line : line.slice(0, end)).trimEnd();
}

/** audit.log's own form, which nearly every line of a log has: read without a regular expression, since there are millions. */
function usualHead(line: string): Head | undefined {
  if (!line.startsWith('type=')) return undefined;
  const middle = line.indexOf(' msg=audit(', 6);
  if (middle < 0 || middle > 45) return undefined;
  const from = middle + 11;
  const close = line.indexOf('):', from);
  const dot = line.indexOf('.', from);
  if (close < 0 || dot < 0 || dot > close || line.charCodeAt(dot + 4) !== COLON) return undefined;
  if (!areDigits(line, from, dot, 12) || !areDigits(line, dot + 1, dot + 4, 3)) return undefined;
  if (!areDigits(line, dot + 5, close, 20)) return undefined;
  const type = typeNamed(line.slice(5, middle));
  if (type === undefined) return undefined;
  return {
    type,
    event: line.slice(from, close),
    time: Number(line.slice(from, dot + 4)),
    end: close + (isSpace(line.charCodeAt(close + 2)) ? 3 : 2),
    interpreted: false,
  };
}

const COLON = 58;

function areDigits(text: string, from: number, to: number, most: number): boolean {
  if (to <= from || to - from > most) return false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Of a few hundred names that there are each is looked at once. */
function typeNamed(name: string): string | undefined {
  const known = TYPES.get(name);
  if (known !== undefined) return known;
  if (!/^[A-Z0-9_]{1,40}$/.test(name)) return undefined;
  const type = KERNEL_TYPES[name] ?? name;
  if (TYPES.size < 1000) TYPES.set(name, type);
  return type;
}

const TYPES = new Map<string, string>();

/** The first head in the line counts: a message could quote another record. */
function otherHead(line: string): Head | undefined {
  if (!line.includes('audit')) return denialAlone(line) ?? refusalAlone(line);
  const found = [stampedHead(line), journalHead(line)].filter((head) => head !== undefined);
  const [first] = found.sort((a, b) => a.start - b.start);
  return first ?? denialAlone(line) ?? refusalAlone(line);
}

type Placed = Head & { readonly start: number };

/** With a stamp, `audit(…)`: seconds of the kernel's clock, or the date that `ausearch -i` makes of them. */
function stampedHead(line: string): Placed | undefined {
  const match = STAMPED.exec(line);
  if (match === null || match.index > LONGEST_PREFIX) return undefined;
  const [matched, node, named, number, seconds, fraction, serial, date, serialOfDate] = match;
  // A tool that is older than the kernel gives the number.
  const type = named === 'UNKNOWN' ? (number ?? named) : named;
  const stamp = date === undefined ? `${seconds}.${fraction}:${serial}` : `${date}:${serialOfDate}`;
  return {
    type: KERNEL_TYPES[type ?? ''] ?? type ?? 'AVC',
    event: node === undefined ? stamp : `${node} ${stamp}`,
    time: date === undefined ? Number(`${seconds}.${fraction}`) : timeOf(date),
    start: match.index,
    end: match.index + matched.length,
    interpreted: date !== undefined,
  };
}

const STAMPED =
  /(?:\b(?:node|host)=(\S{1,255}) )?(?:\btype=([A-Za-z0-9_]{1,40})(?:\[(\d{1,5})\])? )?(?:\bmsg=)?\baudit\((?:(\d{1,12})\.(\d{1,9}):(\d{1,20})|([\d./ -]{6,16}\d\d:\d\d:\d\d(?: ?[AP]M)?\.\d{3}):(\d{1,20}))\)\s?:\s?/;

/** journald's text, `audit[7]: AVC avc: …`: it has no stamp, and the time before it has no year. */
function journalHead(line: string): Placed | undefined {
  const match = JOURNAL.exec(line);
  if (match === null || match.index > LONGEST_PREFIX) return undefined;
  const [matched, name, number] = match;
  const type = number === undefined ? name! : (KERNEL_TYPES[number] ?? `UNKNOWN_${number}`);
  const end = match.index + matched.length;
  return { type, event: '', time: isoTime(line), start: match.index, end, interpreted: false };
}

const JOURNAL = /\baudit(?:\[\d{1,10}\])?: (?:([A-Z][A-Z0-9_]{1,39})|<audit-(\d{4})>) /;

/** The kernel's sentence with neither head nor stamp: very old kernels, Android's user space, D-Bus without auditd. */
function denialAlone(line: string): Head | undefined {
  const at = line.search(/\bavc:\s+denied\b|\bapparmor="(?:DENIED|ALLOWED|KILLED)" operation="/);
  if (at < 0 || at > LONGEST_PREFIX || line.trimStart().startsWith('{')) return undefined;
  const userSpace = /\b(?:SELinux|dbus[\w-]*|systemd|\w*servicemanager|\w*manager)\b/.test(
    line.slice(0, at),
  );
  const type = userSpace ? 'USER_AVC' : 'AVC';
  return { type, event: '', time: isoTime(line), end: at, interpreted: false };
}

/** What SELinux says in the kernel's log besides audit records, as the record that it would be. */
function refusalAlone(line: string): Head | undefined {
  const at = sentenceAt(line);
  if (at < 0 || at > LONGEST_PREFIX) return undefined;
  return { type: 'SELINUX_ERR', event: '', time: isoTime(line), end: at, interpreted: false };
}

/** The machine that a prefix of syslog names. */
export function hostOf(prefix: string): string | undefined {
  return SYSLOG.exec(prefix)?.[1];
}

/** The old date of syslog, or the new one, and the machine; a container's runtime has the stream there. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) (?!std(?:out|err) )([A-Za-z0-9][\w.-]{0,254}) /;

/** What syslog, grep and others put before a record is shorter. */
const LONGEST_PREFIX = 512;

/** The kernel's log gives numbers (include/uapi/linux/audit.h). */
const KERNEL_TYPES: Readonly<Record<string, string>> = {
  1107: 'USER_AVC',
  1122: 'USER_SELINUX_ERR',
  1300: 'SYSCALL',
  1302: 'PATH',
  1307: 'CWD',
  1309: 'EXECVE',
  1327: 'PROCTITLE',
  1400: 'AVC',
  1401: 'SELINUX_ERR',
  // AppArmor's own, before it took AVC's (2.6.36), and as distributions patched it in.
  1502: 'APPARMOR_ALLOWED',
  1503: 'APPARMOR_DENIED',
  1507: 'APPARMOR_KILL',
};

/** The date of an interpreted record, which is in the locale's order and in local time: it is taken for UTC. 0 if it is in no known order. */
function timeOf(text: string): number {
  const match =
    /^(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4}) +(\d\d):(\d\d):(\d\d) ?([AP]M)?\.(\d{3})$/.exec(text);
  if (match === null) return 0;
  const [, first, separator, second, third, hour, minute, rest, half, fraction] = match;
  const numbers = [first, second, third].map(Number) as [number, number, number];
  const dayFirst = separator === '.' || numbers[0] > 12;
  const [year, month, day] =
    first!.length === 4
      ? numbers
      : dayFirst
        ? [numbers[2], numbers[1], numbers[0]]
        : [numbers[2], numbers[0], numbers[1]];
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  const time = Date.UTC(
    year < 100 ? 2000 + year : year,
    month - 1,
    day,
    hours,
    Number(minute),
    Number(rest),
    Number(fraction),
  );
  return Number.isNaN(time) ? 0 : time / 1000;
}

/** The time of a prefix that says the year; 0 for others. */
function isoTime(line: string): number {
  const text = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(
    line.slice(0, LONGEST_PREFIX),
  )?.[0];
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? 0 : time / 1000;
}

function splitFields(
  body: string,
  type: string,
  interpreted: boolean,
): { fields: Map<string, string>; message: string } {
  return interpreted ? splitInterpreted(body) : splitPairs(body, type);
}

/**
 * Audit quotes with `"` and escapes nothing: text that holds a quote, a blank or a control character is written in hexadecimal. A pair
 * stands at the start or after a blank, a bracket or an apostrophe: `key="…"`, `key='…'`, or `key=` up to a blank or a quote.
 */
function splitPairs(body: string, type: string): { fields: Map<string, string>; message: string } {
  const fields = new Map<string, string>();
  let first = body.length;
  eachPair(body, (at, keyEnds, from, to, quoted) => {
    if (fields.size === 0) first = at;
    const key = body.slice(at, keyEnds);
    const value = body.slice(from, to);
    if (!fields.has(key)) fields.set(key, !quoted && isText(key, type) ? decoded(value) : value);
    return false;
  });
  return { fields, message: body.slice(0, first).trim() };
}

/** One value of such a body: of most denials two are asked for. */
function pairIn(body: string, type: string, wanted: string): string | undefined {
  let found: string | undefined;
  eachPair(body, (at, keyEnds, from, to, quoted) => {
    if (keyEnds - at !== wanted.length || !body.startsWith(wanted, at)) return false;
    const value = body.slice(from, to);
    found = !quoted && isText(wanted, type) ? decoded(value) : value;
    return true;
  });
  return found;
}

type VisitPair = (
  at: number,
  keyEnds: number,
  from: number,
  to: number,
  quoted: boolean,
) => boolean;

/** Tells of each pair where its key and its value begin and end, until it is told that this was enough. */
function eachPair(body: string, visit: VisitPair): void {
  for (let at = 0; at < body.length; ) {
    const end = keyEnd(body, at);
    if (end === at || body.charCodeAt(end) !== EQUALS) {
      at = nextStart(body, end === at ? at + 1 : end);
      continue;
    }
    const quote = body.charCodeAt(end + 1);
    const close = quote === DOUBLE || quote === SINGLE ? body.indexOf(QUOTES[quote]!, end + 2) : -1;
    const quoted = close >= 0;
    const from = quoted ? end + 2 : end + 1;
    const to = quoted ? close : bareEnd(body, from);
    if (visit(at, end, from, to, quoted)) return;
    at = nextStart(body, quoted ? close + 1 : to);
  }
}

const EQUALS = 61;
const DOUBLE = 34;
const SINGLE = 39;
const QUOTES: Readonly<Record<number, string>> = { [DOUBLE]: '"', [SINGLE]: "'" };

/** Where a key that begins here ends: `[A-Za-z_][\w-]*`. */
function keyEnd(body: string, from: number): number {
  let at = from;
  for (; at < body.length; at++) {
    const code = body.charCodeAt(at);
    const isWord = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
    if (!isWord && (at === from || !((code >= 48 && code <= 57) || code === 45))) break;
  }
  return at;
}

/** The next place from here on where a pair may begin. */
function nextStart(body: string, from: number): number {
  for (let at = Math.max(from, 1); at < body.length; at++) {
    const before = body.charCodeAt(at - 1);
    if (before === 32 || before === SINGLE || before === 40 || isSpace(before)) return at;
  }
  return body.length;
}

function bareEnd(body: string, from: number): number {
  let at = from;
  for (; at < body.length; at++) {
    const code = body.charCodeAt(at);
    if (code === 32 || code === DOUBLE || code === SINGLE || isSpace(code)) break;
  }
  return at;
}

/** As `\s` has it. */
function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return code >= 160 && /\s/.test(String.fromCharCode(code));
}

function splitInterpreted(body: string): { fields: Map<string, string>; message: string } {
  const fields = new Map<string, string>();
  INTERPRETED_PAIR.lastIndex = 0;
  const first = INTERPRETED_PAIR.exec(body);
  const message = (first === null ? body : body.slice(0, first.index)).trim();
  for (let match = first; match !== null; match = INTERPRETED_PAIR.exec(body)) {
    const [, key, double, single, bare] = match;
    if (!fields.has(key!)) fields.set(key!, double ?? single ?? (bare ?? '').trim());
  }
  return { fields, message };
}

/** `ausearch -i` writes names as they are: a value goes on until the next pair. */
const INTERPRETED_PAIR =
  /(?<=^|[\s('])([A-Za-z_][\w-]*)=(?:"([^"]*)"(?=\s|$)|'([^']*)'(?=\s|$)|([^=]*?(?=\s[A-Za-z_][\w-]*=|$)|\S*))/g;

/** Fields that hold text from outside, as audit_log_untrustedstring writes it: quoted, or hexadecimal. A syscall's a0 to a3 are numbers. */
function isText(key: string, type: string): boolean {
  return UNTRUSTED.has(key) || (type === 'EXECVE' && /^a\d+(\[\d+\])?$/.test(key));
}

const UNTRUSTED: ReadonlySet<string> = new Set(
  'comm exe name path cwd proctitle cmd dev data acct vm profile target peer srcname namespace'.split(
    ' ',
  ),
);

function decoded(value: string): string {
  if (value.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(value)) return value;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
  }
  return new TextDecoder().decode(bytes);
}
