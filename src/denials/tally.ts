import { type Context, formatContext } from '../selinux/words/index.ts';
import { type Denial, wholeDenial } from './denial.ts';
import { isBefore } from './earlier.ts';

/**
 * Denials of one request: the contexts that asked and were asked for, class, permissions as the kernel asked for them at once, an ioctl's command
 * or a netlink message's type, and whether it was let through. What it means is a function of these and of a policy; the rest says how
 * often, where and when it came, and is put together from parts in any order of them.
 */
export interface DenialTally {
  readonly source: string;
  /** `self` where source and target types are the same. */
  readonly target: string;
  readonly tclass: string;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** The command of an ioctl: `0x5412`, or a name that an interpreted log gives and this program does not know. */
  readonly ioctl: string | undefined;
  /** The type of a netlink message, `16`. */
  readonly nlmsg: string | undefined;
  /** The type of the label that the target really has, where the log's kernel took it for unlabelled. */
  readonly targetLabel: string | undefined;
  readonly count: number;
  /** Seconds since 1970, by the log's clock. */
  readonly first: number;
  readonly last: number;
  /** How many were let through, by a permissive domain or a permissive system, and how many were refused. Old kernels say neither. */
  readonly permissive: number;
  readonly refused: number;
  /** Names of the commands that asked, and paths or names of what they asked for: in the order of the log, a few at most. */
  readonly commands: readonly string[];
  readonly paths: readonly string[];
  /** The machines, where the log names them: all, sorted. */
  readonly hosts: readonly string[];
  /** The program's versions, where the log has them: sorted, a few at most. */
  readonly versions: readonly string[];
  /** The earliest of them, whole; it has the contexts. */
  readonly example: Denial;
}

/** Names that a tally keeps of each kind: enough to understand it, and no log can fill the memory with them. */
const MOST_NAMES = 5;
/** Distinct requests that are kept at most; contexts are the kernel's own words, so only a forged log has more. */
const MOST_TALLIES = 100_000;
/** Pairs of a request and a machine, likewise: a thousand requests on ten thousand machines. */
const MOST_PAIRS = 10_000_000;

/** Counts denials as they come: memory grows with the distinct requests, not with the log. */
export class Tallies {
  private readonly open = new Map<string, Open>();
  private pairs = 0;
  /** Denials that were not counted, since more than MOST_TALLIES distinct requests came. */
  overflow = 0;

  add(denial: Denial): void {
    const extended = extendedOf(denial);
    const tally = this.find(keyOf(denial, extended), denial, extended);
    if (tally === undefined || !this.room(tally, denial.host)) {
      this.overflow++;
      return;
    }
    // What is enough is not looked for.
    if (tally.commands.size < MOST_NAMES) keep(tally.commands, denial.comm);
    if (tally.paths.size < MOST_NAMES) keep(tally.paths, denial.path);
    keep(tally.versions, denial.version);
    if (isBefore(denial.time, tally.example.time)) tally.example = wholeDenial(denial);
    tally.count++;
    if (isBefore(denial.time, tally.first)) tally.first = denial.time;
    tally.last = Math.max(tally.last, denial.time);
    if (denial.permissive === true) tally.permissive++;
    if (denial.permissive === false) tally.refused++;
  }

  /** Adds what was counted elsewhere, as if its denials came now. */
  merge(other: DenialTally): void {
    const { example } = other;
    const tally = this.find(keyOf(example, other), example, other);
    if (tally === undefined || !other.hosts.every((host) => this.room(tally, host))) {
      this.overflow += other.count;
      return;
    }
    for (const command of other.commands) keep(tally.commands, command);
    for (const path of other.paths) keep(tally.paths, path);
    for (const version of other.versions) keep(tally.versions, version);
    absorb(tally, other);
  }

  /** In the order in which they first appeared. */
  all(): DenialTally[] {
    return [...this.open.values()].map((tally) => ({
      ...tally,
      commands: [...tally.commands],
      paths: [...tally.paths],
      hosts: [...tally.hosts].sort(),
      versions: [...tally.versions].sort(),
    }));
  }

  private find(key: string, denial: Denial, extended: Extended): Open | undefined {
    const found = this.open.get(key);
    if (found !== undefined || this.open.size >= MOST_TALLIES) return found;
    const tally = begin(denial, extended);
    this.open.set(key, tally);
    return tally;
  }

  private room({ hosts }: Open, host: string | undefined): boolean {
    if (host === undefined || hosts.has(host)) return true;
    if (this.pairs >= MOST_PAIRS) return false;
    this.pairs++;
    hosts.add(host);
    return true;
  }
}

/** Requests that differ in nothing that is shown, as one. The first one's names come first. */
export function together(tallies: readonly [DenialTally, ...DenialTally[]]): DenialTally {
  const [first, ...others] = tallies;
  const sum = { ...first };
  for (const other of others) absorb(sum, other);
  const few = (names: (tally: DenialTally) => readonly string[]): readonly string[] =>
    [...new Set(tallies.flatMap(names))].slice(0, MOST_NAMES);
  return {
    ...sum,
    commands: few(({ commands }) => commands),
    paths: few(({ paths }) => paths),
    versions: few(({ versions }) => versions).toSorted(),
    hosts: [...new Set(tallies.flatMap(({ hosts }) => hosts))].sort(),
  };
}

/** What a request is, apart from whether it was let through: two with the same words mean the same to a policy. */
export function requestKey(tally: DenialTally): string {
  return wordsOf(tally.example, tally);
}

/** As a rule's head would say it: `rustnet_t cgroup_t:dir { search }`. */
export function formatTally(tally: DenialTally): string {
  const { source, target, tclass, permissions, ioctl, nlmsg, targetLabel } = tally;
  const label = targetLabel === undefined ? '' : ` (${targetLabel})`;
  const extended = `${ioctl === undefined ? '' : ` ${ioctl}`}${nlmsg === undefined ? '' : ` message ${nlmsg}`}`;
  return `${source} ${target}${label}:${tclass} { ${permissions.join(' ')} }${extended}`;
}

type Extended = Pick<DenialTally, 'ioctl' | 'nlmsg' | 'targetLabel'>;

function keyOf(denial: Denial, extended: Extended): string {
  return `${wordsOf(denial, extended)} ${denial.permissive}`;
}

function wordsOf(
  { source, target, targetLabel, tclass, permissions }: Denial,
  { ioctl, nlmsg }: Extended,
): string {
  const label = targetLabel === undefined ? '' : textOf(targetLabel);
  return `${textOf(source)} ${textOf(target)} ${label} ${tclass} ${permissions.join(',')} ${ioctl} ${nlmsg}`;
}

/** A log has few contexts, each again and again. */
function textOf(context: Context): string {
  let text = texts.get(context);
  if (text === undefined) {
    text = formatContext(context);
    texts.set(context, text);
  }
  return text;
}

const texts = new WeakMap<Context, string>();

type Sums = { -readonly [Key in SumKey]: DenialTally[Key] };
type SumKey = 'count' | 'first' | 'last' | 'permissive' | 'refused' | 'example';

function absorb(sum: Sums, other: DenialTally): void {
  sum.count += other.count;
  if (isBefore(other.first, sum.first)) sum.first = other.first;
  sum.last = Math.max(sum.last, other.last);
  sum.permissive += other.permissive;
  sum.refused += other.refused;
  if (isBefore(other.example.time, sum.example.time)) sum.example = other.example;
}

function extendedOf(denial: Denial): Extended {
  // What a class adds is put together when it is asked for.
  const { permissions } = denial;
  return {
    ioctl: permissions.includes('ioctl') ? commandOf(denial.details.ioctlcmd) : undefined,
    nlmsg: permissions.includes('nlmsg') ? messageOf(denial.details['nl-msgtype']) : undefined,
    targetLabel: denial.targetLabel?.type,
  };
}

/** Hexadecimal, also where an old kernel writes no 0x before it; `ausearch -i` writes a name. */
function commandOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text)?.[1];
  const number = digits === undefined ? COMMANDS[text] : Number.parseInt(digits, 16);
  return number === undefined ? text : `0x${number.toString(16)}`;
}

/** The kernel writes a message's type in decimals; a tool may write it otherwise, and what is no number stays as it is. */
function messageOf(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:0x[0-9a-f]{1,4}|[0-9]{1,5})$/i.test(text)
    ? String(Number(text))
    : text;
}

/** Commands of terminals, sockets and Bluetooth that `ausearch -i` names (asm-generic/ioctls.h, linux/sockios.h). */
const COMMANDS: Readonly<Record<string, number>> = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TCSBRK: 0x5409,
  TCXONC: 0x540a,
  TCFLSH: 0x540b,
  TIOCEXCL: 0x540c,
  TIOCNXCL: 0x540d,
  TIOCSCTTY: 0x540e,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCOUTQ: 0x5411,
  TIOCSTI: 0x5412,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  TIOCLINUX: 0x541c,
  TIOCCONS: 0x541d,
  TIOCSERIAL: 0x541f,
  TIOCNOTTY: 0x5422,
  FIONREAD: 0x541b,
  FIONBIO: 0x5421,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
  FIOASYNC: 0x5452,
  SIOCGIFNAME: 0x8910,
  SIOCGIFCONF: 0x8912,
  SIOCGIFFLAGS: 0x8913,
  SIOCSIFFLAGS: 0x8914,
  SIOCGIFADDR: 0x8915,
  SIOCSIFADDR: 0x8916,
  SIOCGIFNETMASK: 0x891b,
  SIOCGIFMTU: 0x8921,
  SIOCSIFMTU: 0x8922,
  SIOCSIFHWADDR: 0x8924,
  SIOCGIFHWADDR: 0x8927,
  SIOCGIFINDEX: 0x8933,
  SIOCETHTOOL: 0x8946,
};

interface Open
  extends Pick<
    DenialTally,
    'source' | 'target' | 'tclass' | 'permissions' | 'ioctl' | 'nlmsg' | 'targetLabel'
  > {
  readonly commands: Set<string>;
  readonly paths: Set<string>;
  readonly hosts: Set<string>;
  readonly versions: Set<string>;
  example: Denial;
  count: number;
  first: number;
  last: number;
  permissive: number;
  refused: number;
}

function begin(denial: Denial, extended: Extended): Open {
  const { source, target, tclass, time } = denial;
  return {
    source: source.type,
    target: target.type === source.type ? 'self' : target.type,
    tclass,
    permissions: denial.permissions,
    ...extended,
    commands: new Set(),
    paths: new Set(),
    hosts: new Set(),
    versions: new Set(),
    example: wholeDenial(denial),
    count: 0,
    first: time,
    last: time,
    permissive: 0,
    refused: 0,
  };
}

function keep(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && names.size < MOST_NAMES) names.add(name);
}
