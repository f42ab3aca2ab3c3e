import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The house's import table: a room may import what its line lists, through that room's index.ts, and nothing else.
 * Change it together with ARCHITECTURE.md.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  text: [],
  patterns: [],
  description: ['selinux/words'],
  abilities: ['description'],
  verdict: ['description'],
  'selinux/words': [],
  'selinux/facts': [],
  'selinux/module': ['description', 'selinux/facts', 'selinux/prove', 'selinux/words', 'text'],
  'selinux/policydb': [],
  'selinux/file-contexts': ['selinux/words', 'patterns'],
  'selinux/query': ['selinux/policydb', 'selinux/file-contexts', 'selinux/words'],
  'selinux/prove': [
    'selinux/query',
    'selinux/file-contexts',
    'description',
    'verdict',
    'selinux/policydb',
    'selinux/words',
  ],
  'apparmor/profile': ['denials', 'description', 'text'],
  'apparmor/compiled': [],
  'apparmor/query': ['apparmor/compiled', 'patterns'],
  'apparmor/prove': ['apparmor/compiled', 'apparmor/query', 'description', 'verdict', 'patterns'],
  'apparmor/review': [
    'apparmor/compiled',
    'apparmor/profile',
    'apparmor/prove',
    'apparmor/query',
    'denials',
    'description',
  ],
  packaging: ['apparmor/profile', 'description', 'selinux/module', 'selinux/words', 'text'],
  denials: ['selinux/words'],
  review: [
    'denials',
    'selinux/prove',
    'selinux/query',
    'selinux/file-contexts',
    'description',
    'selinux/policydb',
    'selinux/words',
  ],
  upkeep: [
    'description',
    'selinux/facts',
    'selinux/prove',
    'selinux/policydb',
    'selinux/query',
    'selinux/words',
  ],
  draft: ['abilities', 'description', 'selinux/policydb', 'selinux/query', 'upkeep'],
  fleet: ['denials', 'review', 'description', 'selinux/words'],
  report: ['description', 'lab', 'text'],
  targets: ['selinux/words'],
  lab: ['description', 'targets', 'denials', 'selinux/words'],
};

/** Folders of rooms: one for each mechanism. */
const MECHANISMS = ['selinux', 'apparmor'];

/**
 * Rooms with rooms in them, and what those import; `.` are the files beside them. A room's door imports any. What stands beside `prove`'s
 * rooms is above them, and none imports it; what stands beside `query`'s is below.
 */
const SUB_ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'selinux/prove': {
    '.': ['nevers', 'inquiry'],
    nevers: ['inquiry', 'kernel'],
    inquiry: ['kernel'],
    kernel: [],
  },
  'selinux/query': {
    '.': [],
    rules: ['.'],
    decision: ['.', 'rules'],
    paths: ['.', 'rules', 'decision'],
    components: ['.'],
    assertions: ['.', 'rules'],
    difference: ['.', 'rules', 'decision', 'paths', 'components'],
  },
};

/** Only these touch files, processes, the clock or the network. */
const WORLDLY = ['cli', 'targets', 'lab'];

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

const texts: ReadonlyMap<string, string> = new Map(
  globSync('**/*.ts', { cwd: root }).map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);

const imports: readonly Import[] = [...texts].flatMap(([file, text]) => {
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

/** What files of a room with rooms in it import of that room; its door may import any. */
const within = imports
  .filter(({ from, fromRoom }) => from !== `${fromRoom}/index.ts`)
  .filter(({ fromRoom, toRoom }) => fromRoom === toRoom && SUB_ROOMS[fromRoom] !== undefined)
  .map(({ from, fromRoom, to }) => ({
    room: fromRoom,
    ...{ file: from, target: to },
    ...{ from: subRoomOf(from), to: subRoomOf(to) },
  }));

function subRoomOf(file: string): string {
  const room = roomOf(file);
  return file.split('/').slice(room.split('/').length, -1).join('/') || '.';
}

function roomOf(file: string): string {
  const folders = file.split('/').slice(0, -1);
  return folders.slice(0, MECHANISMS.includes(folders[0]!) ? 2 : 1).join('/') || 'index';
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

test('a room within a room imports only what its table allows', () => {
  const offending = within
    .filter(({ from, to }) => from !== to)
    .filter(({ room, from, to }) => !SUB_ROOMS[room]![from]?.includes(to))
    .map(({ file, target }) => `src/${file} imports src/${target}: not in SUB_ROOMS`);
  expect(offending).toEqual([]);
  const used = new Set(within.map(({ room, from, to }) => `${room}/${from} -> ${to}`));
  const stale = Object.entries(SUB_ROOMS).flatMap(([room, table]) =>
    Object.entries(table).flatMap(([from, list]) =>
      list.map((to) => `${room}/${from} -> ${to}`).filter((line) => !used.has(line)),
    ),
  );
  expect(stale).toEqual([]);
});

test('every room within a room is in its table', () => {
  for (const [room, table] of Object.entries(SUB_ROOMS)) {
    const folders = globSync('*/', { cwd: join(root, room) });
    expect(['.', ...folders].sort()).toEqual(Object.keys(table).sort());
  }
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
  const rooms = new Set(
    ['*/', ...MECHANISMS.map((mechanism) => `${mechanism}/*/`)].flatMap((pattern) =>
      globSync(pattern, { cwd: root }).map((d) => relative('.', d)),
    ),
  );
  for (const other of ['cli', ...MECHANISMS]) rooms.delete(other);
  expect([...rooms].sort()).toEqual(Object.keys(TABLE).sort());
});

test('no file imports itself by way of others, not even for a type', () => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (texts.has(to)) targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  expect(cycles(targets)).toEqual([]);
});

/** One way around for each file at which a walk along the imports comes back to where it is. */
function cycles(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (file: string): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (done.has(file)) return;
    done.add(file);
    way.push(file);
    for (const target of targets.get(file) ?? []) walk(target);
    way.pop();
  };
  for (const file of targets.keys()) walk(file);
  return found;
}

test('a room exports only what another room, a test, a bench or a script uses', () => {
  const idle = Object.keys(TABLE).flatMap((room) => {
    const used = usedFrom(room);
    return exportsOf(`${room}/index.ts`)
      .filter((name) => !used.has(name))
      .map((name) => `src/${room}/index.ts exports ${name}, and nothing outside uses it`);
  });
  expect(idle).toEqual([]);
});

/** The names that a room's door lists. What it passes on as a whole, by `export *`, is a vocabulary and not looked into. */
function exportsOf(door: string): string[] {
  return [...texts.get(door)!.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
    names(list!).map(({ outside }) => outside),
  );
}

/** `a, type b as c`: what each is called where it is declared and where it is imported. */
function names(list: string): { inside: string; outside: string }[] {
  return list
    .split(',')
    .map((one) => one.trim().replace(/^type\s+/, ''))
    .filter((one) => one !== '')
    .map((one) => {
      const [inside, outside] = one.split(/\s+as\s+/);
      return { inside: inside!, outside: outside ?? inside! };
    });
}

/** What is imported from a room outside it. The library's door gives everything that it names to whoever installs it. */
function usedFrom(room: string): ReadonlySet<string> {
  const used = new Set<string>();
  const door = `${room}/index.ts`;
  for (const [file, text] of consumers) {
    if (file.startsWith(`src/${room}/`)) continue;
    for (const [, clause, from] of text.matchAll(
      /^\s*(?:import|export)\s+([^;'"]*?)\s*from\s+'([^']+)'/gm,
    )) {
      if (!leadsTo(file, from!, door)) continue;
      const list = /\{([^}]*)\}/.exec(clause!)?.[1];
      const all = list === undefined ? exportsOf(door) : names(list).map(({ inside }) => inside);
      for (const name of all) used.add(name);
    }
    // What is taken from a room that is imported late is not looked for: any word counts.
    for (const [, from] of text.matchAll(/\bimport\('([^']+)'\)/g)) {
      if (leadsTo(file, from!, door)) for (const [word] of text.matchAll(/\w+/g)) used.add(word);
    }
  }
  return used;
}

function leadsTo(file: string, from: string, door: string): boolean {
  return normalize(join(dirname(file), from)) === `src/${door}`;
}

const consumers: readonly (readonly [string, string])[] = globSync(
  '{src,test,bench,scripts,profiles}/**/*.ts',
  { cwd: join(root, '..') },
).map((file) => [file, readFileSync(join(root, '..', file), 'utf8')]);
