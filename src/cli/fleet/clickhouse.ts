import type { ClickHouseClient } from '@clickhouse/client';
import { auditEvents, LONGEST_LINE } from '../../denials/index.ts';
import {
  type ClickHouseSource,
  Collector,
  machines,
  requests,
  tallyView,
  times,
} from '../../fleet/index.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../verb.ts';
import { type Group, takeGroup } from './grouped.ts';
import { SourceError } from './source-error.ts';

/** Takes the distinct requests that a ClickHouse server, or a cluster behind it, has counted. Throws SourceError, and UsageError for an address that is none. */
export async function collectClickHouse(
  io: Io,
  address: string,
  executables: readonly string[],
  collector: Collector,
): Promise<void> {
  const { url, username, password, source } = addressOf(io, address);
  // Loaded for those who ask for it.
  const { createClient } = await import('@clickhouse/client');
  const client = createClient({
    url,
    username,
    password,
    request_timeout: PATIENCE,
    // An answer comes whole or not at all, and from all shards.
    clickhouse_settings: { wait_end_of_query: 1, skip_unavailable_shards: 0 },
    log: { level: 127 },
  });
  try {
    await collect(client, source, executables, collector);
  } catch (error) {
    throw sourceError(error as Error, url, source);
  } finally {
    await client.close();
  }
}

/** The statement that makes the view which keeps the tally of a table. Throws UsageError where `from` is no such table. */
export function viewFor(
  io: Io,
  from: readonly string[],
  view: string,
  executables: readonly string[],
): string {
  const [address, ...others] = from;
  if (address === undefined || others.length > 0 || !/^clickhouses?:/.test(address)) {
    throw new UsageError('--view is for one table of ClickHouse', `name it: ${ADDRESS}`);
  }
  const { source } = addressOf(io, address);
  if (source.kind !== 'records') throw wrongAddress('it names a tally, where a table is needed');
  return `${tallyView(source, view, executables)}\n`;
}

/** A question over a billion records takes minutes. */
const PATIENCE = 3_600_000;

async function collect(
  client: ClickHouseClient,
  source: ClickHouseSource,
  executables: readonly string[],
  collector: Collector,
): Promise<void> {
  let [told, got] = [0, 0];
  for await (const row of rowsOf<Machine>(client, machines(source, executables))) {
    collector.hosts.add(row.host, row.first, row.last);
    told += row.told;
  }
  const rest: GroupRow[] = [];
  for await (const row of rowsOf<GroupRow>(client, requests(source, executables))) {
    got += row.n;
    if (row.kind === 'reader') rest.push(row);
    else if (!takeGroup(row, collector)) {
      // All of a group are written alike: what our reader cannot read in one, it cannot in the others.
      collector.unread.merge({
        kind: 'denial',
        count: row.n,
        examples: [row.earliest.slice(0, 300)],
      });
    }
  }
  await readRest(rest, collector);
  if (got < told) {
    const example = `${told - got} lines more than can be fetched`;
    collector.unread.merge({ kind: 'denial', count: told - got, examples: [example] });
  }
}

/** Lines of no known shape, by our reader: in their order, since an event may go on in the next line. */
async function readRest(rest: GroupRow[], collector: Collector): Promise<void> {
  rest.sort((one, other) => one.first - other.first);
  const lineOf = ({ rest: line, rest_host, versions }: GroupRow): string =>
    JSON.stringify({
      host: rest_host,
      program_version: versions[0],
      message: line.slice(0, LONGEST_LINE),
    });
  const lines = function* (): Generator<string> {
    for (const row of rest) {
      if (row.n > MOST_REPEATED) continue;
      for (let i = 0; i < row.n; i++) yield lineOf(row);
    }
  };
  for await (const event of auditEvents(lines(), collector.unread)) collector.add(event);
  for (const row of rest) {
    if (row.n <= MOST_REPEATED) continue;
    const one = new Collector(collector.described);
    for await (const event of auditEvents([lineOf(row)], one.unread)) one.add(event);
    collector.merge(times(one.all(), row.n));
  }
}

/** A line that has no stamp may come a billion times: it is read once, and counts as often. */
const MOST_REPEATED = 1000;

interface Machine {
  readonly host: string;
  readonly first: number;
  readonly last: number;
  readonly told: number;
}

/** A group as it comes back; of one for our reader, `rest` is the line. */
interface GroupRow extends Group {
  readonly kind: string;
  readonly rest: string;
  readonly rest_host: string;
}

async function* rowsOf<Row>(client: ClickHouseClient, query: string): AsyncGenerator<Row> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  for await (const rows of answer.stream<Row>()) for (const row of rows) yield row.json() as Row;
}

/** `clickhouse://user:password@host:8123/database?table=records`, or `tally=` for the view; clickhouses:// for TLS. */
function addressOf(
  io: Io,
  address: string,
): { url: string; username: string; password: string; source: ClickHouseSource } {
  let parsed: URL;
  try {
    parsed = new URL(address);
  } catch {
    throw wrongAddress('it is no address');
  }
  const { searchParams, protocol, hostname, port } = parsed;
  const secure = protocol === 'clickhouses:';
  const database = decodeURIComponent(parsed.pathname.slice(1));
  const [records, tally] = [searchParams.get('table'), searchParams.get('tally')];
  if (hostname === '' || database === '' || database.includes('/')) {
    throw wrongAddress('it lacks a host or a database');
  }
  const table = tally ?? records;
  if (!table || (tally && records)) throw wrongAddress('it names no table, or a table and a tally');
  return {
    url: `${secure ? 'https' : 'http'}://${hostname}:${port || (secure ? 8443 : 8123)}`,
    username: decodeURIComponent(parsed.username) || io.env.CLICKHOUSE_USER || 'default',
    password: decodeURIComponent(parsed.password) || io.env.CLICKHOUSE_PASSWORD || '',
    source: { kind: tally ? 'tally' : 'records', database, table },
  };
}

const ADDRESS = 'clickhouse://USER:PASSWORD@HOST:PORT/DATABASE?table=TABLE';

/** Without the address: it may hold a password. */
function wrongAddress(why: string): UsageError {
  return new UsageError(
    `the address of ClickHouse cannot be used: ${why}`,
    `${ADDRESS}, or ?tally=VIEW; clickhouses:// for TLS`,
  );
}

function sourceError(error: Error, url: string, { database, table }: ClickHouseSource): Error {
  if (error instanceof UsageError) return error;
  const { code: named, type } = error as Error & { code?: string; type?: string };
  // Old servers give the number in their sentence only.
  const code = named ?? /\bCode: (\d+)/.exec(error.message)?.[1];
  const name = `\`${database}.${table}\``;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
    case 'EAI_AGAIN':
      return new SourceError(
        `ClickHouse at ${url} cannot be reached: ${code}`,
        'name the port of its HTTP interface',
      );
    case '60':
    case '81':
      return new SourceError(`ClickHouse at ${url} has no ${name}`, 'docs/fleet.md has the tables');
    case '47':
    case '16':
      return new SourceError(
        `${name} lacks a column: ${firstLine(error)}`,
        'docs/fleet.md has the tables',
      );
    case '192':
    case '193':
    case '194':
    case '516':
      return new SourceError(
        `ClickHouse at ${url} refuses the user or the password`,
        'CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, or in the address',
      );
    default:
      return new SourceError(
        `ClickHouse at ${url} cannot answer: ${[type, firstLine(error)].filter(Boolean).join(' ')}`,
      );
  }
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0]!.slice(0, 300);
}
