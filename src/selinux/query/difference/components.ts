import {
  attributesOf,
  type IdSet,
  membersOf,
  type PolicyDb,
  type TypeId,
} from '../../policydb/index.ts';
import { booleans } from '../components/booleans.ts';
import { capabilities } from '../components/capabilities.ts';
import { classes, commons, defaults } from '../components/classes.ts';
import type { Component, Entry } from '../components/component.ts';
import { constraints, validateTransitions } from '../components/constraints.ts';
import { fsUses, genfs } from '../components/file-systems.ts';
import { ibendports, ibpkeys } from '../components/infiniband.ts';
import { initialSids } from '../components/initial-sids.ts';
import { categories, sensitivities } from '../components/levels.ts';
import { netifs, nodes } from '../components/network.ts';
import { ports } from '../components/ports.ts';
import { typeBounds } from '../components/types.ts';
import { users } from '../components/users.ts';
import { categorySetText, rangeText } from '../context-text.ts';
import { REGROUPED, type SharedTable } from './names.ts';
import type { PolicyPair } from './side.ts';

/** What differs in one kind of component. */
export interface ComponentDifference {
  /** Statements or names, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly ModifiedComponent[];
}

/** A component that both policies have, and in what they differ. */
export interface ModifiedComponent {
  /** The name, or what of the statement is the same. */
  readonly name: string;
  readonly changes: readonly Change[];
}

export interface Change {
  /** `permissions`, `types`, `context` … */
  readonly what: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A kind of component, and how two policies' are compared. */
export interface ComponentKind {
  readonly id: string;
  /** As sediff heads it. */
  readonly title: string;
  difference(pair: PolicyPair): ComponentDifference;
}

/** The kinds that sediff knows, in its order, without rules. */
export const COMPONENT_KINDS: readonly ComponentKind[] = [
  {
    id: 'properties',
    title: 'Policy Properties',
    difference: ({ left, right }) => ({
      added: [],
      removed: [],
      modified: (
        [
          ['handle_unknown', left.handleUnknown, right.handleUnknown],
          ['MLS', `${left.mls}`, `${right.mls}`],
          ['version', `${left.version}`, `${right.version}`],
          ['Android netlink bits', androidBits(left), androidBits(right)],
        ] as const
      )
        .filter(([, before, after]) => before !== after)
        .map(([name, before, after]) => ({
          name,
          changes: [{ what: 'value', added: [after], removed: [before] }],
        })),
    }),
  },
  kind('commons', 'Commons', commons, ({ data }) => [['permissions', list(data.permissions)]]),
  kind('classes', 'Classes', classes, ({ data }) => [['permissions', list(data.all)]]),
  kind('booleans', 'Booleans', booleans, ({ data }) => [['default state', [`${data.state}`]]]),
  {
    id: 'roles',
    title: 'Roles',
    difference: ({ left, right, names }) => {
      const types = setComparison(names.types);
      return compareIds(left.roles, right.roles, (a, b) =>
        nonEmpty('types', types(left.roles.types[a]!, right.roles.types[b]!)),
      );
    },
  },
  {
    id: 'types',
    title: 'Types',
    difference: (pair) =>
      compareIds(
        { names: typeNames(pair.left, false), ids: pair.left.types.ids },
        { names: typeNames(pair.right, false), ids: pair.right.types.ids },
        typeComparison(pair),
      ),
  },
  {
    id: 'attributes',
    title: 'Type Attributes',
    difference: ({ left, right, names }) => {
      const types = setComparison(names.types);
      return compareIds(
        { names: typeNames(left, true), ids: left.types.ids },
        { names: typeNames(right, true), ids: right.types.ids },
        (a, b) => nonEmpty('types', types(membersOf(left.types, a), membersOf(right.types, b))),
      );
    },
  },
  kind('users', 'Users', users, ({ data }) => [
    ['roles', list(data.roles)],
    ['default level', [(data.level as string | undefined) ?? 'None (MLS Disabled)']],
    ['range', [(data.range as string | undefined) ?? 'None (MLS Disabled)']],
  ]),
  kind('categories', 'Categories', categories, ({ data }) => [['aliases', list(data.aliases)]]),
  kind('sensitivities', 'Sensitivities', sensitivities, ({ data }) => [
    ['aliases', list(data.aliases)],
  ]),
  {
    id: 'levels',
    title: 'Levels',
    difference: ({ left, right }) =>
      compare(
        levelEntries(left),
        levelEntries(right),
        ({ key }) => key,
        ({ data }) => [['categories', list(data.categories)]],
        ({ expanded }) => expanded,
      ),
  },
];

/** The kinds that sediff shows after the rules. */
export const LATE_COMPONENT_KINDS: readonly ComponentKind[] = [
  {
    id: 'role-allows',
    title: 'Role allow Rules',
    difference: ({ left, right }) => compareStatements(roleAllows(left), roleAllows(right)),
  },
  {
    id: 'role-transitions',
    title: 'Role_transition Rules',
    difference: ({ left, right }) =>
      compareMaps(
        roleTransitions(left),
        roleTransitions(right),
        'role',
        (key, role) => `${key} ${role};`,
      ),
  },
  {
    id: 'range-transitions',
    title: 'Range_transition Rules',
    difference: ({ left, right }) =>
      compareMaps(
        rangeTransitions(left),
        rangeTransitions(right),
        'range',
        (key, range) => `${key} ${range};`,
      ),
  },
  statementKind('constraints', 'Constraints', constraints, 'constrain'),
  statementKind('mls-constraints', 'MLS Constraints', constraints, 'mlsconstrain'),
  statementKind('validatetrans', 'Validatetrans', validateTransitions, 'validatetrans'),
  statementKind('mls-validatetrans', 'MLS Validatetrans', validateTransitions, 'mlsvalidatetrans'),
  labelling('initial-sids', 'Initial SIDs', initialSids, ({ key }) => key),
  labelling(
    'ibendports',
    'Ibendportcons',
    ibendports,
    ({ data }) => `ibendportcon ${data.device} ${data.port}`,
  ),
  labelling('ibpkeys', 'Ibpkeycons', ibpkeys, withoutContext),
  labelling('fs-use', 'Fs_use', fsUses, withoutContext),
  labelling('genfs', 'Genfscons', genfs, withoutContext),
  {
    id: 'netifs',
    title: 'Netifcons',
    difference: ({ left, right }) =>
      compare(
        netifs.entries(left),
        netifs.entries(right),
        ({ key }) => key,
        ({ data }) => [
          ['context', [data.context as string]],
          ['packet context', [data.packets as string]],
        ],
        ({ expanded }) => expanded,
      ),
  },
  labelling('nodes', 'Nodecons', nodes, withoutContext),
  labelling('ports', 'Portcons', ports, withoutContext),
  {
    id: 'polcaps',
    title: 'Policy Capabilities',
    difference: ({ left, right }) =>
      compareStatements(
        capabilities.entries(left).map(({ text }) => text),
        capabilities.entries(right).map(({ text }) => text),
      ),
  },
  {
    id: 'defaults',
    title: 'Defaults',
    difference: ({ left, right }) =>
      compare(
        defaults.entries(left),
        defaults.entries(right),
        ({ data }) => `default_${data.default} ${data.class}`,
        ({ data }) => [['value', [data.from as string]]],
        ({ expanded }) => expanded,
      ),
  },
  {
    id: 'typebounds',
    title: 'Typebounds',
    difference: ({ left, right }) =>
      compare(
        typeBounds.entries(left),
        typeBounds.entries(right),
        ({ data }) => data.child as string,
        ({ data }) => [['parent', [data.parent as string]]],
        ({ expanded }) => expanded,
      ),
  },
];

type Facets = readonly (readonly [what: string, values: readonly string[]])[];

function androidBits({ readOver }: PolicyDb): string {
  return readOver.android.join(' ') || 'none';
}

function kind(
  id: string,
  title: string,
  component: Component,
  facets: (entry: Entry) => Facets,
): ComponentKind {
  return {
    id,
    title,
    difference: ({ left, right }) =>
      compare(component.entries(left), component.entries(right), ({ key }) => key, facets),
  };
}

function statementKind(
  id: string,
  title: string,
  component: Component,
  statement: string,
): ComponentKind {
  const statements = (db: PolicyDb): string[] =>
    component
      .entries(db)
      .filter(({ data }) => data.statement === statement)
      .map(({ expanded }) => expanded);
  return {
    id,
    title,
    difference: ({ left, right }) => compareStatements(statements(left), statements(right)),
  };
}

/** Statements that give something a context. */
function labelling(
  id: string,
  title: string,
  component: Component,
  identity: (entry: Entry) => string,
): ComponentKind {
  return {
    id,
    title,
    difference: ({ left, right }) =>
      compare(
        component.entries(left),
        component.entries(right),
        identity,
        ({ data }) => [['context', [data.context as string]]],
        ({ expanded }) => expanded,
      ),
  };
}

function withoutContext({ expanded, data }: Entry): string {
  return expanded.slice(0, expanded.lastIndexOf(data.context as string)).trimEnd();
}

function compare(
  left: readonly Entry[],
  right: readonly Entry[],
  identity: (entry: Entry) => string,
  facets: (entry: Entry) => Facets,
  statement: (entry: Entry) => string = identity,
): ComponentDifference {
  const before = new Map(left.map((entry) => [identity(entry), entry]));
  const added: string[] = [];
  const modified: ModifiedComponent[] = [];
  for (const entry of right) {
    const name = identity(entry);
    const old = before.get(name);
    before.delete(name);
    if (old === undefined) added.push(statement(entry));
    else {
      const changes = changesBetween(facets(old), facets(entry));
      if (changes.length > 0) modified.push({ name, changes });
    }
  }
  return {
    added: added.sort(),
    removed: [...before.values()].map(statement).sort(),
    modified: modified.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function changesBetween(left: Facets, right: Facets): Change[] {
  return left.flatMap(([what, before], i) => {
    const after = right[i]![1];
    const [old, now] = [new Set(before), new Set(after)];
    const added = after.filter((value) => !old.has(value));
    const removed = before.filter((value) => !now.has(value));
    return added.length + removed.length > 0 ? [{ what, added, removed }] : [];
  });
}

function compareStatements(left: readonly string[], right: readonly string[]): ComponentDifference {
  const [before, after] = [new Set(left), new Set(right)];
  return {
    added: [...after].filter((statement) => !before.has(statement)).sort(),
    removed: [...before].filter((statement) => !after.has(statement)).sort(),
    modified: [],
  };
}

function compareMaps(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
  what: string,
  statement: (key: string, value: string) => string,
): ComponentDifference {
  const added: string[] = [];
  const modified: ModifiedComponent[] = [];
  for (const [key, value] of right) {
    const before = left.get(key);
    if (before === undefined) added.push(statement(key, value));
    else if (before !== value) {
      modified.push({ name: key, changes: [{ what, added: [value], removed: [before] }] });
    }
  }
  const removed = [...left].filter(([key]) => !right.has(key));
  return {
    added: added.sort(),
    removed: removed.map(([key, value]) => statement(key, value)).sort(),
    modified: modified.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function list(value: unknown): readonly string[] {
  return value as readonly string[];
}

/** The names of the types (or the attributes) of a policy. */
function typeNames(db: PolicyDb, attributes: boolean): readonly string[] {
  return db.types.names.filter((_, id) => db.types.attributes.has(id as TypeId) === attributes);
}

/** In what a type that both policies have differs: attributes (only looked at where they do), aliases, and whether it is permissive. */
function typeComparison({
  left,
  right,
  names,
}: PolicyPair): (a: TypeId, b: TypeId) => readonly Change[] {
  const [before, after] = [aliasesOf(left), aliasesOf(right)];
  const attributes = (db: PolicyDb, type: TypeId): string[] =>
    [...attributesOf(db.types, type)]
      .filter((attribute) => attribute !== type)
      .map((attribute) => db.types.names[attribute]!)
      .sort();
  return (a, b) => {
    const changes: Change[] = [];
    if (names.changed[names.types.fromLeft[a]!] === REGROUPED) {
      changes.push(
        ...changesBetween(
          [['attributes', attributes(left, a)]],
          [['attributes', attributes(right, b)]],
        ),
      );
    }
    const [old, now] = [before.get(a) ?? [], after.get(b) ?? []];
    if (old.length + now.length > 0)
      changes.push(...changesBetween([['aliases', old]], [['aliases', now]]));
    const [was, is] = [left.permissive.has(a), right.permissive.has(b)];
    if (was !== is) {
      changes.push({
        what: 'permissive',
        added: is ? ['permissive'] : [],
        removed: was ? ['permissive'] : [],
      });
    }
    return changes;
  };
}

function aliasesOf(db: PolicyDb): ReadonlyMap<TypeId, readonly string[]> {
  const aliases = new Map<TypeId, string[]>();
  for (const [alias, type] of db.types.aliases) {
    const known = aliases.get(type);
    if (known === undefined) aliases.set(type, [alias]);
    else known.push(alias);
  }
  for (const names of aliases.values()) names.sort();
  return aliases;
}

interface NamedIds<T extends number> {
  readonly names: readonly string[];
  readonly ids: ReadonlyMap<string, T>;
}

/** Compares what has a name in both policies by its ids. */
function compareIds<T extends number>(
  left: NamedIds<T>,
  right: NamedIds<T>,
  changesOf: (left: T, right: T) => readonly Change[],
): ComponentDifference {
  const [before, after] = [new Set(left.names), new Set(right.names)];
  const modified: ModifiedComponent[] = [];
  for (const name of after) {
    if (!before.has(name)) continue;
    const changes = changesOf(left.ids.get(name)!, right.ids.get(name)!);
    if (changes.length > 0) modified.push({ name, changes });
  }
  return {
    added: right.names.filter((name) => !before.has(name)).sort(),
    removed: left.names.filter((name) => !after.has(name)).sort(),
    modified: modified.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function nonEmpty(
  what: string,
  { added, removed }: { added: readonly string[]; removed: readonly string[] },
): readonly Change[] {
  return added.length + removed.length === 0 ? [] : [{ what, added, removed }];
}

/** Compares sets of ids of the two policies by name, without making names of what is in both. */
function setComparison<T extends number>(
  table: SharedTable<T>,
): (left: IdSet<T>, right: IdSet<T>) => { added: string[]; removed: string[] } {
  const seen = new Uint8Array(table.names.length);
  return (left, right) => {
    const added: string[] = [];
    left.forEach((id) => {
      seen[table.fromLeft[id]!] = 1;
    });
    right.forEach((id) => {
      const shared = table.fromRight[id]!;
      if (seen[shared] === 0) added.push(table.names[shared]!);
      seen[shared] = 0;
    });
    const removed: string[] = [];
    left.forEach((id) => {
      const shared = table.fromLeft[id]!;
      if (seen[shared] === 1) removed.push(table.names[shared]!);
      seen[shared] = 0;
    });
    return { added: added.sort(), removed: removed.sort() };
  };
}

function levelEntries(db: PolicyDb): readonly Entry[] {
  return db.sensitivities.names.map((name, id) => {
    const names = db.sensitivities.categories[id]!.toArray().map(
      (category) => db.categories.names[category]!,
    );
    const set = categorySetText(db, db.sensitivities.categories[id]!);
    const level = set === '' ? name : `${name}:${set}`;
    return { key: name, text: name, expanded: level, data: { categories: names } };
  });
}

function roleAllows(db: PolicyDb): string[] {
  const { count, source, target } = db.roleAllows;
  const names = db.roles.names;
  return Array.from(
    { length: count },
    (_, row) => `allow ${names[source[row]!]} ${names[target[row]!]};`,
  );
}

/** Source, target type and class -> the new role; attributes are expanded. */
function roleTransitions(db: PolicyDb): Map<string, string> {
  const table = db.roleTransitions;
  const result = new Map<string, string>();
  for (let row = 0; row < table.count; row++) {
    for (const target of membersOf(db.types, table.target[row]!)) {
      result.set(
        `role_transition ${db.roles.names[table.source[row]!]} ${db.types.names[target]}:${db.classes.names[table.tclass[row]!]}`,
        db.roles.names[table.newRole[row]!]!,
      );
    }
  }
  return result;
}

/** Source, target type and class -> the range; attributes are expanded. */
function rangeTransitions(db: PolicyDb): Map<string, string> {
  const table = db.rangeTransitions;
  const result = new Map<string, string>();
  const { names } = db.types;
  for (let row = 0; row < table.count; row++) {
    for (const source of membersOf(db.types, table.source[row]!)) {
      for (const target of membersOf(db.types, table.target[row]!)) {
        result.set(
          `range_transition ${names[source]} ${names[target]}:${db.classes.names[table.tclass[row]!]}`,
          rangeText(db, table.ranges[row]!),
        );
      }
    }
  }
  return result;
}
