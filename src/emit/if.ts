import { type Confinement, typeName } from '../confinement/index.ts';
import { ifdef, macro, requireLines } from './te-text.ts';
import { ownTypes } from './te.ts';

/** The module's interfaces: what other modules may ask of it. */
export function ifFile(confinement: Confinement): string {
  const { name, domain, executableType } = confinement;
  const program = confinement.program.name;
  const natures = new Map(ownTypes(confinement).map((type) => [type.nature, typeName(confinement, `own:${type.name}`)]));
  const log = natures.get('log');
  const home = natures.get('home-content');

  const interfaces = [
    definition(`${name}_domtrans`, `Execute ${program} in its own domain.`, [DOMAIN], [
      ...requireLines({ types: [domain, executableType] }),
      '',
      'corecmd_search_bin($1)',
      `domtrans_pattern($1, ${executableType}, ${domain})`,
      '',
      '# Without these, a caller under no_new_privs would run it in its own domain.',
      `allow $1 ${domain}:process2 { nnp_transition nosuid_transition };`,
    ]),
    definition(
      `${name}_run`,
      `Execute ${program} in its own domain, allow the role that domain, and let the caller see and stop it.`,
      [DOMAIN, ROLE],
      [
        ...requireLines({ types: [domain], attributeRoles: [confinement.roleAttribute] }),
        '',
        `${name}_domtrans($1)`,
        `roleattribute $2 ${confinement.roleAttribute};`,
        '',
        `allow $1 ${domain}:process { ptrace signal_perms };`,
        `ps_process_pattern($1, ${domain})`,
        ...(log ? ['', `${name}_manage_log($1)`] : []),
        ...(home ? ['', ...homeNames(confinement, home)] : []),
      ],
    ),
  ];
  if (log) {
    interfaces.push(
      definition(`${name}_read_log`, `Read logs and captures of ${program}.`, [DOMAIN], [
        ...requireLines({ types: [log] }),
        '',
        'logging_search_logs($1)',
        `list_dirs_pattern($1, ${log}, ${log})`,
        `read_files_pattern($1, ${log}, ${log})`,
      ]),
      definition(`${name}_manage_log`, `Create, read, write, and delete logs and captures of ${program}.`, [DOMAIN], [
        ...requireLines({ types: [log] }),
        '',
        'logging_search_logs($1)',
        `manage_dirs_pattern($1, ${log}, ${log})`,
        `manage_files_pattern($1, ${log}, ${log})`,
        `relabel_dirs_pattern($1, ${log}, ${log})`,
        `relabel_files_pattern($1, ${log}, ${log})`,
      ]),
    );
  }
  if (home) interfaces.push(manageHome(confinement, home));
  interfaces.push(
    definition(
      `${name}_admin`,
      `All of the rules required to administrate a ${program} environment.`,
      [DOMAIN, ROLE],
      [
        `${name}_run($1, $2)`,
        ...(log ? ['', `${name}_manage_log($1)`] : []),
      ],
      'admin',
    ),
  );
  return `## <summary>${escapeXml(capital(confinement.title))}.</summary>\n${interfaces.join('')}`;
}

interface Parameter {
  readonly name: string;
  readonly summary: string;
}

const DOMAIN: Parameter = { name: 'domain', summary: 'Domain allowed access.' };
const ROLE: Parameter = { name: 'role', summary: 'Role allowed access.' };

function definition(
  name: string,
  summary: string,
  parameters: readonly Parameter[],
  body: readonly string[],
  mark?: 'admin',
): string {
  const lines = [
    '',
    '########################################',
    '## <summary>',
    `##\t${escapeXml(summary)}`,
    '## </summary>',
    ...parameters.flatMap((parameter) => [
      `## <param name="${parameter.name}">`,
      '##\t<summary>',
      `##\t${parameter.summary}`,
      '##\t</summary>',
      '## </param>',
    ]),
    ...(mark === 'admin' ? ['## <rolecap/>'] : []),
    '#',
    `interface(\`${name}',\``,
    ...body.map((line) => (line === '' ? '' : `\t${line}`)),
    "')",
  ];
  return `${lines.join('\n')}\n`;
}

function manageHome(confinement: Confinement, home: string): string {
  const { name } = confinement;
  return definition(
    `${name}_manage_home`,
    `Create, read, write, and delete the user's settings and data of ${confinement.program.name}.`,
    [DOMAIN],
    [
      ...requireLines({ types: [home] }),
      '',
      'userdom_search_user_home_dirs($1)',
      `manage_dirs_pattern($1, ${home}, ${home})`,
      `manage_files_pattern($1, ${home}, ${home})`,
      `manage_lnk_files_pattern($1, ${home}, ${home})`,
      `relabel_dirs_pattern($1, ${home}, ${home})`,
      `relabel_files_pattern($1, ${home}, ${home})`,
      `relabel_lnk_files_pattern($1, ${home}, ${home})`,
    ],
  );
}

/** What the user creates under these names gets the program's type, whichever policy names the parent. */
function homeNames(confinement: Confinement, home: string): string[] {
  const names = confinement.may.flatMap((ability) => ability.homeNames ?? []);
  const transitions = (flavour: 'gnome' | 'xdg'): string[] =>
    macro(
      'optional_policy',
      names.map(({ under, name }) => `${flavour}_${under}_filetrans($1, ${home}, dir, "${name}")`),
    );
  return [
    `${confinement.name}_manage_home($1)`,
    '',
    ...ifdef('xdg_config_filetrans', transitions('xdg'), ifdef('gnome_config_filetrans', transitions('gnome'))),
  ];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
