import { LONGEST_LINE } from '../denials/index.ts';
import { besides, CONTEXTS, JOURNAL_HEAD, STAMPED_HEAD, telling } from './record-shape.ts';

/**
 * The lines of JSON files: one column `line`. The reader of CSV is the only one of DuckDB's that keeps a line that is no JSON; the delimiter
 * is a character that JSON does not allow. What it cannot take as a line (bytes that are no UTF-8, endless lines) is in reject_errors.
 */
export function jsonLines(files: readonly string[]): string {
  return `SELECT line FROM read_csv(${fileList(files)}, columns = {'line': 'VARCHAR'}, delim = chr(31), quote = '', escape = '', header = false, auto_detect = false, compression = 'auto', max_line_size = ${MOST_BYTES}, store_rejects = true, rejects_limit = 0, strict_mode = false)`;
}

/** The rows of Parquet files, each as a line of JSON. */
export function parquetLines(files: readonly string[]): string {
  return `SELECT to_json(t)::VARCHAR AS line FROM read_parquet(${fileList(files)}, union_by_name = true) t`;
}

/**
 * One row for each request that is written in one way, and machine and version: `kind` says by which shape it was found, and is empty for lines
 * in which nothing matters. Those of the kind `reader` are only counted.
 */
export function groups(lines: string, executables: readonly string[]): string {
  return `
SELECT ${KEYS}, count(*)::DOUBLE AS n, min(stamp) FILTER (stamp > 0) AS first, max(stamp) AS last,
  arg_min(line, stamp) FILTER (kind NOT IN ('', 'reader')) AS earliest, arg_max(line, stamp) FILTER (kind NOT IN ('', 'reader')) AS latest
FROM (${shaped(lines, executables)})
GROUP BY ALL`;
}

/** The lines that are for our reader: of no known shape, or of a group in the table \`unlike\`. */
export function forReader(lines: string, executables: readonly string[]): string {
  return `
SELECT line FROM (${shaped(lines, executables)})
WHERE kind = 'reader' OR (${KEYS}) IN (SELECT ${KEYS} FROM unlike)`;
}

/** What makes a group. */
export const KEYS = 'kind, denied, contexts, ioctl, nlmsg, host, version';

/** DuckDB holds a line in memory. */
const MOST_BYTES = 16_000_000;

function shaped(lines: string, executables: readonly string[]): string {
  const isStamped = `regexp_matches(head, ${text(STAMPED_HEAD)}) AND regexp_matches(tail, ${text(CONTEXTS)})`;
  const isJournal = `regexp_matches(head, ${text(JOURNAL_HEAD)}) AND regexp_matches(tail, ${text(CONTEXTS)})`;
  const alone = `split_part(line, 'avc:', 3) = '' AND NOT regexp_matches(line, ${text(besides(executables))})`;
  return `
SELECT line, kind,
  CASE WHEN ordinary THEN split_part(split_part(head, '{ ', 2), ' }', 1) WHEN kind = 'laurel' THEN l_denied WHEN kind = 'auditbeat' THEN b_denied ELSE '' END AS denied,
  CASE WHEN ordinary THEN tail
    WHEN kind = 'laurel' THEN concat_ws(' ', l_source, l_target, l_class, coalesce(l_permissive, '-'))
    WHEN kind = 'auditbeat' THEN concat_ws(' ', b_source, b_target, b_class, coalesce(b_permissive, '-')) ELSE '' END AS contexts,
  CASE WHEN ordinary THEN CASE WHEN contains(head, ' ioctlcmd=') THEN ${pairOf('ioctlcmd')} ELSE '' END
    WHEN kind = 'laurel' THEN coalesce(l_ioctl, '') WHEN kind = 'auditbeat' THEN coalesce(b_ioctl, '') ELSE '' END AS ioctl,
  CASE WHEN ordinary THEN CASE WHEN contains(head, ' nl-msgtype=') THEN ${pairOf('nl-msgtype')} ELSE '' END
    WHEN kind = 'laurel' THEN coalesce(l_nlmsg, '') ELSE '' END AS nlmsg,
  CASE WHEN kind = 'journal audit' THEN trunc(micros::DOUBLE / 1000) / 1000
    WHEN ordinary THEN split_part(split_part(head, 'audit(', 2), ':', 1)::DOUBLE
    WHEN id IS NOT NULL THEN coalesce(try_cast(split_part(id, ':', 1) AS DOUBLE), 0)
    WHEN kind = 'auditbeat' THEN coalesce(epoch(try_cast(b_time AS TIMESTAMPTZ)), 0)
    WHEN ${AUDIT} AND audit_id IS NOT NULL THEN coalesce(trunc(try_cast(micros AS DOUBLE) / 1000) / 1000, 0)
    ELSE coalesce(try_cast(split_part(split_part(line, 'audit(', 2), ':', 1) AS DOUBLE), 0) END AS stamp,
  coalesce(${HOST}, CASE WHEN starts_with(head, 'node=') THEN split_part(substr(head, 6), ' ', 1) END, '') AS host,
  coalesce(program_version, package_version, '') AS version
FROM (SELECT *, kind NOT IN ('', 'reader', 'laurel', 'auditbeat') AS ordinary FROM (
  SELECT *,
    CASE
      WHEN length(line) > ${LONGEST_LINE} THEN 'reader'
      WHEN journal IS NOT NULL AND NOT ${AUDIT} AND ${isStamped} THEN 'journal'
      WHEN journal IS NOT NULL AND ${AUDIT} AND ${isJournal} AND regexp_matches(audit_id, '^[0-9]+$') AND regexp_matches(micros, '^[0-9]+$') THEN 'journal audit'
      WHEN journal IS NOT NULL OR id IS NOT NULL OR sequence IS NOT NULL THEN
        CASE
          WHEN journal IS NULL AND ${LAUREL} AND NOT regexp_matches(line, ${text(besides(executables))}) THEN 'laurel'
          WHEN journal IS NULL AND ${AUDITBEAT} AND NOT regexp_matches(line, ${text(besides(executables))}) THEN 'auditbeat'
          WHEN journal IS NULL AND id IS NULL AND ${isStamped} AND ${alone} THEN 'kept by auditbeat'
          WHEN regexp_matches(line, ${text(telling(executables))}) THEN 'reader'
          ELSE '' END
      WHEN ${isStamped} AND ${alone} THEN 'text'
      WHEN regexp_matches(line, ${text(telling(executables))}) THEN 'reader'
      ELSE '' END AS kind
  FROM (
    SELECT *, split_part(said, ' scontext=', 1) AS head, substr(said, length(split_part(said, ' scontext=', 1)) + 11) AS tail
    FROM (
      SELECT *, rtrim(split_part(coalesce(journal, CASE WHEN sequence IS NOT NULL THEN kept_first ELSE message END, ''), chr(29), 1), chr(10) || ' ') AS said
      FROM (
        SELECT line, ${named(COMMON, 'c')}, ${named(OF_LAUREL, 'l')}, ${named(OF_AUDITBEAT, 'b')}
        FROM (
          SELECT line, ${extracted(COMMON, 'valid')} AS c,
            ${extracted(OF_LAUREL, `valid AND contains(line, '"AVC"')`)} AS l,
            ${extracted(OF_AUDITBEAT, `valid AND contains(line, '"auditd"')`)} AS b
          FROM (SELECT line, json_valid(line) AS valid FROM (${lines}) WHERE line IS NOT NULL AND line <> '')
        )
      )
    )
  )
))`;
}

/** The columns that are made of an object: journald's, and what shippers call the machine and the text. */
const COMMON: Columns = {
  journal_host: '$._HOSTNAME',
  node: '$.NODE',
  host: '$.host',
  host_name: '$.host.name',
  host_hostname: '$.host.hostname',
  hostname: '$.hostname',
  program_version: '$.program_version',
  package_version: '$.package.version',
  journal: '$.MESSAGE',
  transport: '$._TRANSPORT',
  type_name: '$._AUDIT_TYPE_NAME',
  audit_id: '$._AUDIT_ID',
  micros: '$._SOURCE_REALTIME_TIMESTAMP',
  id: '$.ID',
  message: '$.message',
};

/** laurel's. */
const OF_LAUREL: Columns = {
  l_denied: '$.AVC[0].denied',
  l_source: '$.AVC[0].scontext',
  l_target: '$.AVC[0].tcontext',
  l_class: '$.AVC[0].tclass',
  l_permissive: '$.AVC[0].permissive',
  l_ioctl: '$.AVC[0].ioctlcmd',
  l_nlmsg: '$.AVC[0]."nl-msgtype"',
  l_comm: '$.AVC[0].comm',
  l_name: '$.AVC[0].name',
  l_second: '$.AVC[1]',
  l_msg: '$.AVC[0].msg',
  l_srawcon: '$.AVC[0].srawcon',
  l_trawcon: '$.AVC[0].trawcon',
};

/** auditbeat's. */
const OF_AUDITBEAT: Columns = {
  sequence: '$.auditd.sequence',
  b_denied: '$.auditd.data.seperms',
  b_source: '$.auditd.data.scontext',
  b_target: '$.auditd.data.tcontext',
  b_class: '$.auditd.data.tclass',
  b_permissive: '$.auditd.data.permissive',
  b_ioctl: '$.auditd.data.ioctlcmd',
  b_comm: '$.process.name',
  b_time: '$."@timestamp"',
  kept_first: '$.event.original[0]',
  kept: '$.event.original',
  kept_messages: '$.auditd.messages',
  b_result: '$.auditd.data.seresult',
  b_msg: '$.auditd.data.msg',
  b_listed: '$.auditd.data.denied',
  b_srawcon: '$.auditd.data.srawcon',
  b_trawcon: '$.auditd.data.trawcon',
  b_nlmsg: '$.auditd.data."nl-msgtype"',
};

type Columns = Readonly<Record<string, string>>;

/** The paths of `columns` in each line, as a list; nothing where `when` is not so. */
function extracted(columns: Columns, when: string): string {
  const paths = Object.values(columns).map(text).join(', ');
  return `CASE WHEN ${when} THEN json_extract_string(line, [${paths}]) END`;
}

function named(columns: Columns, list: string): string {
  return Object.keys(columns)
    .map((name, index) => `${list}[${index + 1}] AS ${name}`)
    .join(', ');
}

const LAUREL = `l_denied IS NOT NULL AND l_source IS NOT NULL AND l_target IS NOT NULL AND l_class IS NOT NULL AND l_second IS NULL AND l_msg IS NULL AND l_srawcon IS NULL AND l_trawcon IS NULL AND regexp_matches(id, '^[0-9]+\\.[0-9][0-9][0-9]:[0-9]+$')`;

const AUDITBEAT = `id IS NULL AND kept IS NULL AND kept_messages IS NULL AND b_result = 'denied' AND b_denied IS NOT NULL AND b_source IS NOT NULL AND b_target IS NOT NULL AND b_class IS NOT NULL AND b_msg IS NULL AND b_listed IS NULL AND b_srawcon IS NULL AND b_trawcon IS NULL AND b_nlmsg IS NULL`;

function pairOf(key: string): string {
  return `split_part(split_part(head, ' ${key}=', 2), ' ', 1)`;
}

/** Records that journald took from the kernel apart. */
const AUDIT = `(transport IS NOT DISTINCT FROM 'audit' OR type_name IS NOT NULL)`;

/** An object is no name. */
const HOST = `coalesce(nullif(journal_host, ''), nullif(node, ''), CASE WHEN starts_with(host, '{') THEN NULL ELSE nullif(host, '') END, nullif(host_name, ''), nullif(host_hostname, ''), nullif(hostname, ''))`;

/** Their names as they are: DuckDB would take some characters for a pattern. */
function fileList(files: readonly string[]): string {
  return `[${files.map((file) => text(file.replace(/[*?[]/g, '[$&]'))).join(', ')}]`;
}

/** A text of SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
