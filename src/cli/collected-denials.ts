import type { Confinement } from '../confinement/index.ts';
import {
  type AuditEvent,
  type DenialTally,
  executionOf,
  type Refusal,
  Refusals,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
  type UnreadLines,
} from '../denials/index.ts';
import { concerns } from '../review/index.ts';
import { parseContext } from '../selinux/index.ts';

/** What audit logs say that concerns one description, or without one anyone. */
export interface LoadedDenials {
  readonly tallies: readonly DenialTally[];
  /** What was refused without a denial. */
  readonly refusals: readonly Refusal[];
  /** The program was executed and stayed in another domain than its own. */
  readonly strays: readonly Stray[];
  /** Denials of others. */
  readonly others: number;
  /** Denials and refusals of ours beyond those that can be kept apart. */
  readonly overflow: number;
  /** What nobody could read. */
  readonly unread: readonly UnreadLines[];
}

export interface Stray {
  readonly exe: string;
  /** The type that it ran as. */
  readonly domain: string;
  readonly count: number;
}

/** What of a description a reader of logs has to know. */
export type Described = Pick<Confinement, 'name' | 'domain' | 'program'>;

/** Gathers what the events of a log say, as they come. */
export class Collected {
  readonly unread: Unread;
  private readonly confinement: Described | undefined;
  private readonly tallies = new Tallies();
  private readonly refusals = new Refusals();
  private readonly strays = new Map<string, { exe: string; domain: string; count: number }>();
  private others = 0;

  constructor(confinement: Described | undefined, unread: Unread = new Unread()) {
    this.unread = unread;
    this.confinement = confinement;
  }

  add(event: AuditEvent): void {
    for (const denial of readDenials(event, this.unread)) {
      if (this.confinement === undefined || concerns(this.confinement, denial)) {
        this.tallies.add(denial);
      } else this.others++;
    }
    const refusals = refusalsOf(event);
    const isOurs = this.confinement === undefined || names(this.confinement, event);
    if (refusals.length > 0 && isOurs) {
      for (const record of refusals) this.refusals.add(record);
    }
    this.stray(event);
  }

  private stray(event: AuditEvent): void {
    if (this.confinement === undefined) return;
    const execution = executionOf(event);
    if (!execution || !this.confinement.program.executables.includes(execution.exe)) return;
    const domain = parseContext(execution.subject)?.type;
    if (domain === undefined || domain === this.confinement.domain) return;
    this.addStray({ exe: execution.exe, domain, count: 1 });
  }

  private addStray({ exe, domain, count }: Stray): void {
    const key = `${exe} ${domain}`;
    const stray = this.strays.get(key) ?? { exe, domain, count: 0 };
    stray.count += count;
    this.strays.set(key, stray);
  }

  /** Takes what another one gathered from what follows. */
  merge(found: LoadedDenials): void {
    for (const tally of found.tallies) this.tallies.merge(tally);
    for (const refusal of found.refusals) this.refusals.merge(refusal);
    for (const stray of found.strays) this.addStray(stray);
    for (const lines of found.unread) this.unread.merge(lines);
    this.others += found.others;
  }

  all(): LoadedDenials {
    return {
      tallies: this.tallies.all(),
      refusals: this.refusals.all(),
      strays: [...this.strays.values()],
      others: this.others,
      overflow: this.tallies.overflow + this.refusals.overflow,
      unread: this.unread.all(),
    };
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
