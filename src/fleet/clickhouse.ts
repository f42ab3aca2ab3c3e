import { besides, CONTEXTS, STAMPED_HEAD, telling } from './record-shape.ts';

/** Where records are: a table of records as docs/fleet.md has it, or the view that keeps their tally. */
export interface ClickHouseSource {
  readonly kind: 'records' | 'tally';
  readonly database: string;
  readonly table: string;
}

/**
 * Each distinct request, with how often, where and when; and each line that is for our reader, with its machine. One GROUP BY, directly on
 * the table: a Distributed one groups on its shards. 18.16 and current releases know all of it.
 */
export function requests(source: ClickHouseSource, executables: readonly string[]): string {
  const { n, first, last, earliest, latest, shape } = columnsOf(source, executables);
  return `SELECT ${shape.join(', ')}, groupUniqArray(host) AS hosts, groupUniqArray(program_version) AS versions, toFloat64(${n}) AS n, ${first} AS first, ${last} AS last, ${earliest} AS earliest, ${latest} AS latest
FROM ${tableOf(source)} WHERE kind != '' GROUP BY ${KEYS} LIMIT ${MOST_LINES} BY kind`;
}

/** Each machine, with the times of its records; how many of its lines matter, so that none is missed. */
export function machines(source: ClickHouseSource, executables: readonly string[]): string {
  const { first, last, told } = columnsOf(source, executables);
  return `SELECT host, ${first} AS first, ${last} AS last, toFloat64(${told}) AS told FROM ${tableOf(source)} GROUP BY host`;
}

/** The view that keeps the tally by increments, made anew for a program: which lines matter depends on it. */
export function tallyView(
  { database, table }: Omit<ClickHouseSource, 'kind'>,
  view: string,
  executables: readonly string[],
): string {
  const shape = shapeOf(executables);
  const stamp = STAMP;
  return `CREATE MATERIALIZED VIEW ${name(database)}.${name(view)}
ENGINE = AggregatingMergeTree() PARTITION BY toYYYYMM(day) ORDER BY (day, host, program_version, ${KEYS})
AS SELECT toDate(time) AS day, host, program_version, ${shape.join(', ')},
  countState() AS n, minState(${stamp}) AS first, maxState(${stamp}) AS last,
  argMinState(record, ${stamp}) AS earliest, argMaxState(record, ${stamp}) AS latest
FROM ${name(database)}.${name(table)} GROUP BY day, host, program_version, ${KEYS}`;
}

/** Requests, and lines that are for our reader, at most; more are counted as not read. */
export const MOST_LINES = 200_000;

const KEYS = 'kind, denied, contexts, ioctl, nlmsg, rest, rest_host';

interface Columns {
  readonly shape: readonly string[];
  readonly n: string;
  readonly first: string;
  readonly last: string;
  readonly earliest: string;
  readonly latest: string;
  readonly told: string;
}

function columnsOf({ kind }: ClickHouseSource, executables: readonly string[]): Columns {
  if (kind === 'tally') {
    return {
      shape: KEYS.split(', '),
      n: 'countMerge(n)',
      first: 'minMerge(first)',
      last: 'maxMerge(last)',
      earliest: 'argMinMerge(earliest)',
      latest: 'argMaxMerge(latest)',
      told: `countMergeIf(n, kind != '')`,
    };
  }
  const shape = shapeOf(executables);
  const [kindAs] = shape;
  return {
    shape,
    n: 'count()',
    first: `min(${STAMP})`,
    last: `max(${STAMP})`,
    earliest: `argMin(record, ${STAMP})`,
    latest: `argMax(record, ${STAMP})`,
    told: `countIf((${kindAs!.replace(/ AS kind$/, '')}) != '')`,
  };
}

/** The record's own time, or when it was taken in. */
const STAMP = `if(match(record, 'audit\\\\([0-9]'), toFloat64OrZero(extract(record, 'audit\\\\(([0-9]+\\\\.[0-9]+)')), toFloat64(toUInt32(time)))`;

function shapeOf(executables: readonly string[]): readonly string[] {
  // auditd's interpretation is no part of the record.
  const said = `replaceRegexpOne(record, '(\\\\x1d.*)?\\\\s*$', '')`;
  const at = `position(${said}, ' scontext=')`;
  const head = `substring(${said}, 1, toUInt64(greatest(${at}, 1) - 1))`;
  const tail = `substring(${said}, ${at} + 10)`;
  const isText = `${at} > 0 AND match(${head}, ${text(STAMPED_HEAD)}) AND match(${tail}, ${text(CONTEXTS)}) AND NOT match(record, ${text(besides(executables))})`;
  const kind = `multiIf(${isText}, 'text', match(record, ${text(telling(executables))}), 'reader', '')`;
  const ofText = (expression: string): string => `if((${kind}) = 'text', ${expression}, '')`;
  const ofReader = (expression: string): string => `if((${kind}) = 'reader', ${expression}, '')`;
  return [
    `${kind} AS kind`,
    `${ofText(`extract(${head}, '\\\\{ ([a-z0-9_ ]+) \\\\}')`)} AS denied`,
    `${ofText(tail)} AS contexts`,
    `${ofText(`extract(${head}, ' ioctlcmd=([^ ]+)')`)} AS ioctl`,
    `${ofText(`extract(${head}, ' nl-msgtype=([^ ]+)')`)} AS nlmsg`,
    `${ofReader('record')} AS rest`,
    `${ofReader('host')} AS rest_host`,
  ];
}

function tableOf({ database, table }: ClickHouseSource): string {
  return `${name(database)}.${name(table)}`;
}

/** ClickHouse's own words of a text. */
function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function name(value: string): string {
  return `\`${value.replace(/[\\`]/g, '\\$&')}\``;
}
