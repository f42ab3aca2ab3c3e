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
  /** What stands before the first pair: `avc:  denied  { read } for`. */
  readonly message: string;
  /** What follows the head of the record, as it was. */
  readonly body: string;
  /** The line as it was, without the interpreted fields that auditd may append. */
  readonly raw: string;
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
  readonly #head: Head;
  #split: ReturnType<typeof splitFields> | undefined;

  constructor(head: Head, raw: string) {
    this.type = head.type;
    this.event = head.event;
    this.time = head.time;
    this.raw = raw;
    this.#head = head;
  }

  get host(): string | undefined {
    // audit.log's own form has none.
    if (this.raw.startsWith('type=')) return undefined;
    const prefix = this.raw.slice(0, Math.min(this.#head.end, LONGEST_PREFIX));
    return /\b(?:node|host)=(\S{1,255}) /.exec(prefix)?.[1] ?? SYSLOG.exec(prefix)?.[1];
  }

  get body(): string {
    return this.raw.slice(this.#head.end);
  }

  get fields(): ReadonlyMap<string, string> {
    return this.#parts().fields;
  }

  get message(): string {
    return this.#parts().message;
  }

  #parts(): ReturnType<typeof splitFields> {
    this.#split ??= splitFields(this.body, this.type, this.#head.interpreted);
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

/** audit.log's own form, which nearly every line of a log has. */
function usualHead(line: string): Head | undefined {
  const match = USUAL.exec(line);
  if (match === null) return undefined;
  const [{ length: end }, type, seconds, milliseconds, serial] = match;
  return {
    type: KERNEL_TYPES[type!] ?? type!,
    event: `${seconds}.${milliseconds}:${serial}`,
    time: Number(`${seconds}.${milliseconds}`),
    end,
    interpreted: false,
  };
}

const USUAL = /^type=([A-Z0-9_]{1,40}) msg=audit\((\d{1,12})\.(\d{3}):(\d{1,20})\):\s?/;

/** The first head in the line counts: a message could quote another record. */
function otherHead(line: string): Head | undefined {
  if (!line.includes('audit')) return denialAlone(line);
  const found = [stampedHead(line), journalHead(line)].filter((head) => head !== undefined);
  const [first] = found.sort((a, b) => a.start - b.start);
  return first ?? denialAlone(line);
}

type Placed = Head & { readonly start: number };

/** With a stamp, `audit(…)`: seconds of the kernel's clock, or the date that `ausearch -i` makes of them. */
function stampedHead(line: string): Placed | undefined {
  const match = STAMPED.exec(line);
  if (match === null || match.index > LONGEST_PREFIX) return undefined;
  const [matched, node, type, seconds, fraction, serial, date, serialOfDate] = match;
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
  /(?:\b(?:node|host)=(\S{1,255}) )?(?:\btype=([A-Za-z0-9_]{1,40})(?:\[\d+\])? )?(?:\bmsg=)?\baudit\((?:(\d{1,12})\.(\d{1,9}):(\d{1,20})|([\d./ -]{6,16}\d\d:\d\d:\d\d(?: ?[AP]M)?\.\d{3}):(\d{1,20}))\)\s?:\s?/;

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
  const at = line.search(/\bavc:\s+denied\b/);
  if (at < 0 || at > LONGEST_PREFIX || line.trimStart().startsWith('{')) return undefined;
  const userSpace = /\b(?:SELinux|dbus[\w-]*|systemd|\w*servicemanager|\w*manager)\b/.test(
    line.slice(0, at),
  );
  const type = userSpace ? 'USER_AVC' : 'AVC';
  return { type, event: '', time: isoTime(line), end: at, interpreted: false };
}

/** The old date of syslog, or the new one, and the machine. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) ([A-Za-z0-9][\w.-]{0,254}) /;

/** What syslog, grep and others put before a record is shorter. */
const LONGEST_PREFIX = 512;

/** The kernel's log gives numbers (include/uapi/linux/audit.h). */
const KERNEL_TYPES: Readonly<Record<string, string>> = {
  1107: 'USER_AVC',
  1300: 'SYSCALL',
  1302: 'PATH',
  1307: 'CWD',
  1309: 'EXECVE',
  1327: 'PROCTITLE',
  1400: 'AVC',
  1401: 'SELINUX_ERR',
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
  const fields = new Map<string, string>();
  const pair = interpreted ? INTERPRETED_PAIR : PAIR;
  pair.lastIndex = 0;
  const first = pair.exec(body);
  const message = (first === null ? body : body.slice(0, first.index)).trim();
  for (let match = first; match !== null; match = pair.exec(body)) {
    const [, key, double, single, bare] = match;
    if (fields.has(key!)) continue;
    if (double !== undefined) fields.set(key!, double);
    else if (single !== undefined) fields.set(key!, single);
    else
      fields.set(
        key!,
        isText(key!, type) && !interpreted ? decoded(bare ?? '') : (bare ?? '').trim(),
      );
  }
  return { fields, message };
}

/** Audit quotes with `"` and escapes nothing: text that holds a quote, a blank or a control character is written in hexadecimal. */
const PAIR = /(?<=^|[\s('])([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s'"]*))/g;

/** `ausearch -i` writes names as they are: a value goes on until the next pair. */
const INTERPRETED_PAIR =
  /(?<=^|[\s('])([A-Za-z_][\w-]*)=(?:"([^"]*)"(?=\s|$)|'([^']*)'(?=\s|$)|([^=]*?(?=\s[A-Za-z_][\w-]*=|$)|\S*))/g;

/** Fields that hold text from outside, as audit_log_untrustedstring writes it: quoted, or hexadecimal. A syscall's a0 to a3 are numbers. */
function isText(key: string, type: string): boolean {
  return UNTRUSTED.test(key) || (type === 'EXECVE' && /^a\d+(\[\d+\])?$/.test(key));
}

const UNTRUSTED = /^(comm|exe|name|path|cwd|proctitle|cmd|dev|data|acct|vm)$/;

function decoded(value: string): string {
  if (value.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(value)) return value;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
  }
  return new TextDecoder().decode(bytes);
}
