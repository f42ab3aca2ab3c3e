/** One line of an audit log. */
export interface AuditRecord {
  /** `AVC`, `SYSCALL`, `PATH` … */
  readonly type: string;
  /** The event that it belongs to: `seconds.milliseconds:serial`, with `node=` before it where the log has nodes. */
  readonly event: string;
  /** Seconds since 1970, with milliseconds. */
  readonly time: number;
  /** `key=value` pairs; quotes are gone and hexadecimal text is decoded. Of a repeated key the first counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** What stands before the first pair: `avc:  denied  { read } for`. */
  readonly message: string;
  /** The line as it was, without the interpreted fields that auditd may append. */
  readonly raw: string;
}

/** A longer line is cut: the kernel's own records end at 8,970 bytes (AUDIT_MESSAGE_TEXT_MAX), so such a line is no record. */
export const LONGEST_LINE = 65_536;

/**
 * A line of audit.log, of `ausearch --raw`, or of the kernel's log (`audit: type=1400 audit(…): …`); undefined for any other line.
 */
export function parseRecord(line: string): AuditRecord | undefined {
  const head = HEAD.exec(line);
  if (head === null) return undefined;
  const [matched, node, type, seconds, milliseconds, serial] = head;
  // auditd's enriched format appends the interpretation after a group separator; the interpretation can be forged by names.
  const end = line.indexOf('\x1d');
  const raw = end === -1 ? line.trimEnd() : line.slice(0, end).trimEnd();
  const stamp = `${seconds}.${milliseconds}:${serial}`;
  return new Line(
    KERNEL_TYPES[type!] ?? type!,
    node === undefined ? stamp : `${node} ${stamp}`,
    Number(`${seconds}.${milliseconds}`),
    raw,
    matched.length,
  );
}

/** Most records of a log are never looked into: their pairs are taken apart when somebody asks. */
class Line implements AuditRecord {
  readonly type: string;
  readonly event: string;
  readonly time: number;
  readonly raw: string;
  readonly #head: number;
  #split: ReturnType<typeof splitFields> | undefined;

  constructor(type: string, event: string, time: number, raw: string, head: number) {
    this.type = type;
    this.event = event;
    this.time = time;
    this.raw = raw;
    this.#head = head;
  }

  get fields(): ReadonlyMap<string, string> {
    return this.#parts().fields;
  }

  get message(): string {
    return this.#parts().message;
  }

  #parts(): ReturnType<typeof splitFields> {
    this.#split ??= splitFields(this.raw.slice(this.#head), this.type);
    return this.#split;
  }
}

/** The kernel's own prefix is looked for last: most lines have none, and a message could quote one. */
const HEAD =
  /^(?:node=(\S{1,255}) )?(?:.{0,256}\baudit: )??type=([A-Z0-9_]{1,40}) (?:msg=)?audit\((\d{1,12})\.(\d{3}):(\d{1,20})\):\s?/;

/** The kernel's log gives numbers (include/uapi/linux/audit.h). */
const KERNEL_TYPES: Readonly<Record<string, string>> = {
  1107: 'USER_AVC',
  1300: 'SYSCALL',
  1302: 'PATH',
  1307: 'CWD',
  1327: 'PROCTITLE',
  1400: 'AVC',
  1401: 'SELINUX_ERR',
};

function splitFields(body: string, type: string): { fields: Map<string, string>; message: string } {
  const fields = new Map<string, string>();
  PAIR.lastIndex = 0;
  const first = PAIR.exec(body);
  const message = (first === null ? body : body.slice(0, first.index)).trim();
  for (let match = first; match !== null; match = PAIR.exec(body)) {
    const [, key, double, single, bare] = match;
    if (fields.has(key!)) continue;
    if (double !== undefined) fields.set(key!, double);
    else if (single !== undefined) fields.set(key!, single);
    else fields.set(key!, isText(key!, type) ? decoded(bare ?? '') : (bare ?? ''));
  }
  return { fields, message };
}

/** Audit quotes with `"` and escapes nothing: text that holds a quote, a blank or a control character is written in hexadecimal. */
const PAIR = /(?<=^|[\s('])([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s'"]*))/g;

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
