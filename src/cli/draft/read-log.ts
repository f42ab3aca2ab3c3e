import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Denial, readDenials, Unread } from '../../denials/index.ts';
import { plainPath, refOf, type Sighting } from '../../draft/index.ts';
import type { LogTally } from '../../fleet/index.ts';
import { printable, quantity } from '../../text/index.ts';
import type { Io } from '../io.ts';
import { readLogEvents } from '../load-denials.ts';

/** What one run showed, and what in it is to be asked. */
export interface Read {
  readonly sightings: readonly Sighting[];
  readonly questions: readonly string[];
}

/** Whose denials of a log are the program's. */
export interface Wanted {
  /** The module's name, whose domain it may have run in. */
  readonly name: string;
  readonly executable: string;
  /** The name by which it was started. */
  readonly command: string;
}

/** A log or a tally of any shape that `review` reads, as it comes: memory grows with the distinct accesses only. Throws NoAuditLog, SourceError. */
export async function readLog(io: Io, file: string, run: number, program: Wanted): Promise<Read> {
  const seen = new Seen(run, program);
  const unread = new Unread();
  const tally = await tallyIn(io, file);
  if (tally !== undefined) {
    seen.addTally(tally);
    for (const lines of tally.unread) unread.merge(lines);
  } else {
    await readLogEvents(io, file, unread, (event) => {
      for (const denial of readDenials(event, unread)) seen.add(denial);
    });
  }
  return seen.read(basename(file), unread);
}

async function tallyIn(
  io: Io,
  file: string,
): Promise<Awaited<ReturnType<typeof import('../fleet/tally-file.ts').readTally>> | undefined> {
  if (file === '-' || !statSync(resolve(io.cwd, file)).isFile()) return undefined;
  const { isTally, readTally } = await import('../fleet/tally-file.ts');
  return isTally(io, file) ? readTally(io, file) : undefined;
}

/** The program's accesses, each once. A path or a port makes two of one request: abilities are found from them. */
class Seen {
  private readonly run: number;
  private readonly program: Wanted;
  private readonly sightings = new Map<string, Sighting>();
  private others = 0;
  private overflow = 0;
  private cut = 0;

  constructor(run: number, program: Wanted) {
    this.run = run;
    this.program = program;
  }

  add(denial: Denial): void {
    const { name, executable, command } = this.program;
    if (isStart(denial, `${name}_t`)) return;
    const ours =
      denial.source.type === `${name}_t` ||
      denial.exe === executable ||
      denial.comm === command.slice(0, COMM_LENGTH);
    if (ours) this.keep(denial, denial.path);
    else this.others++;
  }

  /** Of a tally the paths are a few only; what it passed over and could not keep it knows by number. */
  addTally({ tallies, others, overflow }: LogTally): void {
    for (const { example, paths, count } of tallies) {
      if (paths.length >= TALLIED_PATHS && count > paths.length) this.cut++;
      for (const path of paths.length === 0 ? [undefined] : paths) this.keep(example, path);
    }
    this.others += others;
    this.overflow += overflow;
  }

  read(title: string, unread: Unread): Read {
    const lines = unread.all();
    const asked = [
      [this.others, 'denial', 'of other programs were passed over. Is one of them a helper?'],
      [
        this.overflow,
        'denial',
        'came after the most that can be kept apart. What did they ask for?',
      ],
      [this.cut, 'request', 'have more paths than a tally keeps. Do the logs show others?'],
    ] as const;
    return {
      sightings: [...this.sightings.values()],
      questions: [
        ...asked
          .filter(([count]) => count > 0)
          .map(([count, what, ask]) => `${quantity(count, what)} in ${title} ${ask}`),
        ...lines.map(
          ({ count, examples }) =>
            `${quantity(count, 'line')} of ${title} tell of denials that could not be read or were lost, as ${printable(examples[0]!)}. What did they ask for?`,
        ),
      ],
    };
  }

  private keep(denial: Denial, path: string | undefined): void {
    const sighting = sightingOf(denial, path, this.program.name, this.run);
    const key = JSON.stringify(sighting);
    if (this.sightings.has(key)) return;
    if (this.sightings.size >= MOST_SIGHTINGS) this.overflow++;
    else this.sightings.set(key, sighting);
  }
}

/** Whoever starts a program asks for the way into its domain; the record has the program's file and name already. */
function isStart({ source, target, tclass, permissions }: Denial, domain: string): boolean {
  return (
    source.type !== domain &&
    target.type === domain &&
    tclass === 'process' &&
    permissions.every((permission) => permission === 'transition')
  );
}

/** TASK_COMM_LEN of the kernel without its end. */
const COMM_LENGTH = 15;
const TALLIED_PATHS = 5;
/** A program that walks a file system names every file once: enough to see that it does. */
const MOST_SIGHTINGS = 100_000;

function sightingOf(denial: Denial, path: string | undefined, name: string, run: number): Sighting {
  const { source, target, tclass, permissions } = denial;
  const command = commandOf(denial);
  const port = portOf(denial);
  const whole = path?.startsWith('/') ? plainPath(path) : undefined;
  return {
    // An older module's types are named after the program; the domain of then is the program itself.
    target: target.type === source.type ? 'self' : refOf(target.type, name),
    tclass,
    permissions,
    run,
    role: source.role,
    ...(command === undefined ? {} : { command }),
    path: port === undefined ? whole : undefined,
    ...(port === undefined ? {} : { port }),
    what: port !== undefined ? `port ${port}` : path === undefined ? '' : (whole ?? path),
  };
}

/** An ioctl's command is hexadecimal, with 0x or without; the type of a netlink message is not. A name is none that an ability grants. */
function commandOf({ permissions, details }: Denial): number | undefined {
  const { ioctlcmd, 'nl-msgtype': message } = details;
  if (permissions.includes('ioctl') && ioctlcmd !== undefined) {
    return Number(ioctlcmd.startsWith('0x') ? ioctlcmd : `0x${ioctlcmd}`);
  }
  return permissions.includes('nlmsg') && message !== undefined ? Number(message) : undefined;
}

/** A port that was bound or connected to. */
export function portOf({ permissions, details }: Denial): number | undefined {
  const key = permissions.includes('name_bind')
    ? 'src'
    : permissions.includes('name_connect')
      ? 'dest'
      : undefined;
  const port = Number(key && details[key]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
