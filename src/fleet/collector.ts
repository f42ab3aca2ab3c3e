import {
  type ApparmorAccess,
  ApparmorTallies,
  type ApparmorTally,
  type AuditEvent,
  type Denial,
  type DenialTally,
  executionOf,
  type HostSeen,
  Hosts,
  isNameless,
  type Refusal,
  Refusals,
  readApparmor,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
  type UnreadLines,
  withoutApparmor,
} from '../denials/index.ts';
import type { Confinement } from '../description/index.ts';
import { concerns } from '../review/index.ts';
import { parseContext } from '../selinux/words/index.ts';

/** What logs say that concerns one description, of one file or of a fleet, counted; two of them are put together by a Collector. */
export interface LogTally {
  /** The description's; empty where none was given, and everybody's denials count. */
  readonly domain: string;
  readonly tallies: readonly DenialTally[];
  /** What AppArmor refused, where the description names its profile. */
  readonly apparmor: readonly ApparmorTally[];
  /** What was refused without a denial. */
  readonly refusals: readonly Refusal[];
  /** The program was executed and stayed in another domain than its own. */
  readonly strays: readonly Stray[];
  /** Denials of others. */
  readonly others: number;
  /** Denials, refusals and machines beyond those that can be kept apart. */
  readonly overflow: number;
  /** What nobody could read. */
  readonly unread: readonly UnreadLines[];
  /** Whose records were read, whatever they say. */
  readonly hosts: readonly HostSeen[];
}

export interface Stray {
  readonly exe: string;
  /** The type that it ran as. */
  readonly domain: string;
  readonly count: number;
}

/** What of a description a reader of logs has to know. */
export type Described = Pick<Confinement, 'name' | 'domain' | 'program'> & {
  /** Names that its AppArmor profile can have; undefined where AppArmor's records are not its business, and count as not read. */
  readonly profiles?: readonly string[];
};

/** Denials of one request that were counted elsewhere, with one of them. */
export interface CountedDenials {
  readonly example: Denial;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly hosts: readonly string[];
  readonly versions: readonly string[];
  readonly commands: readonly string[];
  readonly paths: readonly string[];
}

/** Takes events, counted denials and other tallies in any order: memory grows with the distinct requests and the machines only. */
export class Collector {
  readonly unread: Unread;
  readonly hosts: Hosts = new Hosts();
  /** What it is about; undefined for anyone's denials. */
  readonly described: Described | undefined;
  private readonly tallies = new Tallies();
  private readonly apparmor = new ApparmorTallies();
  private readonly refusals = new Refusals();
  private readonly strays = new Map<string, { exe: string; domain: string; count: number }>();
  private others = 0;
  private overflow = 0;

  constructor(described: Described | undefined, unread: Unread = new Unread()) {
    this.described = described;
    this.unread = unread;
  }

  add(event: AuditEvent): void {
    this.hosts.add(event.host ?? '', event.time);
    const profiles = this.described?.profiles;
    const accesses = profiles === undefined ? [] : readApparmor(event, this.unread);
    const others = profiles === undefined ? event : withoutApparmor(event);
    for (const denial of readDenials(others, this.unread)) {
      if (this.concerns(denial)) this.tallies.add(denial);
      else this.others++;
    }
    for (const access of accesses) this.addApparmor(access, profiles ?? []);
    this.refused(event);
    this.execution(event);
  }

  private addApparmor(access: ApparmorAccess, profiles: readonly string[]): void {
    const { profile } = access.denial;
    const isOurs =
      access.namespace === undefined &&
      profiles.some((name) => profile === name || profile.startsWith(`${name}//`));
    if (isOurs) this.apparmor.add(access);
    else this.others++;
  }

  addCounted({ example, count, ...rest }: CountedDenials): void {
    if (!this.concerns(example)) {
      this.others += count;
      return;
    }
    const one = new Tallies();
    one.add(example);
    for (const tally of one.all()) {
      const few = (own: readonly string[], others: readonly string[]): readonly string[] => [
        ...new Set([...own, ...others]),
      ];
      this.tallies.merge({
        ...tally,
        ...rest,
        commands: few(tally.commands, rest.commands),
        paths: few(tally.paths, rest.paths),
        count,
        permissive: tally.permissive * count,
        refused: tally.refused * count,
      });
    }
  }

  merge(other: LogTally): void {
    for (const tally of other.tallies) this.tallies.merge(tally);
    for (const tally of other.apparmor) this.apparmor.merge(tally);
    for (const refusal of other.refusals) this.refusals.merge(refusal);
    for (const stray of other.strays) this.stray(stray);
    for (const lines of other.unread) this.unread.merge(lines);
    for (const { host, first, last } of other.hosts) this.hosts.add(host, first, last);
    this.others += other.others;
    this.overflow += other.overflow;
  }

  all(): LogTally {
    return {
      domain: this.described?.domain ?? '',
      tallies: this.tallies.all(),
      apparmor: this.apparmor.all(),
      refusals: this.refusals.all(),
      strays: [...this.strays.values()],
      others: this.others,
      overflow:
        this.overflow +
        this.tallies.overflow +
        this.apparmor.overflow +
        this.refusals.overflow +
        this.hosts.overflow,
      unread: this.unread.all(),
      hosts: this.hosts.all(),
    };
  }

  private refused(event: AuditEvent): void {
    const refusals = refusalsOf(event);
    if (refusals.length === 0) return;
    const isOurs = this.described === undefined || names(this.described, event);
    for (const record of refusals) {
      if (isOurs) this.refusals.add(record);
      else if (isNameless(record, event)) this.unread.add('nameless', record.raw);
    }
  }

  private concerns(denial: Denial): boolean {
    return this.described === undefined || concerns(this.described, denial);
  }

  private execution(event: AuditEvent): void {
    if (this.described === undefined) return;
    const execution = executionOf(event);
    if (!execution || !this.described.program.executables.includes(execution.exe)) return;
    const domain = parseContext(execution.subject)?.type;
    if (domain === undefined || domain === this.described.domain) return;
    this.stray({ exe: execution.exe, domain, count: 1 });
  }

  private stray({ exe, domain, count }: Stray): void {
    const key = `${exe} ${domain}`;
    const found = this.strays.get(key);
    if (found === undefined) this.strays.set(key, { exe, domain, count });
    else found.count += count;
  }
}

/** Whether an event has to do with the description: by a context, or by the name of a program that asked. */
function names({ name, domain, program }: Described, { records }: AuditEvent): boolean {
  const types = new RegExp(`:(?:${domain}|${name}_\\w+)(?=[:\\s"']|$)`);
  const commands = program.executables.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return records.some(
    ({ body, fields }) =>
      types.test(body) || commands.some((each) => each.slice(0, 15) === fields.get('comm')),
  );
}
