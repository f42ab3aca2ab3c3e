import { z } from 'zod';
import { type Denial, type DenialTally, UNREAD_KINDS, type UnreadKind } from '../denials/index.ts';
import { type Context, formatContext, parseContext } from '../selinux/words/index.ts';
import type { LogTally } from './collector.ts';

/** What the first row of a tally says; another number would be another form. */
export const TALLY_FORM = 'confine tally 1';

/** A tally as the rows of one table: JSON lines or Parquet, which other tools read too (docs/fleet.md has the columns). */
export function tallyRows(tally: LogTally): TallyRow[] {
  const { domain, overflow, others } = tally;
  const rows: TallyRow[] = [
    { kind: 'others' as const, domain, ...NOTHING, count: others },
    { kind: 'overflow' as const, domain, ...NOTHING, count: overflow },
    ...tally.tallies.map((each) => requestRow(domain, each)),
    ...tally.refusals.map(({ op, text, count, record }) => ({
      kind: 'refusal' as const,
      domain,
      ...NOTHING,
      source: op,
      text,
      count,
      records: [record],
    })),
    ...tally.strays.map(({ exe, domain: source, count }) => ({
      kind: 'stray' as const,
      domain,
      ...NOTHING,
      source,
      text: exe,
      count,
    })),
    ...tally.unread.map(({ kind, count, examples }) => ({
      kind: 'unread' as const,
      domain,
      ...NOTHING,
      text: kind,
      count,
      records: [...examples],
    })),
    ...tally.hosts.map(({ host, first, last }) => ({
      kind: 'host' as const,
      domain,
      ...NOTHING,
      text: host,
      first,
      last,
    })),
  ];
  // How many follow: a file that was cut off is none.
  return [
    { kind: 'about' as const, domain, ...NOTHING, text: TALLY_FORM, count: rows.length },
    ...rows,
  ];
}

/** The tally of such rows. Throws TallyError for any others, and where a part of them is missing. */
export function tallyOf(rows: Iterable<unknown>): LogTally {
  const read = [...rows].map((row, index) => {
    const { data, error } = ROW.safeParse(row);
    if (data === undefined) throw new TallyError(`row ${index + 1}: ${problem(error)}`);
    return data;
  });
  const of = (kind: TallyRow['kind']): TallyRow[] => read.filter((row) => row.kind === kind);
  const [about] = of('about');
  if (about?.text !== TALLY_FORM) throw new TallyError(`its first row is not \`${TALLY_FORM}\``);
  if (about.count !== read.length - 1) {
    throw new TallyError(`it has ${read.length - 1} rows, and should have ${about.count}`);
  }
  const only = (kind: 'others' | 'overflow'): number => {
    const [row, ...more] = of(kind);
    if (row === undefined || more.length > 0) throw new TallyError(`not one row is \`${kind}\``);
    return row.count;
  };
  if (read.some(({ domain }) => domain !== about.domain)) {
    throw new TallyError('its rows are of several domains');
  }
  return {
    domain: about.domain,
    tallies: of('request').map(requestOf),
    apparmor: [],
    refusals: of('refusal').map(({ source, text, count, records }) => ({
      op: source,
      text,
      count,
      record: records[0] ?? text,
    })),
    strays: of('stray').map(({ source, text, count }) => ({ exe: text, domain: source, count })),
    others: only('others'),
    overflow: only('overflow'),
    unread: of('unread').map(({ text, count, records }) => ({
      kind: unreadKind(text),
      count,
      examples: records,
    })),
    hosts: of('host').map(({ text, first, last }) => ({ host: text, first, last })),
  };
}

/** A file that should be a tally is none, or not a whole one. */
export class TallyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TallyError';
  }
}

/** One row; what its kind has no use for is empty. */
export interface TallyRow {
  kind: 'about' | 'others' | 'overflow' | 'request' | 'refusal' | 'stray' | 'unread' | 'host';
  domain: string;
  source: string;
  target: string;
  target_label: string;
  tclass: string;
  permissions: string[];
  ioctl: string;
  nlmsg: string;
  permissive?: boolean | null | undefined;
  count: number;
  first: number;
  last: number;
  hosts: string[];
  versions: string[];
  commands: string[];
  paths: string[];
  text: string;
  records: string[];
  example: string;
}

const names = z.array(z.string());
const time = z.number().nonnegative();
const ROW: z.ZodType<TallyRow> = z.object({
  kind: z.enum(['about', 'others', 'overflow', 'request', 'refusal', 'stray', 'unread', 'host']),
  domain: z.string(),
  source: z.string(),
  target: z.string(),
  target_label: z.string(),
  tclass: z.string(),
  permissions: names,
  ioctl: z.string(),
  nlmsg: z.string(),
  permissive: z.boolean().nullish(),
  count: z.number().int().nonnegative(),
  first: time,
  last: time,
  hosts: names,
  versions: names,
  commands: names,
  paths: names,
  text: z.string(),
  records: names,
  example: z.string(),
});

const NOTHING = {
  source: '',
  target: '',
  target_label: '',
  tclass: '',
  permissions: [],
  ioctl: '',
  nlmsg: '',
  permissive: null,
  count: 0,
  first: 0,
  last: 0,
  hosts: [],
  versions: [],
  commands: [],
  paths: [],
  text: '',
  records: [],
  example: '',
} satisfies Omit<TallyRow, 'kind' | 'domain'>;

function requestRow(domain: string, tally: DenialTally): TallyRow {
  const { example } = tally;
  const { event, time, by, pid, comm, exe, path, details, host, version } = example;
  return {
    kind: 'request' as const,
    domain,
    ...NOTHING,
    source: formatContext(example.source),
    target: formatContext(example.target),
    target_label: example.targetLabel === undefined ? '' : formatContext(example.targetLabel),
    tclass: tally.tclass,
    permissions: [...tally.permissions],
    ioctl: tally.ioctl ?? '',
    nlmsg: tally.nlmsg ?? '',
    permissive: example.permissive ?? null,
    count: tally.count,
    first: tally.first,
    last: tally.last,
    hosts: [...tally.hosts],
    versions: [...tally.versions],
    commands: [...tally.commands],
    paths: [...tally.paths],
    records: [...example.text],
    example: JSON.stringify({ event, time, by, pid, comm, exe, path, details, host, version }),
  };
}

const EXAMPLE = z.object({
  event: z.string(),
  time,
  by: z.enum(['kernel', 'user-space']),
  pid: z.number().optional(),
  comm: z.string().optional(),
  exe: z.string().optional(),
  path: z.string().optional(),
  host: z.string().optional(),
  version: z.string().optional(),
  details: z.record(z.string(), z.string()),
});

function requestOf(row: TallyRow): DenialTally {
  const [source, target] = [context(row.source), context(row.target)];
  const targetLabel = row.target_label === '' ? undefined : context(row.target_label);
  const { tclass, permissions, count, first, last, hosts, versions, commands, paths } = row;
  const permissive = row.permissive ?? undefined;
  const example: Denial = {
    ...exampleOf(row),
    source,
    target,
    targetLabel,
    tclass,
    permissions,
    permissive,
    text: row.records,
  };
  return {
    source: source.type,
    target: target.type === source.type ? 'self' : target.type,
    tclass,
    permissions,
    ioctl: row.ioctl === '' ? undefined : row.ioctl,
    nlmsg: row.nlmsg === '' ? undefined : row.nlmsg,
    targetLabel: targetLabel?.type,
    count,
    first,
    last,
    permissive: permissive === true ? count : 0,
    refused: permissive === false ? count : 0,
    commands,
    paths,
    hosts,
    versions,
    example,
  };
}

type Example = Pick<Denial, 'event' | 'time' | 'by' | 'details'> & {
  readonly [Key in 'pid']: number | undefined;
} & { readonly [Key in 'comm' | 'exe' | 'path' | 'host' | 'version']: string | undefined };

function exampleOf({ example }: TallyRow): Example {
  let value: unknown;
  try {
    value = JSON.parse(example);
  } catch {
    throw new TallyError('the example of a request is no JSON');
  }
  const { data, error } = EXAMPLE.safeParse(value);
  if (data === undefined) throw new TallyError(`the example of a request: ${problem(error)}`);
  const { pid, comm, exe, path, host, version } = data;
  return { ...data, pid, comm, exe, path, host, version };
}

function context(text: string): Context {
  const found = parseContext(text);
  if (found === undefined) throw new TallyError(`\`${text}\` is no context`);
  return found;
}

function unreadKind(text: string): UnreadKind {
  const found = UNREAD_KINDS.find((kind) => kind === text);
  if (found === undefined) throw new TallyError(`\`${text}\` is not known as unread`);
  return found;
}

function problem(error: z.ZodError): string {
  const [issue] = error.issues;
  return `\`${issue?.path.join('.')}\`: ${issue?.message}`;
}
