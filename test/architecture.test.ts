import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The house's import table: a room may import what its line lists, through that room's index.ts, and nothing else.
 * Change it together with ARCHITECTURE.md.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  text: [],
  selinux: [],
  confinement: ['selinux'],
  abilities: ['confinement'],
  facts: [],
  emit: ['confinement', 'facts', 'selinux'],
  policydb: [],
  patterns: [],
  'file-contexts': ['selinux', 'patterns'],
  query: ['policydb', 'file-contexts', 'selinux'],
  guarantee: ['query', 'file-contexts', 'confinement', 'policydb', 'selinux'],
  denials: ['selinux'],
  review: ['denials', 'guarantee', 'query', 'file-contexts', 'confinement', 'policydb', 'selinux'],
  report: ['lab', 'text'],
  toolchain: [],
  lab: ['confinement', 'toolchain', 'denials'],
  apparmor: ['patterns', 'confinement'],
};

/** Only these touch files, processes, the clock or the network. */
const WORLDLY = ['cli', 'toolchain', 'lab'];

/** `report` sees the shapes of results, never the code that makes them. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  report: ['lab'],
};

const root = join(import.meta.dirname, '..', 'src');

interface Import {
  readonly from: string;
  readonly fromRoom: string;
  readonly to: string;
  readonly toRoom: string | undefined;
  readonly typeOnly: boolean;
}

const imports: readonly Import[] = globSync('**/*.ts', { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+['"]([^'"]+)['"]/gms),
  ].map((match) => {
    const to = match[2]!;
    const inside = to.startsWith('.') ? normalize(join(dirname(file), to)) : undefined;
    return {
      from: file,
      fromRoom: roomOf(file),
      to: inside ?? to,
      toRoom: inside === undefined ? undefined : roomOf(inside),
      typeOnly: match[1] !== undefined,
    };
  });
});

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : 'index';
}

test('a room imports only what the table allows', () => {
  const offending = imports
    .filter(({ fromRoom, toRoom }) => toRoom !== undefined && toRoom !== fromRoom)
    .filter(
      ({ fromRoom, toRoom }) =>
        fromRoom !== 'cli' && fromRoom !== 'index' && !TABLE[fromRoom]?.includes(toRoom!),
    )
    .map(
      ({ from, to }) =>
        `src/${from} imports src/${to}: not in the table of test/architecture.test.ts`,
    );
  expect(offending).toEqual([]);
});

test('a room is entered through its index.ts', () => {
  const offending = imports
    .filter(({ fromRoom, toRoom }) => toRoom !== undefined && toRoom !== fromRoom)
    .filter(({ toRoom, to }) => to !== join(toRoom!, 'index.ts') && toRoom !== 'index')
    .map(({ from, to }) => `src/${from} imports src/${to}: go through src/${roomOf(to)}/index.ts`);
  expect(offending).toEqual([]);
});

test('no line of the table is stale', () => {
  const used = new Set(imports.map(({ fromRoom, toRoom }) => `${fromRoom} -> ${toRoom}`));
  const stale = Object.entries(TABLE)
    .flatMap(([room, list]) => list.map((other) => `${room} -> ${other}`))
    .filter((line) => !used.has(line));
  expect(stale).toEqual([]);
});

test('only the worldly rooms touch files, processes, the clock or the network', () => {
  const offending = imports
    .filter(
      ({ fromRoom, toRoom, to }) =>
        toRoom === undefined &&
        !WORLDLY.includes(fromRoom) &&
        fromRoom !== 'index' &&
        WORLD.test(to),
    )
    .map(({ from, to }) => `src/${from} imports ${to}`);
  expect(offending).toEqual([]);
});

const WORLD =
  /^(node:(fs|child_process|net|http|https|dgram|dns|os|process|worker_threads|timers)(\/|$)|execa$)/;

test('report imports result types only', () => {
  const offending = imports
    .filter(
      ({ fromRoom, toRoom, typeOnly }) => !typeOnly && TYPES_ONLY[fromRoom]?.includes(toRoom ?? ''),
    )
    .map(({ from, to }) => `src/${from} imports values from src/${to}: use \`import type\``);
  expect(offending).toEqual([]);
});

test('every room on disk is in the table', () => {
  const rooms = new Set(globSync('*/', { cwd: root }).map((d) => relative('.', d)));
  rooms.delete('cli');
  expect([...rooms].sort()).toEqual(Object.keys(TABLE).sort());
});
