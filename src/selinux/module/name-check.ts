import {
  type Confinement,
  domainsOf,
  type Either,
  type InterfaceCall,
  namesIn,
  type Optional,
  type Problem,
  type Statement,
  typeName,
} from '../../description/index.ts';
import type { PolicyFacts } from '../facts/index.ts';
import { suggestion } from '../words/index.ts';
import { madeBy } from './source/natures.ts';
import { offeredInterfaces } from './source/offered.ts';
import { ownTypes } from './source/own-types.ts';

/** The interfaces of one target's policy, by name, with the highest parameter that each uses. */
export interface InterfaceTable {
  readonly target: string;
  readonly interfaces: ReadonlyMap<string, number>;
}

/**
 * Calls that a target could not compile: an interface that it lacks and that nothing guards, or one with too many or too few arguments. A guarded
 * call (`either`) must be known to at least one target, or its name is a slip of the pen.
 */
export function interfaceProblems(
  confinement: Confinement,
  tables: readonly InterfaceTable[],
): readonly Problem[] {
  const offered = new Set(offeredInterfaces(confinement).map(({ name }) => name));
  const judged = (statement: Statement, path: string): Problem[] => {
    if (statement.kind === 'interface') return unguarded(statement, path, tables, offered);
    return statement.kind === 'either' ? guarded(statement, path, tables) : [];
  };
  const called = everyPlace(confinement).flatMap(({ statement, path }) => judged(statement, path));
  const byNature = domainsOf(confinement)
    .flatMap(ownTypes)
    .flatMap((type) => judged(madeBy(type), `types \`${type.name}\``));
  return [...called, ...byNature];
}

function unguarded(
  call: InterfaceCall,
  path: string,
  tables: readonly InterfaceTable[],
  offered: ReadonlySet<string>,
): Problem[] {
  if (offered.has(call.name) || /_pattern$/.test(call.name)) return [];
  const missing = tables
    .filter(({ interfaces }) => !interfaces.has(call.name))
    .map(({ target }) => target);
  const problems = argumentProblems(call, path, tables);
  if (missing.length === 0) return problems;
  return [
    {
      path,
      message: `the interface \`${call.name}\` does not exist in ${missing.join(', ')}`,
      hint:
        missing.length === tables.length
          ? 'correct its name'
          : 'guard it: `either([call(…)], […])` says what holds where it is missing',
    },
    ...problems,
  ];
}

function guarded(either: Either, path: string, tables: readonly InterfaceTable[]): Problem[] {
  const problems: Problem[] = [];
  for (const call of either.choices.flat()) {
    if (tables.every(({ interfaces }) => !interfaces.has(call.name))) {
      problems.push({
        path,
        message: `no target has the interface \`${call.name}\``,
        hint: 'correct its name, or remove the choice',
      });
    }
    problems.push(...argumentProblems(call, path, tables));
  }
  for (const { target, interfaces } of tables) {
    const chosen = either.choices.some((choice) => interfaces.has(choice[0]!.name));
    if (!chosen && either.otherwise === undefined) {
      problems.push({
        path,
        message: `${target} has none of ${either.choices.map((choice) => `\`${choice[0]!.name}\``).join(', ')}`,
        hint: 'say what holds there with a second argument, `[]` for nothing',
      });
    }
  }
  return problems;
}

function argumentProblems(
  call: InterfaceCall,
  path: string,
  tables: readonly InterfaceTable[],
): Problem[] {
  // The last parameter of a file transition, the name, may be left out.
  const optional = /_filetrans$/.test(call.name) ? 1 : 0;
  return tables.flatMap(({ target, interfaces }) => {
    const parameters = interfaces.get(call.name);
    const fits =
      parameters === undefined ||
      (call.args.length <= parameters && call.args.length >= parameters - optional);
    return fits
      ? []
      : [
          {
            path,
            message: `\`${call.name}\` takes ${parameters} arguments in ${target}, not ${call.args.length}`,
            hint: 'give every argument: `call(name, self, …)`',
          },
        ];
  });
}

/**
 * Types, attributes, classes, permissions and macros that statements name and Fedora's policy lacks; those in optional blocks may be missing. Of
 * an `either` the choice that Fedora's policy takes is asked.
 */
export function fedoraNameProblems(
  confinement: Confinement,
  fedora: FedoraNames,
): readonly Problem[] {
  const own = new Set(
    domainsOf(confinement).flatMap((domain) => [
      domain.domain,
      domain.executableType,
      ...ownTypes(domain).map(({ name }) => typeName(domain, `own:${name}`)),
    ]),
  );
  const problems: Problem[] = [];
  for (const { statement, path, optional } of everyPlace(confinement)) {
    if (optional) continue;
    const problem = (message: string, hint: string): void =>
      void problems.push({ path, message, hint });
    for (const one of onFedora(statement, fedora)) {
      for (const name of typesNamed(one)) {
        if (name === 'self' || /^(own:|module:|\$)/.test(name) || own.has(name)) continue;
        if (fedora.types.has(name) || fedora.attributes.has(name)) continue;
        // Some interfaces are called patterns, and take a class where macros take a type.
        if (one.kind === 'interface' && fedora.classes.has(name)) continue;
        problem(
          `Fedora has no type or attribute \`${name}\``,
          'put the rule into `optional({ types: […] }, […])`',
        );
      }
      for (const [tclass, permissions] of classesNamed(one)) {
        const known = fedora.classes.get(tclass);
        if (known === undefined) {
          problem(
            `Fedora has no class \`${tclass}\``,
            'put the rule into `optional({ classes: {…} }, […])`',
          );
        }
        for (const permission of permissions) {
          if (known === undefined || known.has(permission)) continue;
          problem(
            `the class \`${tclass}\` has no permission \`${permission}\``,
            'correct its name',
          );
        }
      }
      if (one.kind === 'interface' && isPattern(one)) patternProblem(one, fedora, problem);
    }
  }
  return problems;
}

type FedoraNames = Pick<
  PolicyFacts,
  'types' | 'attributes' | 'classes' | 'interfaces' | 'patterns'
>;

/** A macro of permissions. It is the same for every caller, so all of its arguments are names of the policy. */
function isPattern({ name }: InterfaceCall): boolean {
  return /_pattern$/.test(name);
}

/** The statement, or the calls of the choice that Fedora's policy takes. */
function onFedora(statement: Statement, { interfaces }: FedoraNames): readonly Statement[] {
  if (statement.kind !== 'either') return [statement];
  return statement.choices.find((choice) => interfaces.has(choice[0]!.name)) ?? [];
}

function typesNamed(statement: Statement): readonly string[] {
  if (statement.kind !== 'interface') return namesIn(statement);
  return isPattern(statement) ? statement.args.slice(0, typeArguments(statement)) : [];
}

/** Class -> the permissions that are named of it. */
function classesNamed(statement: Statement): readonly (readonly [string, readonly string[]])[] {
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit':
      return statement.classes.map((tclass) => [tclass, statement.permissions]);
    case 'ioctls':
      return statement.classes.map((tclass) => [tclass, ['ioctl']]);
    case 'type-transition':
      return statement.classes.map((tclass) => [tclass, []]);
    case 'interface':
      return isPattern(statement)
        ? statement.args
            .slice(typeArguments(statement))
            .filter((arg) => !arg.startsWith('"'))
            .flatMap((classes) => classes.match(/\w+/g) ?? [])
            .map((tclass) => [tclass, []])
        : [];
    default:
      return [];
  }
}

/** `filetrans_pattern(domain, directory, type, class, name)`; of all others every argument is a type. */
function typeArguments({ name, args }: InterfaceCall): number {
  return /^filetrans_/.test(name) ? 3 : args.length;
}

function patternProblem(
  call: InterfaceCall,
  { interfaces, patterns }: FedoraNames,
  problem: (message: string, hint: string) => void,
): void {
  const parameters = patterns.get(call.name) ?? interfaces.get(call.name);
  if (parameters === undefined) {
    problem(
      `Fedora has no macro \`${call.name}\``,
      suggestion(call.name, [...patterns.keys()]) ?? 'use one that it has, or write its rules out',
    );
    return;
  }
  const least = /^filetrans_/.test(call.name) ? parameters - 1 : parameters;
  if (call.args.length < least || call.args.length > parameters) {
    problem(
      `\`${call.name}\` takes ${parameters} arguments in Fedora, not ${call.args.length}`,
      'give every argument: `call(name, self, …)`',
    );
  }
}

/** What a policy knows by name. */
export interface NameTable {
  readonly types: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  /** Class -> its permissions. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Names that optional blocks require and that no target has: the block would vanish everywhere, in silence. Call it only with the tables of
 * every target that the description is for. Classes of `kernel` may be ahead of every policy.
 */
export function optionalNameProblems(
  confinement: Confinement,
  tables: readonly NameTable[],
  kernel: ReadonlySet<string>,
): readonly Problem[] {
  const problems: Problem[] = [];
  const missing = (path: string, what: string, name: string, known: readonly string[]): void => {
    problems.push({
      path,
      message: `no target has the ${what} \`${name}\`, so the optional block holds nowhere`,
      hint: suggestion(name, known) ?? 'correct its name, or remove the block',
    });
  };
  const all = (of: (table: NameTable) => Iterable<string>): string[] => [
    ...new Set(tables.flatMap((table) => [...of(table)])),
  ];
  for (const { statement, path } of everyPlace(confinement)) {
    if (statement.kind !== 'optional') continue;
    const { types = [], attributes = [], classes = {} } = statement.requires;
    for (const name of [...types, ...attributes]) {
      if (tables.some((table) => table.types.has(name) || table.attributes.has(name))) continue;
      missing(
        path,
        'type or attribute',
        name,
        all((table) => [...table.types, ...table.attributes]),
      );
    }
    for (const [name, permissions] of Object.entries(classes)) {
      const having = tables.filter((table) => table.classes.has(name));
      if (having.length === 0 && kernel.has(name)) continue;
      if (having.length === 0)
        missing(
          path,
          'class',
          name,
          all((table) => table.classes.keys()),
        );
      for (const permission of having.length === 0 ? [] : permissions) {
        if (having.some((table) => table.classes.get(name)!.has(permission))) continue;
        missing(path, 'permission', `${name} ${permission}`, []);
      }
    }
  }
  return problems;
}

/** A module of the same name would take the place of the policy's own, with all of its rules. */
export function moduleNameProblems(
  { name }: Confinement,
  policies: readonly { readonly target: string; readonly modules: ReadonlySet<string> }[],
): readonly Problem[] {
  const having = policies.filter(({ modules }) => modules.has(name)).map(({ target }) => target);
  if (having.length === 0) return [];
  return [
    {
      path: 'name',
      message: `the policy of ${having.join(', ')} has a module \`${name}\`, which this one would replace`,
      hint: `give it another name, as \`my${name}\`: the program may be called what it is`,
    },
  ];
}

interface Place {
  readonly statement: Statement;
  readonly path: string;
  readonly optional: Optional | undefined;
}

function* everyPlace(confinement: Confinement): Generator<Place> {
  for (const [d, { may }] of domainsOf(confinement).entries()) {
    const whose = d === 0 ? '' : `domains[${d - 1}].`;
    for (const [i, ability] of may.entries()) {
      for (const [k, block] of ability.blocks.entries()) {
        for (const [n, statement] of block.selinux.entries()) {
          yield* inside(
            statement,
            `${whose}may[${i}] ${ability.name}, blocks[${k}].selinux[${n}]`,
            undefined,
          );
        }
      }
    }
  }
  for (const offered of offeredInterfaces(confinement)) {
    for (const statement of offered.statements) {
      yield* inside(statement, `interface ${offered.name}`, undefined);
    }
  }
}

function* inside(
  statement: Statement,
  path: string,
  optional: Optional | undefined,
): Generator<Place> {
  yield { statement, path, optional };
  if (statement.kind === 'optional') {
    for (const inner of statement.statements) yield* inside(inner, path, statement);
  }
  if (statement.kind === 'either') {
    for (const inner of statement.otherwise ?? []) yield* inside(inner, path, optional);
  }
}
