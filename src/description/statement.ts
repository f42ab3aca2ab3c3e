/**
 * What an ability asks of the policy, as plain data. The subject is always the program's own domain unless a field says
 * otherwise. Names are those of the reference policy; `own:NAME` is the type that the module itself declares as
 * `MODULE_NAME_t`, and `self` the domain's own objects. In a further domain `own:NAME` is that domain's, `MODULE_DOMAIN_NAME_t`; `module:NAME` is
 * `MODULE_NAME_t` in every domain.
 */
export type Statement = Rule | IoctlRule | InterfaceCall | Either | TypeTransition | Optional;

/** A type or attribute of the policy (`sysfs_t`, `domain`), one of the module's own (`own:log`), or `self`. */
export type TypeRef = 'self' | `own:${string}` | `module:${string}` | (string & {});

/** Whether a reference is to a type that the module declares, this domain's or another's. */
export function isOwnRef(ref: string): boolean {
  return ref.startsWith('own:') || ref.startsWith('module:');
}

export interface Rule {
  readonly kind: 'allow' | 'dontaudit';
  readonly targets: readonly TypeRef[];
  readonly classes: readonly string[];
  readonly permissions: readonly string[];
  /** Who is granted it, where that is not the program's domain; `-` before a name takes it out. */
  readonly sources?: readonly string[];
}

/** Holds the `ioctl` permission, granted elsewhere, to these commands (`allowxperm`). */
export interface IoctlRule {
  readonly kind: 'ioctls';
  readonly targets: readonly TypeRef[];
  readonly classes: readonly string[];
  readonly commands: readonly IoctlCommand[];
}

export interface IoctlCommand {
  /** The macro in the kernel's headers. */
  readonly name: string;
  /** The 16 bits that the policy sees: type and number. */
  readonly number: number;
}

/** A call of a reference policy interface. */
export interface InterfaceCall {
  readonly kind: 'interface';
  readonly name: string;
  /** Type references and quoted file names, in order; the program's domain is `self`. */
  readonly args: readonly TypeRef[];
}

/**
 * The first of these whose first interface the policy at hand has (`ifdef`): where distributions name the same thing differently.
 */
export interface Either {
  readonly kind: 'either';
  readonly choices: readonly (readonly InterfaceCall[])[];
  /** Where it has none of them. */
  readonly otherwise?: readonly Statement[];
}

/** What the program creates in a directory of type `parent` gets the type `result`. */
export interface TypeTransition {
  readonly kind: 'type-transition';
  readonly parent: TypeRef;
  readonly result: TypeRef;
  readonly classes: readonly string[];
  /** Only for an object of this name; cannot stand under a tunable. */
  readonly name?: string;
  /** Who creates it, where that is not the program. */
  readonly source?: string;
}

/** Holds only where the policy knows all these names; otherwise the policy is complete without it. */
export interface Optional {
  readonly kind: 'optional';
  readonly requires: {
    readonly types?: readonly string[];
    readonly attributes?: readonly string[];
    /** Classes with the permissions that are needed of them. */
    readonly classes?: Readonly<Record<string, readonly string[]>>;
  };
  readonly statements: readonly Statement[];
}

type OneOrMore<T> = T | readonly T[];

export function allow(
  targets: OneOrMore<TypeRef>,
  classes: OneOrMore<string>,
  permissions: OneOrMore<string>,
): Rule {
  return {
    kind: 'allow',
    targets: list(targets),
    classes: list(classes),
    permissions: list(permissions),
  };
}

export function dontaudit(
  targets: OneOrMore<TypeRef>,
  classes: OneOrMore<string>,
  permissions: OneOrMore<string>,
): Rule {
  return {
    kind: 'dontaudit',
    targets: list(targets),
    classes: list(classes),
    permissions: list(permissions),
  };
}

export function ioctls(
  targets: OneOrMore<TypeRef>,
  classes: OneOrMore<string>,
  commands: Readonly<Record<string, number>>,
): IoctlRule {
  return {
    kind: 'ioctls',
    targets: list(targets),
    classes: list(classes),
    commands: Object.entries(commands).map(([name, number]) => ({ name, number })),
  };
}

/** `call('dev_read_sysfs')` is for the program's domain; other arguments are given in full. */
export function call(name: string, ...args: readonly TypeRef[]): InterfaceCall {
  return { kind: 'interface', name, args: args.length === 0 ? ['self'] : args };
}

export function either(
  choices: readonly (InterfaceCall | readonly InterfaceCall[])[],
  otherwise?: readonly Statement[],
): Either {
  const lists = choices.map((choice) => list(choice));
  return otherwise === undefined
    ? { kind: 'either', choices: lists }
    : { kind: 'either', choices: lists, otherwise };
}

export function transitionTo(
  result: `own:${string}`,
  parent: TypeRef,
  classes: OneOrMore<string>,
  name?: string,
): TypeTransition {
  const transition = { kind: 'type-transition' as const, parent, result, classes: list(classes) };
  return name === undefined ? transition : { ...transition, name };
}

export function optional(
  requires: Optional['requires'],
  statements: readonly Statement[],
): Optional {
  return { kind: 'optional', requires, statements };
}

function list<T>(value: OneOrMore<T>): readonly T[] {
  return (Array.isArray(value) ? value : [value]) as readonly T[];
}

/** Every statement below these, with the ones inside `optional` and `either`. */
export function* everyStatement(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.kind === 'optional') yield* everyStatement(statement.statements);
    if (statement.kind === 'either') {
      yield* statement.choices.flat();
      yield* everyStatement(statement.otherwise ?? []);
    }
  }
}

/** The types and attributes that a rule names; none for a call, whose arguments mean what the interface makes of them. */
export function namesIn(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit':
      return [
        ...statement.targets,
        ...(statement.sources ?? []).map((ref) => ref.replace(/^-/, '')),
      ];
    case 'ioctls':
      return statement.targets;
    case 'type-transition':
      return [statement.parent, statement.result, ...(statement.source ? [statement.source] : [])];
    default:
      return [];
  }
}
