import type { ApparmorAccess, ApparmorDenial } from './apparmor-denial.ts';
import type { ApparmorRequest } from './apparmor-request.ts';
import { isBefore } from './earlier.ts';

/** AppArmor's records of one request of one profile: how often, where and when it came, and whether it was let through. */
export interface ApparmorTally {
  /** As the record has it, with what complain mode makes of what it executes: `rustnet//null-/usr/bin/dash`. */
  readonly profile: string;
  readonly request: ApparmorRequest;
  /** Why, where the kernel says more than that no rule grants it: `Failed name lookup - disconnected path`. */
  readonly info: string | undefined;
  readonly count: number;
  /** Seconds since 1970, by the log's clock; 0 where it has none. */
  readonly first: number;
  readonly last: number;
  /** How many were let through, in complain mode, and how many were refused. */
  readonly allowed: number;
  readonly refused: number;
  /** Names of the commands that asked: a few at most. */
  readonly commands: readonly string[];
  /** The machines, where the log names them: sorted. */
  readonly hosts: readonly string[];
  readonly versions: readonly string[];
  /** The earliest of them. */
  readonly example: ApparmorDenial;
}

const MOST_NAMES = 5;
/** Paths are names from outside, and a program that is refused can make up any number of them. */
const MOST_TALLIES = 20_000;
const MOST_HOSTS = 10_000;

/** Counts records as they come: memory grows with the distinct requests, and ends at a bound. */
export class ApparmorTallies {
  private readonly open = new Map<string, ApparmorTally>();
  /** Records that were not counted, since more than MOST_TALLIES distinct requests came. */
  overflow = 0;

  add({ denial, request, host, version }: ApparmorAccess): void {
    const allowed = denial.outcome === 'ALLOWED' ? 1 : 0;
    this.merge({
      profile: denial.profile,
      request,
      info: denial.info,
      count: 1,
      first: denial.time,
      last: denial.time,
      allowed,
      refused: 1 - allowed,
      commands: denial.comm === undefined ? [] : [denial.comm],
      hosts: host === undefined ? [] : [host],
      versions: version === undefined ? [] : [version],
      example: denial,
    });
  }

  /** Adds what was counted elsewhere. */
  merge(tally: ApparmorTally): void {
    const key = keyOf(tally);
    const found = this.open.get(key);
    if (found === undefined && this.open.size >= MOST_TALLIES) this.overflow += tally.count;
    else this.open.set(key, found === undefined ? tally : together(found, tally));
  }

  /** In the order in which they first appeared. */
  all(): ApparmorTally[] {
    return [...this.open.values()];
  }
}

/** Of two processes that differ in nothing but their number, the first is shown. */
function keyOf({ profile, request, info }: ApparmorTally): string {
  return JSON.stringify([profile, request, info]).replace(
    /(?<=\/proc\/|\/task\/)[0-9]+(?=[/"])/g,
    'N',
  );
}

function together(one: ApparmorTally, other: ApparmorTally): ApparmorTally {
  return {
    ...one,
    count: one.count + other.count,
    first: isBefore(other.first, one.first) ? other.first : one.first,
    last: Math.max(one.last, other.last),
    allowed: one.allowed + other.allowed,
    refused: one.refused + other.refused,
    commands: union(one.commands, other.commands, MOST_NAMES),
    hosts: union(one.hosts, other.hosts, MOST_HOSTS).toSorted(),
    versions: union(one.versions, other.versions, MOST_NAMES).toSorted(),
    example: isBefore(other.example.time, one.example.time) ? other.example : one.example,
  };
}

function union(one: readonly string[], other: readonly string[], most: number): readonly string[] {
  const all = new Set(one);
  // Mostly it has them.
  if (other.every((name) => all.has(name))) return one;
  return [...new Set([...one, ...other])].slice(0, most);
}
