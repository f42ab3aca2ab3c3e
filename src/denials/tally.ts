import type { Denial } from './denial.ts';

/** Denials that ask for the same: source type, target type, class, permissions as the kernel asked for them at once, an ioctl's command. */
export interface DenialTally {
  readonly source: string;
  /** `self` where source and target types are the same. */
  readonly target: string;
  readonly tclass: string;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** The command of an ioctl, as the log writes it (`0x5412`). */
  readonly ioctl: string | undefined;
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
  /** The first of them, whole. */
  readonly example: Denial;
}

/** Names that a tally keeps of each kind: enough to understand it, and no log can fill the memory with them. */
const MOST_NAMES = 5;
/** Distinct requests that are kept at most; contexts are the kernel's own words, so only a forged log has more. */
const MOST_TALLIES = 100_000;

/** Counts denials as they come: memory grows with the distinct requests, not with the log. */
export class Tallies {
  private readonly open = new Map<string, Open>();
  /** Denials that were not counted, since more than MOST_TALLIES distinct requests came. */
  overflow = 0;

  add(denial: Denial): void {
    const { source, target, tclass } = denial;
    const ioctl = denial.permissions.includes('ioctl') ? denial.details.ioctlcmd : undefined;
    const key = [source.type, target.type, tclass, ...denial.permissions, ioctl].join(' ');
    const found = this.open.get(key);
    if (found === undefined && this.open.size >= MOST_TALLIES) {
      this.overflow++;
      return;
    }
    const tally = found ?? begin(denial, ioctl);
    if (found === undefined) this.open.set(key, tally);
    keep(tally.commands, denial.comm);
    keep(tally.paths, denial.path);
    tally.count++;
    tally.first = Math.min(tally.first, denial.time);
    tally.last = Math.max(tally.last, denial.time);
    if (denial.permissive === true) tally.permissive++;
    if (denial.permissive === false) tally.refused++;
  }

  /** In the order in which they first appeared. */
  all(): DenialTally[] {
    return [...this.open.values()].map((tally) => ({
      ...tally,
      commands: [...tally.commands],
      paths: [...tally.paths],
    }));
  }
}

/** As a rule's head would say it: `rustnet_t cgroup_t:dir { search }`. */
export function formatTally({ source, target, tclass, permissions, ioctl }: DenialTally): string {
  return `${source} ${target}:${tclass} { ${permissions.join(' ')} }${ioctl === undefined ? '' : ` ${ioctl}`}`;
}

interface Open {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly ioctl: string | undefined;
  readonly commands: Set<string>;
  readonly paths: Set<string>;
  readonly example: Denial;
  count: number;
  first: number;
  last: number;
  permissive: number;
  refused: number;
}

function begin(denial: Denial, ioctl: string | undefined): Open {
  const { source, target, tclass, time } = denial;
  return {
    source: source.type,
    target: target.type === source.type ? 'self' : target.type,
    tclass,
    permissions: denial.permissions,
    ioctl,
    commands: new Set(),
    paths: new Set(),
    example: denial,
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
