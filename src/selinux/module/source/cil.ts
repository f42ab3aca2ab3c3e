import {
  type Block,
  booleanName,
  type Confinement,
  ConfinementProblems,
  domainsOf,
  type Either,
  type Entry,
  type FileContext,
  type Optional,
  type Statement,
  typeName,
} from '../../../description/index.ts';
import { wrapped } from '../../../text/index.ts';
import type { Assertion } from '../../prove/index.ts';
import { compiledCall, filledParts } from './compiled-calls.ts';
import { everyFileContext, sorted } from './fc.ts';
import { madeBy } from './natures.ts';
import { NEVERALLOWS, type Neverallow, neverallows } from './neverallow.ts';
import { type Offered, offeredInterfaces } from './offered.ts';
import { ownTypes } from './own-types.ts';
import { type Conditioned, type Expansion, expand, type Membership } from './reference-policy.ts';
import { rolesOfStarted, type StartedRole } from './started.ts';
import { substituted } from './substituted.ts';

/**
 * The whole module, file contexts included, as one CIL file: for systems that load CIL directly. It grants what the .te grants, with every
 * interface written out.
 */
export function cilFile(confinement: Confinement): string {
  return cilText(confinement, EVERYWHERE);
}

/** How calls of interfaces are written out. */
export interface Expansions {
  /** What a call grants, or undefined if that is not known. */
  expand(name: string, args: readonly string[]): Expansion | undefined;
  /** Whether the policy at hand has an interface, which decides between the choices of an `either`. */
  has(name: string): boolean;
}

/** For every distribution at once: each choice stands in an optional block of types that only its distribution has, so all are written. */
const EVERYWHERE: Expansions = { expand, has: () => true };

/** The module in CIL, with its interfaces written out as `expansions` say. */
export function cilText(confinement: Confinement, expansions: Expansions): string {
  const domains = domainsOf(confinement);
  const offered = offeredInterfaces(confinement);
  const writers = domains.map((domain) => new Writer(domain, expansions, offered));
  const lines = [
    ...wrapped(`${confinement.name} ${confinement.version}: ${confinement.title}.`, ';; '),
    '',
    ...confinement.tunables.map(
      (tunable) => `(boolean ${booleanName(confinement, tunable.name)} ${tunable.default})`,
    ),
    '',
    ...domains.flatMap((domain, i) =>
      domainLines(domain, writers[i]!, i === 0 ? '' : `${domain.domain}: `),
    ),
    '',
    ';;; File contexts',
    '',
    ...sorted(everyFileContext(confinement)).map(fileContext),
  ];
  return `${lines.join('\n')}\n`;
}

/** `whose` stands before each heading of a further domain. */
function domainLines(confinement: Confinement, writer: Writer, whose: string): string[] {
  const { domain, executableType, roleAttribute } = confinement;
  return [
    ...(whose === '' ? [] : ['']),
    `(roleattribute ${roleAttribute})`,
    ...[
      domain,
      executableType,
      ...ownTypes(confinement).map(({ name }) => typeName(confinement, `own:${name}`)),
    ].flatMap((type) => [`(type ${type})`, `(roletype object_r ${type})`]),
    `(roletype ${roleAttribute} ${domain})`,
    '',
    ...writer.statements([
      { kind: 'interface', name: 'application_domain', args: ['self', executableType] },
    ]),
    ...ownTypes(confinement).flatMap((type) => writer.statements([madeBy(type)])),
    ...confinement.may.flatMap((ability) => [
      '',
      `;;; ${whose}${ability.title}`,
      ...ability.blocks.flatMap((block) => ['', ...writer.block(block)]),
      ...(ability.entries ?? []).flatMap((entry) => ['', ...writer.entry(entry)]),
      ...rolesOfStarted(confinement, ability).flatMap((grant) => writer.started(grant)),
    ]),
    ...writer.nevers(neverallows(confinement), whose),
  ];
}

/** Holds what a file of CIL needs beyond its statements: names for optional blocks and for sets of types. */
class Writer {
  readonly #confinement: Confinement;
  readonly #expansions: Expansions;
  readonly #offered;
  #optionals = 0;
  #sets = 0;
  #needs = 0;

  /** `offered`: by every domain of the module. */
  constructor(confinement: Confinement, expansions: Expansions, offered: readonly Offered[]) {
    this.#confinement = confinement;
    this.#expansions = expansions;
    this.#offered = new Map(offered.map((one) => [one.name, one]));
  }

  block(block: Block): string[] {
    const body = this.statements(block.selinux);
    const reason = wrapped(block.why, '; ');
    return block.when === undefined
      ? [...reason, ...body]
      : [...reason, ...this.#conditional(block.when, body)];
  }

  entry(entry: Entry): string[] {
    const { name, domain, roleAttribute } = this.#confinement;
    if (entry.from === 'user') {
      const [user, role] = [`${entry.prefix}_t`, `${entry.prefix}_r`];
      return this.#optional([
        `(roleattributeset ${roleAttribute} (${role}))`,
        ...this.statements([{ kind: 'interface', name: `${name}_role`, args: [user, role] }]),
      ]);
    }
    const caller = entry.from === 'sudo' ? 'sudodomain' : 'init_t';
    return this.#optional([
      ...(entry.from === 'service' ? [`(roletype system_r ${domain})`] : []),
      ...this.statements([{ kind: 'interface', name: `${name}_domtrans`, args: [caller] }]),
    ]);
  }

  started({ role, domain, ofPolicy }: StartedRole): string[] {
    const line = `(roletype ${role} ${domain})`;
    return ofPolicy ? this.#optional([line]) : [line];
  }

  nevers(nevers: readonly Neverallow[], whose: string): string[] {
    if (nevers.length === 0) return [];
    const { domain } = this.#confinement;
    const all = this.#setName();
    const rule = ({ on, classes, permissions }: Assertion): string[] =>
      classes.map((tclass) => {
        const forbidden =
          'but' in permissions
            ? permissions.but.length === 0
              ? 'all'
              : `not (${permissions.but.join(' ')})`
            : permissions.join(' ');
        return `(neverallow ${domain} ${on === 'self' ? 'self' : all} (${tclass} (${forbidden})))`;
      });
    return [
      '',
      `;;; ${whose}${NEVERALLOWS.title}`,
      '',
      ...wrapped(NEVERALLOWS.why, '; '),
      `(typeattribute ${all})`,
      `(typeattributeset ${all} (all))`,
      ...nevers.flatMap(({ comment, rules, optional }) => [
        '',
        ...wrapped(comment, '; '),
        ...rules.flatMap(rule),
        ...optional.flatMap((one) => this.#optional(rule(one))),
      ]),
    ];
  }

  statements(statements: Expansion): string[] {
    return statements.flatMap((statement) => this.#statement(statement));
  }

  #statement(statement: Statement | Membership | Conditioned): string[] {
    const name = (ref: string): string =>
      ref === 'self' ? this.#confinement.domain : typeName(this.#confinement, ref);
    switch (statement.kind) {
      case 'conditioned': {
        const { boolean, value, statements } = statement;
        return this.#branch(boolean, value, this.statements(statements));
      }
      case 'member':
        return statement.attributes.flatMap((attribute) => {
          const line = `(typeattributeset ${attribute} (${statement.type}))`;
          return statement.optional ? this.#optional([line]) : [line];
        });
      case 'allow':
      case 'dontaudit': {
        const [prelude, sources] = this.#sources(statement.sources ?? ['self']);
        return [
          ...prelude,
          ...sources.flatMap((source) =>
            statement.targets.flatMap((target) =>
              statement.classes.map(
                (objectClass) =>
                  `(${statement.kind} ${source} ${target === 'self' ? 'self' : name(target)} (${objectClass} (${statement.permissions.join(' ')})))`,
              ),
            ),
          ),
        ];
      }
      case 'ioctls': {
        const numbers = statement.commands
          .map(({ number }) => `0x${number.toString(16).padStart(4, '0')}`)
          .join(' ');
        return statement.targets.flatMap((target) =>
          statement.classes.map(
            (objectClass) =>
              `(allowx ${this.#confinement.domain} ${target === 'self' ? 'self' : name(target)} (ioctl ${objectClass} (${numbers})))`,
          ),
        );
      }
      case 'type-transition':
        return statement.classes.map((objectClass) =>
          [
            `(typetransition ${name(statement.source ?? 'self')} ${name(statement.parent)} ${objectClass}`,
            ...(statement.name === undefined ? [] : [`"${statement.name}"`]),
            `${name(statement.result)})`,
          ].join(' '),
        );
      case 'interface':
        return this.#call(statement.name, statement.args.map(name));
      case 'either':
        return this.#either(statement);
      case 'optional':
        return this.#optional([
          ...this.#required(statement.requires),
          ...this.statements(statement.statements),
        ]);
    }
  }

  #required({ types = [], classes = {} }: Optional['requires']): string[] {
    return [
      ...markers(types),
      ...Object.entries(classes).flatMap(([objectClass, permissions]) => {
        this.#needs++;
        const set = `${this.#confinement.name}_needs_${this.#needs}`;
        return [
          `(classpermission ${set})`,
          `(classpermissionset ${set} (${objectClass} (${permissions.join(' ')})))`,
        ];
      }),
    ];
  }

  #either({ choices, otherwise = [] }: Either): string[] {
    const known = choices.filter(([first]) => this.#expansions.has(first!.name));
    if (this.#expansions === EVERYWHERE) {
      return [...known.flatMap((choice) => this.statements(choice)), ...this.statements(otherwise)];
    }
    return this.statements(known[0] ?? otherwise);
  }

  #call(name: string, args: readonly string[]): string[] {
    const offered = this.#offered.get(name);
    if (offered) {
      const filled = (ref: string): string =>
        ref.replace(/^\$(\d)$/, (_, n: string) => args[Number(n) - 1]!);
      return this.statements(offered.statements.map((statement) => substituted(statement, filled)));
    }
    const expansion = this.#expansions.expand(name, args);
    if (expansion !== undefined) return this.statements(expansion);
    const compiled = compiledCall(this.#confinement, name, args);
    if (compiled === undefined) throw unwritten(this.#confinement, name);
    return filledParts(compiled, args).flatMap(({ marker, lines }) =>
      Object.keys(marker).length === 0
        ? lines
        : this.#optional([...this.#required(marker), ...lines]),
    );
  }

  #conditional(tunable: string, body: readonly string[]): string[] {
    return this.#branch(booleanName(this.#confinement, tunable), true, body);
  }

  #branch(boolean: string, value: boolean, body: readonly string[]): string[] {
    return [
      `(booleanif ${boolean}`,
      `  (${value}`,
      ...body.map((line) => `    ${line}`),
      '  )',
      ')',
    ];
  }

  #optional(body: readonly string[]): string[] {
    this.#optionals++;
    return [
      `(optional ${this.#confinement.name}_optional_${this.#optionals}`,
      ...body.map((line) => `  ${line}`),
      ')',
    ];
  }

  /** By the name the compiler knows a set that is only a way of writing: of one that rules alone check it leaves nothing in the policy. */
  #setName(): string {
    this.#sets++;
    return `${this.#confinement.name}_typeattr_${this.#sets}`;
  }

  /** `domain -self` becomes a set of types with a name; anything else is itself. */
  #sources(refs: readonly string[]): [prelude: string[], sources: string[]] {
    const name = (ref: string): string =>
      ref === 'self' ? this.#confinement.domain : typeName(this.#confinement, ref);
    const without = refs.filter((ref) => ref.startsWith('-')).map((ref) => name(ref.slice(1)));
    const included = refs.filter((ref) => !ref.startsWith('-')).map(name);
    if (without.length === 0) return [[], included];
    const set = this.#setName();
    return [
      [
        `(typeattribute ${set})`,
        `(typeattributeset ${set} (and (${included.join(' ')}) (not (${without.join(' ')}))))`,
      ],
      [set],
    ];
  }
}

function unwritten({ name }: Confinement, call: string): ConfinementProblems {
  return new ConfinementProblems(name, [
    {
      path: 'may',
      message: `what the interface \`${call}\` grants is not known here, and ${name}.cil has it written out`,
      hint: 'run this where the compilers of Debian 12 and 13 can be fetched, which say it; or write its rules with `allow`',
    },
  ]);
}

/** An optional block is dropped where one of these is unknown; `cil_gen_require` is the compilers' own mark for that. */
function markers(types: readonly string[]): string[] {
  return types.map((type) => `(typeattributeset cil_gen_require ${type})`);
}

function fileContext({ pattern, kind, type }: FileContext): string {
  return `(filecon "${pattern}" ${kind} (system_u object_r ${type} ((s0) (s0))))`;
}
