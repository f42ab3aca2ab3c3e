/**
 * - `denial`: the line says that something was denied, and is no whole record.
 * - `apparmor`: AppArmor's denial that is no whole record, or in a log that is read for SELinux alone.
 * - `loss`: kernel, auditd or journald say that they dropped records.
 * - `nameless`: SELinux refused something or did not know it, and does not say whose it was.
 * - `told`: setroubleshoot tells of a denial, whose record is elsewhere.
 */
export const UNREAD_KINDS = ['denial', 'apparmor', 'loss', 'nameless', 'told'] as const;
export type UnreadKind = (typeof UNREAD_KINDS)[number];

/** What a log holds, or says that it lacks, and nobody could read: with any of it, nothing may be said of every denial. */
export class Unread {
  private readonly lines = new Map<UnreadKind, { count: number; examples: string[] }>();

  add(kind: UnreadKind, line: string): void {
    const found = this.lines.get(kind) ?? { count: 0, examples: [] };
    found.count++;
    if (found.examples.length < MOST_EXAMPLES) found.examples.push(line.slice(0, LONGEST_EXAMPLE));
    this.lines.set(kind, found);
  }

  /** Begins anew. */
  forget(): void {
    this.lines.clear();
  }

  /** Adds what was counted elsewhere. */
  merge({ kind, count, examples }: UnreadLines): void {
    const found = this.lines.get(kind) ?? { count: 0, examples: [] };
    found.count += count;
    found.examples.push(...examples.slice(0, MOST_EXAMPLES - found.examples.length));
    this.lines.set(kind, found);
  }

  /** A line in which no record was found. */
  addIfTelling(line: string): void {
    if (LOSS.test(line)) this.add('loss', line);
    else if (isCutDenial(line)) this.add('denial', line);
    else if (APPARMOR.test(line)) this.add('apparmor', line);
    else if (TOLD.test(line)) this.add('told', line);
  }

  /** A record of another type than a denial's: the kernel's and the daemon's own say what they dropped, and AppArmor once had some. */
  addIfLost(type: string, line: string): void {
    if (OLD_APPARMOR.test(type)) this.add('apparmor', line);
    if (!type.startsWith('DAEMON') && !type.startsWith('KERNEL')) return;
    if (LOSS.test(line)) this.add('loss', line);
  }

  /** Kinds that occurred, with how many lines and the first of them. */
  all(): readonly UnreadLines[] {
    return [...this.lines].map(([kind, { count, examples }]) => ({ kind, count, examples }));
  }
}

export interface UnreadLines {
  readonly kind: UnreadKind;
  readonly count: number;
  /** A few at most, cut where they are long. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 3;
const LONGEST_EXAMPLE = 300;

/** In JSON the quotes are escaped. */
const APPARMOR = /\bapparmor=\\?"?(?:DENIED|ALLOWED|KILLED)\b/;
/** Types of old kernels. */
const OLD_APPARMOR = /^APPARMOR_(?:ALLOWED|DENIED|KILL)$/;
const TOLD = /\bSELinux is preventing \S/;
const DENIED = /\bavc:\s+denied\b/;

/** Whether a line in which no denial was found is one, or what is left of a record that may have been one. */
function isCutDenial(line: string): boolean {
  if (DENIED.test(line) || WITHOUT_END.test(line)) return true;
  return WITHOUT_HEAD.test(line) && !OTHER_RECORD.test(line);
}

/** Cut off in its head: what would follow is not known to be no denial. */
const WITHOUT_END =
  /(?:\bavc:\s*(?:d|de|den|deni|denie)?|\btype=(?:USER_)?AVC(?:\s+(?:msg=)?[a-z]{0,5}(?:\([^)\s]*\)?)?\s?:?)?)\s*$/;

/** The first bytes are lost, as where a ring buffer or a file begins anew; what every denial ends with is there. */
const WITHOUT_HEAD = /(?:^|\s)tcontext="?[^\s":]+:[^\s":]+:[^\s"]+"?\s+tclass=/;

/** Records that end like a denial and are none: those of rights that are logged when used, and those of SELINUX_ERR. */
const OTHER_RECORD =
  /\bgranted\b|\btype=(?!(?:USER_)?AVC\b|1400\b)|\bop=|\bSELinux:|\bsecurity_\w+:/;

/**
 * kernel/audit.c (audit_log_lost and what it reports), lib/ratelimit.c for functions that log audit records, journald, rsyslog, auditd. An
 * `audit_lost=0` says that nothing was lost.
 */
export const LOSS_PATTERNS: readonly string[] = [
  String.raw`\baudit_lost=0*[1-9]`,
  String.raw`\baudit_backlog=\d+ > audit_backlog_limit=`,
  String.raw`\baudit: (?:backlog|rate limit exceeded|kauditd \w+ queue overflow|out of memory|auditd (?:dis|un)\w+ unexpectedly)`,
  String.raw`(?:(?:audit|avc|selinux|printk)\w{0,64}|\b_*ratelimit): \d+ (?:callbacks|messages) suppressed`,
  String.raw`^\W*\d+ callbacks suppressed`,
  String.raw`\bMissed \d+ kernel messages`,
  String.raw`\bSuppressed \d+ messages from\b`,
  String.raw`\*\* \d+ printk messages dropped`,
  String.raw`\bkmsg buffer overrun, some messages lost`,
  String.raw`\bForwarding to syslog missed \d+ messages`,
  String.raw`\bFailed to write entry \(\d+ items`,
  String.raw`\b\d+ messages? lost due to rate-limiting`,
  String.raw`\blost \d+ messages from pid \d+ due to rate-limiting`,
  String.raw`\bbegin to drop messages due to rate-limiting`,
  String.raw`\bqueue (?:to plugins )?is full - dropping event`,
  String.raw`\bdispatch err(?:or)? \(pipe full\) event lost`,
  String.raw`\bchatty *: uid=\d+\S* .*\bexpire \d+ line`,
  String.raw`\bError receiving audit netlink packet`,
  String.raw`\bAudit daemon (?:is suspending logging|has no space left)`,
];

const LOSS = new RegExp(LOSS_PATTERNS.join('|'));

/** Whether a line says that records were lost. */
export function tellsOfLoss(line: string): boolean {
  return LOSS.test(line);
}

/** Whether a line has a word without which it is neither a record nor tells of anything: most lines of a system's log have none. */
export function mayTell(line: string): boolean {
  return WORDS.test(line);
}

/** One for each of the expressions above, and of the heads of records. */
const WORDS =
  /audit|avc:|AVC|tclass=|apparmor=|suppressed|Suppressed|issed \d|rate-limiting|dropp|Audit|SELinux|SELINUX_ERR|security_|overrun|event lost|expire|Failed to write entry/;
