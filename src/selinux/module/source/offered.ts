import {
  allow,
  type Confinement,
  call,
  domainsOf,
  either,
  type InterfaceCall,
  type Rule,
  type Statement,
  typeName,
} from '../../../description/index.ts';
import { ownTypes } from './own-types.ts';

import type { Requires } from './te-text.ts';

/** An interface that the module offers to others: written into its .if, and expanded where its own .te calls it. */
export interface Offered {
  readonly name: string;
  readonly summary: string;
  /** `$1` is a domain, `$2` a role. */
  readonly parameters: readonly ('domain' | 'role')[];
  readonly requires: Requires;
  /** The role `$2` may have the program's domain. */
  readonly givesRole: boolean;
  readonly statements: readonly Statement[];
  /** Marked as administrative for the policy's documentation. */
  readonly admin: boolean;
}

/** What other modules may ask of each domain: enter it, run it in a role, read or manage its logs and settings, administer it. */
export function offeredInterfaces(confinement: Confinement): readonly Offered[] {
  return domainsOf(confinement).flatMap(offeredBy);
}

/** The same of one domain. */
export function offeredBy(confinement: Confinement): readonly Offered[] {
  const own = (nature: string): string | undefined => {
    const type = ownTypes(confinement).find((candidate) => candidate.nature === nature);
    return type && typeName(confinement, `own:${type.name}`);
  };
  const [log, home] = [own('log'), own('home-content')];
  return [
    ...entering(confinement),
    roleInterface(confinement, log, home),
    ...(log ? logInterfaces(confinement, log) : []),
    ...(home ? [homeInterface(confinement, home)] : []),
    adminInterface(confinement, log, home),
  ];
}

/** For a domain as its only parameter, unless `more` says otherwise. */
function offer(
  { name }: Confinement,
  part: string,
  summary: string,
  requires: Requires,
  statements: readonly Statement[],
  more: Partial<Offered> = {},
): Offered {
  return {
    name: `${name}_${part}`,
    summary,
    requires,
    statements,
    parameters: ['domain'],
    givesRole: false,
    admin: false,
    ...more,
  };
}

function entering(confinement: Confinement): Offered[] {
  const { name, domain, executableType, program } = confinement;
  return [
    offer(
      confinement,
      'domtrans',
      `Execute ${program.name} in its own domain.`,
      { types: [domain, executableType] },
      [
        call('corecmd_search_bin', '$1'),
        call('domtrans_pattern', '$1', executableType, domain),
        // A caller under no_new_privs would otherwise run the program in its own domain, silently.
        byCaller(allow(domain, 'process2', ['nnp_transition', 'nosuid_transition'])),
      ],
    ),
    offer(
      confinement,
      'run',
      `Execute ${program.name} in its own domain, and allow the role that domain.`,
      { attributeRoles: [confinement.roleAttribute] },
      [call(`${name}_domtrans`, '$1')],
      { parameters: ['domain', 'role'], givesRole: true },
    ),
  ];
}

function roleInterface(
  confinement: Confinement,
  log: string | undefined,
  home: string | undefined,
): Offered {
  const { name, domain, program } = confinement;
  return offer(
    confinement,
    'role',
    `What a user of ${program.name} needs: run it, see and stop it, and own its logs and settings.`,
    { types: home ? [domain, home] : [domain] },
    [
      ...runAndStop(confinement),
      ...(log ? [call(`${name}_manage_log`, '$1')] : []),
      ...(home ? [call(`${name}_manage_home`, '$1'), ...homeNames(confinement, home)] : []),
    ],
    { parameters: ['domain', 'role'] },
  );
}

function logInterfaces(confinement: Confinement, log: string): Offered[] {
  const { program } = confinement;
  return [
    offer(confinement, 'read_log', `Read logs and captures of ${program.name}.`, { types: [log] }, [
      call('logging_search_logs', '$1'),
      call('list_dirs_pattern', '$1', log, log),
      call('read_files_pattern', '$1', log, log),
    ]),
    offer(
      confinement,
      'manage_log',
      `Create, read, write, and delete logs and captures of ${program.name}.`,
      { types: [log] },
      [call('logging_search_logs', '$1'), ...managed(log, ['dirs', 'files'])],
    ),
  ];
}

function homeInterface(confinement: Confinement, home: string): Offered {
  return offer(
    confinement,
    'manage_home',
    `Create, read, write, and delete settings and data of ${confinement.program.name} in home directories.`,
    { types: [home] },
    [call('userdom_search_user_home_dirs', '$1'), ...managed(home, ['dirs', 'files', 'lnk_files'])],
  );
}

function adminInterface(
  confinement: Confinement,
  log: string | undefined,
  home: string | undefined,
): Offered {
  const { domain, program } = confinement;
  return offer(
    confinement,
    'admin',
    `All of the rules required to administrate ${program.name}.`,
    { types: [domain, ...(log ? [log] : []), ...(home ? [home] : [])] },
    [
      ...runAndStop(confinement),
      ...(log ? [call('logging_search_logs', '$1'), call('admin_pattern', '$1', log)] : []),
      ...(home
        ? [call('userdom_search_user_home_dirs', '$1'), call('admin_pattern', '$1', home)]
        : []),
    ],
    { parameters: ['domain', 'role'], admin: true },
  );
}

function runAndStop({ name, domain }: Confinement): Statement[] {
  return [
    call(`${name}_run`, '$1', '$2'),
    byCaller(allow(domain, 'process', SIGNALS)),
    call('ps_process_pattern', '$1', domain),
  ];
}

/** What the reference policy calls signal_perms. */
const SIGNALS = ['sigchld', 'sigkill', 'signal', 'signull', 'sigstop'];

function byCaller(rule: Rule): Rule {
  return { ...rule, sources: ['$1'] };
}

function managed(type: string, kinds: readonly string[]): InterfaceCall[] {
  return ['manage', 'relabel'].flatMap((verb) =>
    kinds.map((kind) => call(`${verb}_${kind}_pattern`, '$1', type, type)),
  );
}

/** What the user creates under these names gets the program's type, whichever policy names the parent. */
function homeNames(confinement: Confinement, home: string): Statement[] {
  const names = confinement.may.flatMap((ability) => ability.homeNames ?? []);
  const transitions = (flavour: 'gnome' | 'xdg'): InterfaceCall[] =>
    names.map(({ under, name }) =>
      call(`${flavour}_${under}_filetrans`, '$1', home, 'dir', `"${name}"`),
    );
  return names.length === 0 ? [] : [either([transitions('xdg'), transitions('gnome')])];
}
