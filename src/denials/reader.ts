import { type AuditRecord, hostOf, LONGEST_LINE, parseRecord } from './record.ts';
import { linesOfJson, type Origin } from './structured.ts';
import { mayTell, tellsOfLoss, type Unread } from './unread.ts';
import { behindPrefix, withOwnQuotes } from './wrapping.ts';

/**
 * The records of a log, line by line. A record may be wrapped over lines, several may be joined in one, and a line may be JSON that holds
 * some. What says that something was denied or lost and is no record goes to `unread`.
 */
export class Reader {
  private readonly to: (record: AuditRecord, origin: Origin | undefined) => void;
  private readonly unread: Unread | undefined;
  /** A denial that the next line may continue. */
  private held: { text: string; lines: number } | undefined;
  /** Of the object whose lines are read. */
  private origin: Origin | undefined;

  constructor(to: (record: AuditRecord, origin: Origin | undefined) => void, unread?: Unread) {
    this.to = to;
    this.unread = unread;
  }

  line(line: string): void {
    const whole = cleaned(line);
    const isUsual = whole.startsWith('type=');
    if (!isUsual && this.held === undefined && !MAY_BE_JSON.test(whole) && !mayTell(whole)) return;
    if (!isUsual && this.readsAsJson(whole)) return;
    const text = isUsual && !whole.startsWith('type=AVC') ? whole : withOwnQuotes(whole);
    const record = parseRecord(text);
    if (record === undefined && this.held !== undefined && this.continues(this.held, text)) return;
    this.end();
    if (record === undefined) this.unread?.addIfTelling(text);
    else this.records(text, record);
  }

  state(): unknown {
    return this.held ?? null;
  }

  /** The record that was held, in case its next line continued it. */
  end(): void {
    if (this.held === undefined) return;
    const { held } = this;
    this.held = undefined;
    const record = parseRecord(held.text);
    if (record !== undefined) this.emit(record);
  }

  private readsAsJson(text: string): boolean {
    const json = jsonOf(text);
    const behind = json === undefined ? behindPrefix(text) : undefined;
    if (json === undefined && behind === undefined) return false;
    const inside = linesOfJson(json ?? behind!.json);
    if (inside === undefined && json === undefined) return false;
    this.end();
    // Quotes are escaped in it: half an object must not be read as text.
    if (inside === undefined) this.unread?.addIfTelling(text);
    const outer = this.origin;
    this.origin = {
      host: outer?.host ?? inside?.origin.host ?? hostOf(behind?.prefix ?? ''),
      version: outer?.version ?? inside?.origin.version,
    };
    for (const each of inside?.lines ?? []) this.line(each);
    this.end();
    this.origin = outer;
    return true;
  }

  private emit(record: AuditRecord): void {
    this.to(record, this.origin);
  }

  private records(text: string, record: AuditRecord): void {
    const next = SPLITS.has(record.type) ? joinedAt(text, record) : -1;
    if (next > 0 && record.interpreted) {
      // Names stand there as they are: whether the second record is one, or somebody's name for a file, is not known.
      this.unread?.add('denial', text);
      if (record.type !== 'AVC') this.emit(record);
    } else if (next > 0) {
      this.emit(parseRecord(text.slice(0, next)) ?? record);
      this.line(text.slice(next));
    } else if (record.raw.includes('avc:') && !PERMISSIVE.test(text) && DENIED.test(record.body))
      this.held = { text, lines: 1 };
    else this.emit(record);
  }

  /** Takes a line that is no record as the rest of the denial before it, where it reads like one. */
  private continues(held: { text: string; lines: number }, text: string): boolean {
    if (text.trim() === '' || text.startsWith('----') || held.lines >= MOST_LINES) return false;
    if (held.text.length + text.length > LONGEST_LINE || DENIED.test(text)) return false;
    // What was lost must be counted, also right after a denial that is cut off.
    if (tellsOfLoss(text)) return false;
    const whole = /\stclass=\S/.test(held.text);
    if (whole && !/^\s*(?:permissive|srawcon|trawcon)=|^[a-z0-9_]+ permissive=/.test(text))
      return false;
    // A terminal wraps within words, people and mailers between them.
    const between = /^\s|^[{}]|^for\b|^[a-z][\w-]*=/.test(text) || !/\}/.test(held.text);
    held.text = `${held.text}${between && !/\s$/.test(held.text) ? ' ' : ''}${text}`;
    held.lines++;
    return true;
  }
}

/** More lines than a record of some hundred characters can be wrapped into. */
const MOST_LINES = 12;

const DENIED = /\bavc:\s+denied\b/;
/** A denial's last pair but for labels that the policy lacks; old kernels do not write it. */
const PERMISSIVE = /\spermissive=[01](?!\d)/;

/** What any line of JSON begins with. */
const MAY_BE_JSON = /^(?:\s*[\x1e{"[,]|data: )/;

/** A line of JSON, or of an object that is printed over several lines (`journalctl -o json-pretty`), as an object. */
function jsonOf(text: string): string | undefined {
  if (/^(?:\x1e|data: |[[,]\s*)*\{\s*"/.test(text)) return text;
  return /^\s*"[^"]*"\s*:\s*["[{]/.test(text) ? `{${text.replace(/,\s*$/, '')}}` : undefined;
}

/** Records that the kernel writes hold no other record outside of quotes. */
const SPLITS: ReadonlySet<string> = new Set([
  'AVC',
  'SYSCALL',
  'PATH',
  'CWD',
  'PROCTITLE',
  'SELINUX_ERR',
]);

/** Where a second record begins in a line, outside of quotes; -1 where none does. */
function joinedAt(text: string, { type, raw, body, interpreted }: AuditRecord): number {
  const from = raw.length - body.length;
  // Most lines hold one record, which is soon seen.
  const sentence = type === 'AVC' ? text.indexOf('avc:', from) : -1;
  const again = sentence >= 0 && !interpreted ? text.indexOf('avc:', sentence + 4) : -1;
  if (again < 0 && !text.includes('audit(', from)) return -1;
  const joined = again < 0 ? JOINED : JOINED_SENTENCES;
  joined.lastIndex = sentence === from ? from + 4 : from;
  for (let match = joined.exec(text); match !== null; match = joined.exec(text)) {
    if (match[1] !== undefined) return match.index;
  }
  return -1;
}

const JOINED = /"[^"]*"|((?:node=\S+ )?type=[A-Z0-9_]{1,40} (?:msg=)?audit\()/g;

/** The kernel never writes such a sentence within a record; `ausearch -i` may, since it writes names as they are. */
const JOINED_SENTENCES =
  /"[^"]*"|((?:node=\S+ )?(?:type=[A-Z0-9_]{1,40} )?(?:msg=)?audit\(|(?:audit(?:\[\d+\])?: AVC )?avc:\s+(?:denied|granted)\b)/g;

/** Without a carriage return, a byte order mark, and the colours of grep and journalctl. */
function cleaned(line: string): string {
  // A log in UTF-16, or one that was cut by a crash: no record has such a byte of its own, the kernel writes it in hexadecimal.
  const whole = line.includes('\0') ? line.replaceAll('\0', '').replace(/^\ufffd+/, '') : line;
  const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  if (!text.includes('\x1b') && !text.startsWith('\ufeff')) return text;
  return text.replace(/^\ufeff/, '').replace(/\x1b\[[0-9;]*[mK]/g, '');
}
