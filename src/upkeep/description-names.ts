import { type Confinement, everyStatement, namesIn, type Statement } from '../description/index.ts';

/** The policy's own types and attributes that a description names, sorted: the module's and `self` are not among them. */
export function typesNamed(confinement: Confinement): readonly string[] {
  const names = statementsOf(confinement).flatMap((statement) => refsOf(statement));
  return [...new Set(names)].filter((name) => name !== 'self' && /^\w+$/.test(name)).sort();
}

/** Class -> the permissions that a description names of it, sorted. */
export function classesNamed(confinement: Confinement): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, Set<string>>();
  for (const statement of statementsOf(confinement)) {
    for (const [tclass, permissions] of classesOf(statement)) {
      const set = named.get(tclass) ?? new Set();
      for (const permission of permissions) set.add(permission);
      named.set(tclass, set);
    }
  }
  return new Map([...named].map(([tclass, set]) => [tclass, [...set].sort()]));
}

/** The names of one statement, without those inside it. */
export function refsOf(statement: Statement): readonly string[] {
  if (statement.kind !== 'optional') return namesIn(statement);
  const { types = [], attributes = [] } = statement.requires;
  return [...types, ...attributes];
}

function classesOf(statement: Statement): readonly (readonly [string, readonly string[]])[] {
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit':
      return statement.classes.map((tclass) => [tclass, statement.permissions]);
    case 'optional':
      return Object.entries(statement.requires.classes ?? {});
    default:
      return [];
  }
}

function statementsOf({ may }: Confinement): readonly Statement[] {
  return may.flatMap(({ blocks }) => blocks.flatMap(({ selinux }) => [...everyStatement(selinux)]));
}
