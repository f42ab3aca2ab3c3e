import {
  allow,
  dontaudit,
  optional,
  type Rule,
  type Statement,
} from '../../../description/index.ts';

/**
 * What the reference policy's interfaces grant, in plain rules, for the CIL form of a module: CIL has no interfaces. Written down from what
 * the interfaces expand to in the headers of Debian 12 and 13; a test compiles both forms, links each into both policies, and compares the
 * rules one by one. Where distributions differ, a rule stands in an optional block that names what only one of them has.
 *
 * Arguments are type names; the first is most often the domain.
 */
export type Expansion = readonly (Statement | Membership | Conditioned)[];

/** Statements that apply while a boolean of the policy has a value. */
export interface Conditioned {
  readonly kind: 'conditioned';
  readonly boolean: string;
  readonly value: boolean;
  readonly statements: readonly Statement[];
}

/** The type becomes a member of these attributes; with `optional`, of those that the policy has. */
export interface Membership {
  readonly kind: 'member';
  readonly type: string;
  readonly attributes: readonly string[];
  readonly optional?: true;
}

export function expand(name: string, args: readonly string[]): Expansion | undefined {
  return INTERFACES[name]?.(...args);
}

const SEARCH = ['getattr', 'open', 'search'];
const LIST = ['getattr', 'ioctl', 'lock', 'open', 'read', 'search'];
const RW_DIR = [
  'add_name',
  'getattr',
  'ioctl',
  'lock',
  'open',
  'read',
  'remove_name',
  'search',
  'write',
];
const READ = ['getattr', 'ioctl', 'lock', 'open', 'read'];
const READ_LINK = ['getattr', 'read'];
const EXEC = ['execute', 'getattr', 'ioctl', 'map', 'open', 'read'];
const RELABEL = ['getattr', 'relabelfrom', 'relabelto'];
const MANAGE_DIR = [
  'add_name',
  'create',
  'getattr',
  'ioctl',
  'link',
  'lock',
  'open',
  'read',
  'remove_name',
  'rename',
  'reparent',
  'rmdir',
  'search',
  'setattr',
  'unlink',
  'write',
];
const MANAGE_FILE = [
  'append',
  'create',
  'getattr',
  'ioctl',
  'link',
  'lock',
  'open',
  'read',
  'rename',
  'setattr',
  'unlink',
  'write',
];
const MANAGE_LINK = [
  'create',
  'getattr',
  'ioctl',
  'link',
  'lock',
  'read',
  'rename',
  'setattr',
  'unlink',
  'write',
];

/** A type that only Fedora's policy has, and one that only the reference policy has: they tell the two apart where an interface grants another thing. */
const onFedora = (...rules: Statement[]): Statement =>
  optional({ types: ['config_home_t'] }, rules);
const onReference = (...rules: Statement[]): Statement =>
  optional({ types: ['init_runtime_t'] }, rules);

/** A class that the reference policy has had since Debian 13's: it tells the two apart where an interface grew. */
const SINCE_DEBIAN_13 = { user_namespace: ['create'] };

const FILE_ATTRIBUTES = ['file_type', 'non_auth_file_type', 'non_security_file_type'];

type Expander = (...args: string[]) => Expansion;

const INTERFACES: Readonly<Record<string, Expander>> = {
  application_domain: (domain, exec) => [
    member(domain!, 'application_domain_type', 'domain'),
    // Fedora's domains receive unlabelled traffic by this.
    { kind: 'member', type: domain!, attributes: ['corenet_unlabeled_type'], optional: true },
    member(exec!, 'application_exec_type', 'entry_type', 'exec_type', ...FILE_ATTRIBUTES),
    from(domain!, allow(exec!, 'file', [...EXEC, 'entrypoint', 'lock'])),
    optional({ types: ['init_t'] }, [
      from(domain!, allow('init_t', 'process', ['sigchld', 'signull'])),
    ]),
    optional({ types: ['rpm_t'] }, [
      from(domain!, allow('rpm_t', 'fd', 'use')),
      from(domain!, allow('rpm_t', 'fifo_file', READ)),
    ]),
    optional({ types: ['security_t', 'sysfs_t', 'init_runtime_t'] }, [
      from(domain!, dontaudit('security_t', 'filesystem', 'getattr')),
      from(domain!, dontaudit('sysfs_t', 'filesystem', 'getattr')),
      from(domain!, dontaudit(['security_t', 'sysfs_t'], 'dir', SEARCH)),
      from(domain!, dontaudit('security_t', 'file', READ)),
    ]),
    optional({ types: ['selinux_config_t'] }, [
      from(domain!, dontaudit('selinux_config_t', 'dir', SEARCH)),
      from(domain!, dontaudit('selinux_config_t', 'file', READ)),
    ]),
  ],
  auth_read_passwd_file: (domain) => [
    optional({ types: ['passwd_file_t'] }, [from(domain!, allow('passwd_file_t', 'file', READ))]),
  ],
  corecmd_dontaudit_exec_all_executables: (domain) => [
    from(domain!, dontaudit('exec_type', 'file', ['execute', 'execute_no_trans'])),
  ],
  corecmd_dontaudit_search_bin: (domain) => [from(domain!, dontaudit('bin_t', 'dir', SEARCH))],
  corecmd_search_bin: (domain) => [
    from(domain!, allow(['bin_t', 'usr_t'], 'dir', SEARCH)),
    from(domain!, allow('bin_t', 'lnk_file', READ_LINK)),
  ],
  corenet_packet: (packet) => [member(packet!, 'packet_type')],
  corenet_tcp_connect_dns_port: (domain) => [
    from(domain!, allow('dns_port_t', 'tcp_socket', 'name_connect')),
  ],
  corenet_udp_bind_generic_node: (domain) => [
    from(domain!, allow('node_t', 'udp_socket', 'node_bind')),
  ],
  dev_map_sysfs: (domain) => [from(domain!, allow('sysfs_t', 'file', 'map'))],
  dev_read_sysfs: (domain) => readTree(domain!, 'sysfs_t'),
  domain_read_all_domains_state: (domain) => [
    from(domain!, allow('proc_t', 'dir', SEARCH)),
    from(domain!, allow('domain', 'dir', LIST)),
    from(domain!, allow('domain', 'file', READ)),
    from(domain!, allow('domain', 'lnk_file', READ_LINK)),
  ],
  domain_use_interactive_fds: (domain) => [from(domain!, allow('privfd', 'fd', 'use'))],
  domtrans_pattern: (caller, exec, domain) => [
    from(caller!, allow(exec!, 'file', EXEC)),
    from(caller!, allow(domain!, 'process', 'transition')),
    from(caller!, dontaudit(domain!, 'process', ['noatsecure', 'rlimitinh', 'siginh'])),
    {
      kind: 'type-transition',
      source: caller!,
      parent: exec!,
      result: domain!,
      classes: ['process'],
    },
    from(domain!, allow(caller!, 'fd', 'use')),
    from(
      domain!,
      allow(caller!, 'fifo_file', ['append', 'getattr', 'ioctl', 'lock', 'read', 'write']),
    ),
    from(domain!, allow(caller!, 'process', 'sigchld')),
  ],
  files_read_etc_files: (domain) => [
    ...readTree(domain!, 'etc_t'),
    onFedora(
      from(domain!, allow('etc_runtime_t', 'file', READ)),
      from(domain!, allow('etc_runtime_t', 'lnk_file', READ_LINK)),
    ),
  ],
  files_read_usr_files: (domain) => readTree(domain!, 'usr_t'),
  files_search_var_lib: (domain) => [from(domain!, allow(['var_lib_t', 'var_t'], 'dir', SEARCH))],
  kernel_dontaudit_request_load_module: (domain) => [
    from(domain!, dontaudit('kernel_t', 'system', 'module_request')),
  ],
  kernel_read_network_state: (domain) => [
    from(domain!, allow('proc_t', 'dir', SEARCH)),
    onReference(from(domain!, allow('proc_t', 'dir', LIST))),
    ...readTree(domain!, 'proc_net_t'),
  ],
  kernel_read_system_state: (domain) => readTree(domain!, 'proc_t'),
  files_tmp_file: (type) => [member(type!, 'polymember', 'tmpfile', ...FILE_ATTRIBUTES)],
  files_tmp_filetrans: (domain, result, classes) => [
    from(domain!, allow('tmp_t', 'dir', RW_DIR)),
    {
      kind: 'type-transition',
      parent: 'tmp_t',
      result: result!,
      classes: classes!.split(/[{} ]+/).filter(Boolean),
      source: domain!,
    },
  ],
  logging_log_file: (type) => [
    member(type!, 'logfile', ...FILE_ATTRIBUTES),
    onReference(from(type!, allow(['tmp_t', 'tmpfs_t'], 'filesystem', 'associate'))),
  ],
  logging_search_logs: (domain) => [
    from(domain!, allow(['var_log_t', 'var_t'], 'dir', SEARCH)),
    onReference(from(domain!, allow('var_log_t', 'lnk_file', READ_LINK))),
  ],
  manage_dirs_pattern: (domain, parent, type) => [
    from(domain!, allow(parent!, 'dir', RW_DIR)),
    from(domain!, allow(type!, 'dir', MANAGE_DIR)),
  ],
  manage_files_pattern: (domain, parent, type) => [
    from(domain!, allow(parent!, 'dir', RW_DIR)),
    from(domain!, allow(type!, 'file', MANAGE_FILE)),
  ],
  manage_lnk_files_pattern: (domain, parent, type) => [
    from(domain!, allow(parent!, 'dir', RW_DIR)),
    from(domain!, allow(type!, 'lnk_file', MANAGE_LINK)),
    optional({ classes: SINCE_DEBIAN_13 }, [from(domain!, allow(type!, 'lnk_file', 'append'))]),
  ],
  miscfiles_read_localization: (domain) => [
    from(domain!, allow(['etc_t', 'usr_t'], 'dir', SEARCH)),
    from(domain!, allow('etc_t', 'lnk_file', READ_LINK)),
    ...readTree(domain!, 'locale_t'),
    from(domain!, allow('locale_t', 'file', 'map')),
  ],
  networkmanager_read_runtime_files: (domain) => [
    optional({ types: ['NetworkManager_runtime_t'] }, [
      from(domain!, allow(['NetworkManager_runtime_t', 'var_run_t', 'var_t'], 'dir', SEARCH)),
      from(domain!, allow('var_run_t', 'lnk_file', READ_LINK)),
      from(domain!, allow('NetworkManager_runtime_t', 'file', READ)),
    ]),
  ],
  ps_process_pattern: (caller, domain) => [
    from(caller!, allow(domain!, 'dir', LIST)),
    from(caller!, allow(domain!, 'file', READ)),
    from(caller!, allow(domain!, 'lnk_file', READ_LINK)),
    from(caller!, allow(domain!, 'process', 'getattr')),
  ],
  relabel_dirs_pattern: (domain, parent, type) => relabel(domain!, parent!, type!, 'dir'),
  relabel_files_pattern: (domain, parent, type) => relabel(domain!, parent!, type!, 'file'),
  relabel_lnk_files_pattern: (domain, parent, type) => relabel(domain!, parent!, type!, 'lnk_file'),
  sysnet_read_config: (domain) => [
    from(domain!, allow(['etc_t', 'var_t'], 'dir', SEARCH)),
    // What Debian calls var_run_t is the directory /run, Fedora's var_run_t too.
    from(domain!, allow('var_run_t', 'dir', SEARCH)),
    from(domain!, allow('var_run_t', 'lnk_file', READ_LINK)),
    ...readTree(domain!, 'net_conf_t'),
    // Where resolv.conf leads is the choice of who writes it: Fedora lets it look on the way through all of /run.
    onFedora(from(domain!, allow('pidfile', 'dir', SEARCH))),
    optional({ types: ['init_runtime_t', 'systemd_resolved_runtime_t'] }, [
      from(domain!, allow('etc_t', 'lnk_file', READ_LINK)),
      from(domain!, allow(['init_runtime_t', 'systemd_resolved_runtime_t'], 'dir', SEARCH)),
      from(domain!, allow('systemd_resolved_runtime_t', 'file', READ)),
    ]),
  ],
  sssd_dontaudit_search_lib: (domain) => [
    optional({ types: ['sssd_var_lib_t'] }, [
      from(domain!, dontaudit('sssd_var_lib_t', 'dir', SEARCH)),
    ]),
  ],
  systemd_chat_resolved: (domain) => [
    optional({ types: ['systemd_resolved_t', 'systemd_resolved_var_run_t'] }, [
      from(domain!, allow('systemd_resolved_t', 'unix_stream_socket', 'connectto')),
    ]),
  ],
  systemd_resolved_write_pid_sock_files: (domain) => [
    optional({ types: ['systemd_resolved_var_run_t'] }, [
      from(domain!, allow('systemd_resolved_var_run_t', 'dir', SEARCH)),
      from(
        domain!,
        allow('systemd_resolved_var_run_t', 'sock_file', ['append', 'getattr', 'open', 'write']),
      ),
    ]),
  ],
  systemd_stream_connect_resolved: (domain) => [
    optional({ types: ['init_runtime_t', 'systemd_resolved_runtime_t', 'systemd_resolved_t'] }, [
      from(domain!, allow(['init_runtime_t', 'systemd_resolved_runtime_t'], 'dir', SEARCH)),
      from(
        domain!,
        allow('systemd_resolved_runtime_t', 'sock_file', ['append', 'getattr', 'open', 'write']),
      ),
      from(domain!, allow('systemd_resolved_t', 'unix_stream_socket', 'connectto')),
    ]),
  ],
  systemd_tmpfilesd_managed: (type) => [
    // Only the reference policy needs it: Fedora's systemd_tmpfiles_t manages all files. `init_runtime_t` tells the two apart.
    optional({ types: ['init_runtime_t', 'systemd_tmpfiles_t'] }, [
      from('systemd_tmpfiles_t', allow(type!, 'dir', [...MANAGE_DIR, 'relabelfrom', 'relabelto'])),
      from(
        'systemd_tmpfiles_t',
        allow(type!, ['fifo_file', 'lnk_file'], ['create', ...RELABEL, 'setattr', 'unlink']),
      ),
      from(
        'systemd_tmpfiles_t',
        allow(type!, 'file', [
          'append',
          'create',
          'getattr',
          'ioctl',
          'lock',
          'open',
          'relabelfrom',
          'relabelto',
          'setattr',
          'unlink',
          'write',
        ]),
      ),
    ]),
    optional({ types: ['init_runtime_t', 'systemd_tmpfiles_t'], classes: SINCE_DEBIAN_13 }, [
      from('systemd_tmpfiles_t', allow(type!, 'lnk_file', 'read')),
    ]),
  ],
  term_use_controlling_term: (domain) => [
    from(domain!, allow('device_t', 'dir', LIST)),
    from(domain!, allow('device_t', 'lnk_file', READ_LINK)),
    from(
      domain!,
      allow('devtty_t', 'chr_file', [
        'append',
        'getattr',
        'ioctl',
        'lock',
        'open',
        'read',
        'write',
      ]),
    ),
  ],
  userdom_dontaudit_search_user_home_content: (domain) => [
    onReference(from(domain!, dontaudit('user_home_t', 'dir', SEARCH))),
    onFedora(
      from(domain!, dontaudit('user_home_type', 'dir', SEARCH)),
      from(domain!, dontaudit(['cifs_t', 'nfs_t'], 'dir', LIST)),
    ),
  ],
  userdom_search_user_home_dirs: (domain) => [
    from(domain!, allow(['home_root_t', 'user_home_dir_t'], 'dir', SEARCH)),
    from(domain!, allow('home_root_t', 'lnk_file', READ_LINK)),
    onFedora(from(domain!, allow('user_home_dir_t', 'lnk_file', READ_LINK))),
  ],
  userdom_use_inherited_user_terminals: (domain) => [
    from(domain!, allow('device_t', 'dir', LIST)),
    onReference(from(domain!, allow('devpts_t', 'dir', LIST))),
    from(domain!, allow('device_t', 'lnk_file', READ_LINK)),
    from(
      domain!,
      allow(['user_devpts_t', 'user_tty_device_t'], 'chr_file', [
        'append',
        'getattr',
        'ioctl',
        'read',
        'write',
      ]),
    ),
    onFedora(from(domain!, allow(['user_devpts_t', 'user_tty_device_t'], 'chr_file', 'lock'))),
  ],
  userdom_user_home_content: (type) => [
    member(type!, 'polymember', ...FILE_ATTRIBUTES),
    // Debian's and Fedora's names; each policy has one of the first two.
    {
      kind: 'member',
      type: type!,
      attributes: ['user_home_content_type', 'user_home_type', 'ubac_constrained_type'],
      optional: true,
    },
    from(type!, allow('user_home_t', 'filesystem', 'associate')),
  ],
  gnome_config_filetrans: (...args) => nameTransition('config_home_t', ...args),
  gnome_data_filetrans: (...args) => nameTransition('data_home_t', ...args),
  xdg_config_filetrans: (...args) => nameTransition('xdg_config_t', ...args),
  xdg_data_filetrans: (...args) => nameTransition('xdg_data_t', ...args),
  xdg_search_config_dirs: (domain) => [
    optional({ types: ['xdg_config_t'] }, [
      from(domain!, allow(['home_root_t', 'user_home_dir_t', 'xdg_config_t'], 'dir', SEARCH)),
      from(domain!, allow('home_root_t', 'lnk_file', READ_LINK)),
    ]),
  ],
  xdg_search_data_dirs: (domain) => [
    optional({ types: ['xdg_data_t'] }, [from(domain!, allow('xdg_data_t', 'dir', SEARCH))]),
  ],
  // Only Fedora has it, and there it allows.
  xserver_dontaudit_stream_connect: (domain) => [
    onFedora(
      from(domain!, allow('user_tmp_t', 'dir', SEARCH)),
      from(domain!, allow('user_tmp_t', 'sock_file', ['append', 'getattr', 'open', 'write'])),
      from(domain!, allow('xserver_t', 'unix_stream_socket', 'connectto')),
    ),
  ],
};

/** What `caller` creates under this name in a directory of type `parent` gets the type `result`; the parent may be created too. */
function nameTransition(
  parent: string,
  caller?: string,
  result?: string,
  objectClass?: string,
  object?: string,
): Expansion {
  return [
    optional({ types: [parent] }, [
      from(caller!, allow(['home_root_t', 'user_home_dir_t'], 'dir', SEARCH)),
      from(caller!, allow('home_root_t', 'lnk_file', READ_LINK)),
      from(caller!, allow(parent, 'dir', [...RW_DIR, 'create'])),
      {
        kind: 'type-transition',
        parent,
        result: result!,
        classes: [objectClass!],
        name: object!.replaceAll('"', ''),
        source: caller!,
      },
    ]),
  ];
}

function readTree(domain: string, type: string): Rule[] {
  return [
    from(domain, allow(type, 'dir', LIST)),
    from(domain, allow(type, 'file', READ)),
    from(domain, allow(type, 'lnk_file', READ_LINK)),
  ];
}

function relabel(domain: string, parent: string, type: string, objectClass: string): Rule[] {
  return [
    from(domain, allow(parent, 'dir', SEARCH)),
    from(domain, allow(type, objectClass, RELABEL)),
  ];
}

function from(source: string, rule: Rule): Rule {
  return { ...rule, sources: [source] };
}

function member(type: string, ...attributes: string[]): Membership {
  return { kind: 'member', type, attributes };
}
