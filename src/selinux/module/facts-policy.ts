import {
  type Confinement,
  everyStatement,
  type InterfaceCall,
  type Statement,
} from '../../description/index.ts';
import type { Given, KnownLabel, KnownRule, KnownTransition, PolicyFacts } from '../facts/index.ts';
import { fileKindFlag } from '../words/index.ts';
import { cilText, type Expansions } from './source/cil.ts';
import { statementsOf } from './source/compiled-calls.ts';
import { everyFileContext, sorted } from './source/fc.ts';
import { offeredInterfaces } from './source/offered.ts';
import { type Expansion, expand } from './source/reference-policy.ts';

/** A policy that stands in for one that is not at hand: what is known of it, with a description's module in it. */
export interface FactsPolicy {
  /** The policy without the module. */
  readonly base: string;
  /** The module, its interfaces written out as they are known to be: link it with `base`. */
  readonly module: string;
  /** Interfaces that the module calls for its own types and of which nothing is known: they may grant anything. Sorted. */
  readonly unknown: readonly string[];
  readonly fileContexts: string;
  readonly homeDirectoryContexts: string;
  /** The same without the module's. */
  readonly baseFileContexts: string;
  readonly baseHomeDirectoryContexts: string;
}

/** Puts the policy together. It has all types, classes and booleans; of its rules those that a domain can come to have. */
export function factsPolicy(confinement: Confinement, facts: PolicyFacts): FactsPolicy {
  const labels = [...facts.labels, ...ownLabels(confinement)];
  return {
    base: factsBase(facts),
    module: cilText(confinement, expansionsOf(facts)),
    unknown: unknownInterfaces(confinement, facts),
    fileContexts: contextLines(labels.filter(elsewhere)),
    homeDirectoryContexts: contextLines(labels.filter(inHomes)),
    baseFileContexts: contextLines(facts.labels.filter(elsewhere)),
    baseHomeDirectoryContexts: contextLines(facts.labels.filter(inHomes)),
  };
}

const inHomes = ({ pattern }: KnownLabel): boolean => HOME.test(pattern);
const elsewhere = (label: KnownLabel): boolean => !inHomes(label);

/** The interfaces as the facts give them; those of the module's own .if are written out by the caller. */
function expansionsOf(facts: PolicyFacts): Expansions {
  const base = new Map(inherited(facts).map((row) => [keyOf(row), row.source]));
  return {
    has: (name) => facts.interfaces.has(name),
    expand: (name, args) => {
      const given = facts.given.get(name);
      if (given === undefined) return expand(name, args) ?? unknownCall(name);
      const filled = (ref: string): string =>
        ref.replace(/^arg(\d)$/, (_, n: string) => args[Number(n) - 1] ?? ref);
      const joined = new Set(
        given.flatMap((row) => (row.kind === 'attribute' ? row.attribute : [])),
      );
      // What a type has by joining an attribute here stands in the base.
      return given
        .filter((row) => !joined.has(base.get(keyOf(row)) ?? ''))
        .flatMap((row) => rowStatements(row, filled));
    },
  };
}

/** Macros of permissions are the same everywhere, so their compiled form serves; what else is unknown is said, and leaves every never undecided. */
function unknownCall(name: string): Expansion | undefined {
  return /_pattern$/.test(name) ? undefined : [];
}

/** What facts know of a call, as lines of CIL with one permission each; the types that are passed are `$1`, `$2` … */
export function factsLines({ name, args }: InterfaceCall, facts: PolicyFacts): readonly string[] {
  const given = expansionsOf(facts).expand(
    name,
    args.map((_, i) => `$${i + 1}`),
  );
  return (given ?? []).flatMap(permissionLines);
}

function permissionLines(row: Expansion[number]): string[] {
  switch (row.kind) {
    case 'member':
      return row.attributes.map((attribute) => `(typeattributeset ${attribute} (${row.type}))`);
    case 'conditioned':
      return row.statements
        .flatMap(permissionLines)
        .map((line) => `(booleanif ${row.boolean} (${row.value} ${line}))`);
    case 'type-transition':
      return [`(typetransition ${row.source} ${row.parent} ${row.classes[0]} ${row.result})`];
    case 'allow':
    case 'dontaudit':
      return row.permissions.map((permission) => {
        const [source, target] = [row.sources![0]!, row.targets[0]!];
        const place = target === source ? 'self' : target;
        return `(${row.kind} ${source} ${place} (${row.classes[0]} (${permission})))`;
      });
    default:
      return [];
  }
}

function rowStatements(row: Given, filled: (ref: string) => string): Expansion[number][] {
  switch (row.kind) {
    case 'attribute':
      // A set that the compiler made of an expression follows from the attributes that the expression names.
      if (SET.test(row.attribute)) return [];
      return [{ kind: 'member', type: filled(row.type), attributes: [row.attribute] }];
    case 'type_transition':
      return [
        {
          kind: 'type-transition',
          source: filled(row.source),
          parent: filled(row.target),
          result: filled(row.result),
          classes: [row.tclass],
        },
      ];
    default: {
      const rule: Statement = {
        kind: row.kind,
        sources: [filled(row.source)],
        targets: [filled(row.target)],
        classes: [row.tclass],
        permissions: row.permissions,
      };
      const { condition } = row;
      return condition === undefined
        ? [rule]
        : [{ kind: 'conditioned', ...condition, statements: [rule] }];
    }
  }
}

/**
 * What the module calls with one of its own types first and without anything known about it. Macros of permissions (`_pattern`) are
 * the same everywhere, and the module's own interfaces are written out.
 */
function unknownInterfaces(confinement: Confinement, facts: PolicyFacts): readonly string[] {
  const offered = new Set(offeredInterfaces(confinement).map(({ name }) => name));
  const called = [...everyStatement(chosen(statementsOf(confinement), facts))].flatMap(
    (statement) => (statement.kind === 'interface' ? [statement.name] : []),
  );
  const unknown = ['application_domain', ...called].filter(
    (name) => !facts.given.has(name) && !offered.has(name) && !/_pattern$/.test(name),
  );
  return [...new Set(unknown)].sort();
}

/** Statements with each `either` decided. */
function chosen(statements: readonly Statement[], facts: PolicyFacts): readonly Statement[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'optional') {
      return [{ ...statement, statements: chosen(statement.statements, facts) }];
    }
    if (statement.kind !== 'either') return [statement];
    const choice = statement.choices.find(([first]) => facts.interfaces.has(first!.name));
    return choice ?? chosen(statement.otherwise ?? [], facts);
  });
}

/** Types, attributes, classes, booleans and base rules as CIL. */
function factsBase(facts: PolicyFacts): string {
  const attributes = new Set([
    ...facts.attributes,
    ...facts.members.keys(),
    ...[...facts.given.values()]
      .flat()
      .flatMap((row) =>
        row.kind === 'attribute' && !SET.test(row.attribute) ? [row.attribute] : [],
      ),
  ]);
  const roles = ['system_r', ...(facts.members.get('userdomain') ?? []).map(roleOf)];
  return `${[
    `;; What is known of a policy of ${facts.date}, as a policy: see data/fedora.`,
    '(handleunknown allow)',
    '(mls true)',
    ...facts.capabilities.map((name) => `(policycap ${name})`),
    ...[...facts.classes].map(
      ([name, permissions]) => `(class ${name} (${[...permissions].join(' ')}))`,
    ),
    `(classorder (${[...facts.classes.keys()].join(' ')}))`,
    '(sensitivity s0)',
    '(sensitivityorder (s0))',
    ...[...facts.types].map((type) => `(type ${type})`),
    // What an optional block requires is put into these; as libsemanage declares them.
    '(typeattribute cil_gen_require)',
    '(roleattribute cil_gen_require)',
    ...[...attributes].map((name) => `(typeattribute ${name})`),
    ...[...facts.members].map(([name, types]) => membership(name, types, facts)),
    ...[...facts.booleans].map(([name, value]) => `(boolean ${name} ${value})`),
    '(role object_r)',
    ...roles.map((role) => `(role ${role})`),
    ...[...facts.types].map((type) => `(roletype object_r ${type})`),
    '(roletype system_r kernel_t)',
    '(user system_u)',
    ...['object_r', ...roles].map((role) => `(userrole system_u ${role})`),
    '(userlevel system_u (s0))',
    '(userrange system_u ((s0) (s0)))',
    '(sid kernel)',
    '(sidorder (kernel))',
    '(sidcontext kernel (system_u system_r kernel_t ((s0) (s0))))',
    ...facts.ports.map(
      ({ protocol, low, high, type }) =>
        `(portcon ${protocol} (${low} ${high}) (system_u object_r ${type} ((s0) (s0))))`,
    ),
    ...[...facts.base, ...inherited(facts)].map((row) => rowLine(row)),
  ].join('\n')}\n`;
}

/**
 * Rules of an attribute on `self`, and its type transitions, stand in the linked policy for each type, so the base lists them nowhere: they are
 * known by the interface that does no more than join the attribute.
 */
function inherited(facts: PolicyFacts): (KnownRule | KnownTransition)[] {
  return Object.entries(JOINS).flatMap(([name, attribute]) =>
    (facts.given.get(name) ?? []).flatMap((row): (KnownRule | KnownTransition)[] => {
      if (row.kind === 'attribute' || row.source !== 'arg1') return [];
      if (row.kind === 'type_transition') return [{ ...row, source: attribute }];
      return row.target === 'arg1' ? [{ ...row, source: attribute, target: 'self' }] : [];
    }),
  );
}

/** Interface -> the attribute that it makes a type a member of. */
const JOINS: Readonly<Record<string, string>> = { domain_type: 'domain', files_type: 'file_type' };

/** The same text for an inherited rule as it stands in the base and as an interface gives it to the type that is passed. */
function keyOf(row: Given): string {
  switch (row.kind) {
    case 'attribute':
      return '';
    case 'type_transition':
      return [row.target, row.tclass, row.result].join(' ');
    default: {
      if (row.target !== 'self' && row.target !== row.source) return '';
      const condition = row.condition && `${row.condition.boolean}=${row.condition.value}`;
      return [row.kind, row.tclass, [...row.permissions].sort().join(' '), condition].join(' ');
    }
  }
}

/** A set that the compiler made takes in new types of the attribute that it is a part of. */
function membership(name: string, types: readonly string[], facts: PolicyFacts): string {
  const whole = SET.test(name)
    ? ['domain', 'file_type'].find((attribute) => {
        const all = new Set(facts.members.get(attribute));
        return types.every((type) => all.has(type));
      })
    : undefined;
  if (whole === undefined) return `(typeattributeset ${name} (${types.join(' ')}))`;
  const part = new Set(types);
  const others = facts.members.get(whole)!.filter((type) => !part.has(type));
  return `(typeattributeset ${name} (and (${whole}) (not (${others.join(' ')}))))`;
}

function rowLine(rule: KnownRule | KnownTransition): string {
  if (rule.kind === 'type_transition') {
    return `(typetransition ${rule.source} ${rule.target} ${rule.tclass} ${rule.result})`;
  }
  const line = `(${rule.kind} ${rule.source} ${rule.target} (${rule.tclass} (${rule.permissions.join(' ')})))`;
  return rule.condition === undefined
    ? line
    : `(booleanif ${rule.condition.boolean} (${rule.condition.value} ${line}))`;
}

function roleOf(domain: string): string {
  return domain.replace(/_t$/, '_r');
}

/** The compiler's name for an expression over types. */
const SET = /_typeattr_\d+$/;
const HOME = /^HOME_(DIR|ROOT)/;

/** The module's labels come last: they are more special than all that are there, so libsemanage would sort them behind. */
function ownLabels(confinement: Confinement): KnownLabel[] {
  return sorted(everyFileContext(confinement)).map(({ pattern, kind, type }) => ({
    pattern,
    kind: fileKindFlag(kind),
    type,
  }));
}

/** Lines as file_contexts and file_contexts.homedirs have them once the templates are filled in. */
function contextLines(labels: readonly KnownLabel[]): string {
  return labels
    .map(({ pattern, kind, type }) => {
      const path = pattern
        .replace('HOME_DIR', '/home/[^/]+')
        .replace('HOME_ROOT', '/home')
        .replace('%{USERID}', '[^/]+');
      const context = type === undefined ? '<<none>>' : `system_u:object_r:${type}:s0`;
      return `${[path, ...(kind === '' ? [] : [kind]), context].join('\t')}\n`;
    })
    .join('');
}
