import {
  type Ability,
  type Block,
  type Confinement,
  type Entry,
  type OwnType,
  type Statement,
  typeName,
} from '../confinement/index.ts';
import { macro, requireLines, statementsLines, tunablePolicy, wrapped } from './te-text.ts';

/** The module's type enforcement file: declarations, then one section per ability, each block below its reason. */
export function teFile(confinement: Confinement): string {
  const lines = [
    `policy_module(${confinement.name}, ${confinement.version})`,
    '',
    ...banner('Declarations'),
    '',
    ...confinement.tunables.flatMap((tunable) => [
      '## <desc>',
      '##\t<p>',
      ...wrapped(`Determine whether ${confinement.program.name} can ${tunable.can}.`, '##\t'),
      '##\t</p>',
      '## </desc>',
      `gen_tunable(${confinement.name}_${tunable.name}, ${tunable.default})`,
      '',
    ]),
    `attribute_role ${confinement.roleAttribute};`,
    '',
    `type ${confinement.domain};`,
    `type ${confinement.executableType};`,
    `application_domain(${confinement.domain}, ${confinement.executableType})`,
    `role ${confinement.roleAttribute} types ${confinement.domain};`,
    '',
    ...ownTypes(confinement).flatMap((type) => declaration(confinement, type)),
    ...confinement.may.flatMap((ability) => section(confinement, ability)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Each type that an ability declares, once, in the order of the description. */
export function ownTypes(confinement: Confinement): readonly OwnType[] {
  const types = confinement.may.flatMap((ability) => ability.types ?? []);
  return types.filter((type, i) => types.findIndex((other) => other.name === type.name) === i);
}

/** The interface that makes a type what it is, by its nature. */
export const NATURE_INTERFACE: Readonly<Record<OwnType['nature'], string>> = {
  log: 'logging_log_file',
  'home-content': 'userdom_user_home_content',
  packet: 'corenet_packet',
};

function declaration(confinement: Confinement, type: OwnType): string[] {
  const name = typeName(confinement, `own:${type.name}`);
  return [...wrapped(`${sentence(type.what)}.`), `type ${name};`, `${NATURE_INTERFACE[type.nature]}(${name})`, ''];
}

function section(confinement: Confinement, ability: Ability): string[] {
  const entries = ability.entries ?? [];
  const entryLines = entries.flatMap((entry) => [...entryBlock(confinement, entry), '']);
  return [
    ...banner(ability.title),
    '',
    ...ability.blocks.flatMap((block) => [...blockLines(confinement, block), '']),
    ...(entries.some(({ from }) => from === 'user')
      ? wrapped('Login users enter the domain by executing the program, each in a role of their own.')
      : []),
    ...entryLines,
  ];
}

function blockLines(confinement: Confinement, block: Block): string[] {
  const types = foreignTypes(block.statements);
  const attributes = foreignAttributes(block.statements);
  const needsRequire = types.length > 0 || attributes.length > 0;
  const body = [
    ...(needsRequire ? [...requireLines({ types, attributes }), ''] : []),
    ...statementsLines(confinement, block.statements),
  ];
  return [...wrapped(block.why), ...(block.when === undefined ? body : tunablePolicy(confinement, block.when, body))];
}

/** Types of the policy that plain rules name: the module must say that it needs them. Those in optional blocks are required there. */
function foreignTypes(statements: readonly Statement[]): string[] {
  const names = new Set<string>();
  for (const statement of statements) {
    for (const ref of namesIn(statement)) if (/_t$/.test(ref) && !ref.startsWith('own:')) names.add(ref);
  }
  return [...names].sort();
}

function foreignAttributes(statements: readonly Statement[]): string[] {
  const names = new Set<string>();
  for (const statement of statements) {
    for (const ref of namesIn(statement)) {
      if (!/_t$/.test(ref) && !ref.startsWith('own:') && ref !== 'self') names.add(ref);
    }
  }
  return [...names].sort();
}

function namesIn(statement: Statement): string[] {
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit':
      return [...statement.targets, ...(statement.sources ?? []).map((ref) => ref.replace(/^-/, ''))];
    case 'ioctls':
      return [...statement.targets];
    case 'type-transition':
      return [statement.parent];
    default:
      return [];
  }
}

function entryBlock(confinement: Confinement, entry: Entry): string[] {
  if (entry.from === 'user') {
    const [domain, role] = [`${entry.prefix}_t`, `${entry.prefix}_r`];
    return macro('optional_policy', [
      ...requireLines({ types: [domain], roles: [role] }),
      '',
      `${confinement.name}_run(${domain}, ${role})`,
    ]);
  }
  return [
    ...wrapped('The service manager enters the domain by executing the program, in the role of the system.'),
    ...macro('optional_policy', [
      ...requireLines({ types: ['init_t'], roles: ['system_r'] }),
      '',
      `role system_r types ${confinement.domain};`,
      '',
      ...tunablePolicy(confinement, entry.when, [`${confinement.name}_domtrans(init_t)`]),
    ]),
  ];
}

function banner(title: string): string[] {
  return ['########################################', '#', `# ${title}`, '#'];
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
