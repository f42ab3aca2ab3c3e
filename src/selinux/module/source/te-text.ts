import {
  booleanName,
  type Confinement,
  type Rule,
  type Statement,
  typeName,
} from '../../../description/index.ts';
import { wrapped } from '../../../text/index.ts';
import type { Assertion } from '../../prove/index.ts';

/** Modules that a system may lack: calls of their interfaces stand in optional blocks, so that the rest still links. */
const OPTIONAL_MODULES = /^(gnome|networkmanager|sssd|systemd|xdg|xserver)_/;

/** Statements as reference policy text, one or more lines each, without indentation. */
function statementLines(confinement: Confinement, statement: Statement): string[] {
  const name = (ref: string): string =>
    ref === 'self' ? confinement.domain : typeName(confinement, ref);
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit': {
      const sources = (statement.sources ?? ['self']).map((ref) =>
        ref.startsWith('-') ? `-${name(ref.slice(1))}` : name(ref),
      );
      const targets = statement.targets.map((ref) => (ref === 'self' ? 'self' : name(ref)));
      return [
        `${statement.kind} ${set(sources)} ${set(targets)}:${set(statement.classes)} ${permissions(statement)};`,
      ];
    }
    case 'ioctls': {
      const targets = statement.targets.map((ref) => (ref === 'self' ? 'self' : name(ref)));
      const numbers = statement.commands.map(
        ({ number }) => `0x${number.toString(16).padStart(4, '0')}`,
      );
      return [
        ...wrapped(statement.commands.map((command) => command.name).join(' ')),
        `allowxperm ${confinement.domain} ${set(targets)}:${set(statement.classes)} ioctl { ${numbers.join(' ')} };`,
      ];
    }
    case 'type-transition': {
      const [source, parent, result] = [
        name(statement.source ?? 'self'),
        name(statement.parent),
        name(statement.result),
      ];
      const object = statement.name === undefined ? '' : ` "${statement.name}"`;
      return [`type_transition ${source} ${parent}:${set(statement.classes)} ${result}${object};`];
    }
    case 'interface': {
      const args = statement.args.map((ref) => (ref.startsWith('"') ? ref : name(ref)));
      return [`${statement.name}(${args.join(', ')})`];
    }
    case 'either': {
      const [first, ...rest] = statement.choices;
      if (first === undefined) return statementsLines(confinement, statement.otherwise ?? []);
      const others = statementLines(confinement, {
        kind: 'either',
        choices: rest,
        ...(statement.otherwise ? { otherwise: statement.otherwise } : {}),
      });
      return ifdef(first[0]!.name, statementsLines(confinement, first), others);
    }
    case 'optional':
      return macro('optional_policy', [
        ...requireLines(statement.requires),
        '',
        ...statementsLines(confinement, statement.statements),
      ]);
  }
}

/** A `neverallow` of a domain. Long lists of classes go on in the next line. */
export function neverallowLines(domain: string, rule: Assertion): string[] {
  const { on, classes, permissions } = rule;
  const forbidden =
    'but' in permissions
      ? permissions.but.length === 0
        ? '*'
        : `~${set(permissions.but)}`
      : set(permissions);
  const text = `neverallow ${domain} ${on === 'self' ? 'self' : '*'}:${set(classes)} ${forbidden};`;
  return wrapped(text, '').map((line, i) => (i === 0 ? line : `\t${line}`));
}

/**
 * Several statements: calls into modules that may be absent are gathered in one optional block, and what takes more than a line
 * stands apart.
 */
export function statementsLines(
  confinement: Confinement,
  statements: readonly Statement[],
): string[] {
  const groups: string[][] = [];
  for (let i = 0; i < statements.length; i++) {
    if (!callsOptionalModule(statements[i]!)) {
      groups.push(statementLines(confinement, statements[i]!));
      continue;
    }
    const calls: string[] = [];
    while (i < statements.length && callsOptionalModule(statements[i]!)) {
      calls.push(...statementLines(confinement, statements[i++]!));
    }
    i--;
    groups.push(macro('optional_policy', calls));
  }
  const isBlock = (group: readonly string[]): boolean => group.at(-1)!.endsWith("')");
  return groups.flatMap((group, i) =>
    i > 0 && (isBlock(group) || isBlock(groups[i - 1]!)) ? ['', ...group] : group,
  );
}

function callsOptionalModule(statement: Statement): boolean {
  return statement.kind === 'interface' && OPTIONAL_MODULES.test(statement.name);
}

/** The reference policy's name for exactly these permissions, where it has one. */
function permissions(rule: Rule): string {
  const wanted = [...rule.permissions].sort().join(' ');
  const macro =
    rule.classes.length === 1 ? PERMISSION_MACROS[`${rule.classes[0]}: ${wanted}`] : undefined;
  return macro ?? set(rule.permissions);
}

const PERMISSION_MACROS: Readonly<Record<string, string>> = {
  'dir: getattr open search': 'search_dir_perms',
  'dir: getattr ioctl lock open read search': 'list_dir_perms',
  'file: getattr ioctl lock open read': 'read_file_perms',
  'lnk_file: getattr read': 'read_lnk_file_perms',
  'process: sigchld sigkill signal signull sigstop': 'signal_perms',
};

/** `name(`lines')`, the reference policy's way to hand a block to a macro. */
export function macro(name: string, lines: readonly string[]): string[] {
  return [`${name}(\``, ...indented(lines), "')"];
}

export function tunablePolicy(
  confinement: Confinement,
  tunable: string,
  lines: readonly string[],
): string[] {
  return [`tunable_policy(\`${booleanName(confinement, tunable)}',\``, ...indented(lines), "')"];
}

export function ifdef(
  name: string,
  then: readonly string[],
  otherwise: readonly string[] = [],
): string[] {
  return [
    `ifdef(\`${name}',\``,
    ...indented(then),
    ...(otherwise.length > 0 ? ["',`", ...indented(otherwise)] : []),
    "')",
  ];
}

export interface Requires {
  readonly types?: readonly string[];
  readonly attributes?: readonly string[];
  readonly roles?: readonly string[];
  readonly attributeRoles?: readonly string[];
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

export function requireLines(requires: Requires): string[] {
  const list = (keyword: string, names: readonly string[] | undefined): string[] =>
    names === undefined || names.length === 0
      ? []
      : [`${keyword} ${[...names].sort().join(', ')};`];
  return macro('gen_require', [
    ...list('attribute', requires.attributes),
    ...list('attribute_role', requires.attributeRoles),
    ...list('type', requires.types),
    ...list('role', requires.roles),
    ...Object.entries(requires.classes ?? {}).map(
      ([name, permissions]) => `class ${name} { ${permissions.join(' ')} };`,
    ),
  ]);
}

/** One name stands alone, several in braces. */
export function set(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `{ ${names.join(' ')} }`;
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `\t${line}`));
}
