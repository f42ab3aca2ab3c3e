import type { DuckDBConnection } from '@duckdb/node-api';
import {
  auditEvents,
  type Denial,
  eventsIn,
  LONGEST_LINE,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
} from '../../denials/index.ts';
import { type Collector, forReader, groups, KEYS, text } from '../../fleet/index.ts';
import { rowsOf } from './duckdb.ts';

/** Groups lines in the engine: one pass over them. */
export async function group(
  db: DuckDBConnection,
  lines: string,
  executables: readonly string[],
): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE grouped AS ${groups(lines, executables)}`);
}

/**
 * Takes what came of `group`: one line of each group is read by our reader, which says what all of them ask. A group whose line it reads in
 * another way, and every line of no known shape, is read by it line by line. Returns how many lines held a record or something to tell.
 */
export async function collectGrouped(
  db: DuckDBConnection,
  lines: string,
  executables: readonly string[],
  collector: Collector,
): Promise<number> {
  let [told, others] = [0, 0];
  const unlike: string[] = [];
  for await (const row of rowsOf(db, 'SELECT * FROM grouped')) {
    const one = row as unknown as Row;
    if (one.kind === '' && !(one.last > 0)) continue;
    told += one.n;
    const first = one.first ?? 0;
    if (one.kind !== 'reader') collector.hosts.add(one.host, first, one.last);
    if (one.kind === 'reader') others += one.n;
    else if (one.kind !== '') {
      const group = { ...one, first, hosts: [one.host], versions: [one.version] };
      if (!takeGroup(group, collector)) unlike.push(tuple(row));
    }
  }
  if (others + unlike.length > 0) {
    // An event may go on in the next line.
    await db.run('SET preserve_insertion_order = true');
    await db.run(`CREATE OR REPLACE TEMP TABLE unlike AS SELECT ${KEYS} FROM grouped LIMIT 0`);
    for (const key of unlike) await db.run(`INSERT INTO unlike VALUES ${key}`);
    for await (const event of auditEvents(
      linesOf(db, forReader(lines, executables)),
      collector.unread,
    ))
      collector.add(event);
    await db.run('SET preserve_insertion_order = false');
  }
  return told;
}

function tuple(row: Readonly<Record<string, unknown>>): string {
  return `(${KEYS.split(', ')
    .map((name) => text(String(row[name])))
    .join(', ')})`;
}

async function* linesOf(db: DuckDBConnection, sql: string): AsyncGenerator<string> {
  // As auditLines cuts them.
  for await (const { line } of rowsOf(db, sql)) yield String(line).slice(0, LONGEST_LINE);
}

interface Row {
  readonly kind: string;
  readonly host: string;
  readonly version: string;
  readonly n: number;
  readonly first: number | null;
  readonly last: number;
  readonly earliest: string;
  readonly latest: string;
}

/** Denials that are written alike, with the first and the last of them. */
export interface Group {
  readonly hosts: readonly string[];
  readonly versions: readonly string[];
  readonly n: number;
  readonly first: number;
  readonly last: number;
  readonly earliest: string;
  readonly latest: string;
}

/** Takes a group if our reader reads both of its lines as one denial each, and as the same. */
export function takeGroup(group: Group, collector: Collector): boolean {
  const [earliest, latest] = [group.earliest, group.latest].map(onlyDenial);
  if (earliest === undefined || latest === undefined || !isSame(earliest, latest)) return false;
  const known = (names: readonly (string | undefined)[]): string[] => [
    ...new Set(names.filter((name) => name !== undefined && name !== '') as string[]),
  ];
  collector.addCounted({
    example: earliest,
    count: group.n,
    first: group.first,
    last: group.last,
    hosts: known(group.hosts),
    versions: known(group.versions),
    commands: known([earliest.comm, latest.comm]),
    paths: known([earliest.path, latest.path]),
  });
  return true;
}

function isSame(one: Denial, other: Denial): boolean {
  const tallies = new Tallies();
  tallies.add(one);
  tallies.add(other);
  return tallies.all().length === 1;
}

/** What our reader reads in a line, if that is one denial and nothing besides. */
function onlyDenial(line: string): Denial | undefined {
  const unread = new Unread();
  const events = eventsIn(line, unread);
  const denials = events.flatMap((event) => readDenials(event, unread));
  const isAlone =
    denials.length === 1 &&
    unread.all().length === 0 &&
    events.every((event) => refusalsOf(event).length === 0);
  return isAlone ? denials[0] : undefined;
}
