import type { CompiledCall } from './compiled-call.ts';

/** Made by `node scripts/compiled-interfaces.ts` from the compilers of Debian 12 and 13 and what is known of Fedora: do not edit. */
export const COMPILED: readonly CompiledCall[] = [
  {
    key: 'files_config_file',
    parts: [
      {
        on: 'all',
        lines: [
          '(typeattributeset configfile ($1))',
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
        ],
      },
    ],
  },
  {
    key: 'files_type',
    parts: [
      {
        on: 'all',
        lines: [
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
        ],
      },
    ],
  },
  {
    key: 'files_runtime_file',
    parts: [
      {
        on: 'debian',
        lines: [
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
          '(typeattributeset pidfile ($1))',
        ],
      },
    ],
  },
  {
    key: 'files_pid_file',
    parts: [
      {
        on: 'fedora',
        lines: [
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
          '(typeattributeset pidfile ($1))',
        ],
      },
    ],
  },
  {
    key: 'files_spool_file',
    parts: [
      {
        on: 'fedora',
        lines: [
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
          '(typeattributeset spoolfile ($1))',
        ],
      },
    ],
  },
  {
    key: 'corenet_port',
    parts: [
      {
        on: 'all',
        lines: ['(typeattributeset port_type ($1))'],
      },
    ],
  },
  {
    key: 'corecmd_executable_file',
    parts: [
      {
        on: 'all',
        lines: [
          '(typeattributeset exec_type ($1))',
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
        ],
      },
    ],
  },
  {
    key: 'miscfiles_cert_type',
    parts: [
      {
        on: 'all',
        lines: [
          '(typeattributeset cert_type ($1))',
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
        ],
      },
    ],
  },
  {
    key: 'files_tmpfs_file',
    parts: [
      {
        on: 'all',
        lines: [
          '(typeattributeset file_type ($1))',
          '(typeattributeset non_auth_file_type ($1))',
          '(typeattributeset non_security_file_type ($1))',
          '(typeattributeset tmpfsfile ($1))',
        ],
      },
    ],
  },
  {
    key: 'corecmd_exec_bin',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 bin_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 bin_t (lnk_file (getattr read)))',
        ],
      },
      {
        on: 'debian',
        lines: [
          '(allow $1 bin_t (file (execute execute_no_trans getattr ioctl lock map open read)))',
          '(allow $1 usr_t (dir (getattr open search)))',
        ],
      },
      {
        on: 'fedora',
        lines: [
          '(allow $1 base_ro_file_type (file (execute execute_no_trans getattr ioctl lock map open read)))',
        ],
      },
    ],
  },
  {
    key: 'corecmd_exec_shell',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 bin_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 bin_t (lnk_file (getattr read)))',
          '(allow $1 shell_exec_t (file (execute execute_no_trans getattr ioctl lock map open read)))',
        ],
      },
      {
        on: 'debian',
        lines: ['(allow $1 usr_t (dir (getattr open search)))'],
      },
    ],
  },
  {
    key: 'corenet_tcp_bind_generic_node',
    parts: [
      {
        on: 'all',
        lines: ['(allow $1 node_t (tcp_socket (node_bind)))'],
      },
    ],
  },
  {
    key: 'cron_system_entry',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 crond_t (fd (use)))',
          '(allow $1 crond_t (fifo_file (append getattr ioctl lock read write)))',
          '(allow $1 crond_t (process (sigchld)))',
          '(allow $1 system_cronjob_t (fd (use)))',
          '(allow $1 system_cronjob_t (fifo_file (append getattr ioctl lock read write)))',
          '(allow $1 system_cronjob_t (process (sigchld)))',
          '(allow crond_t $1 (process (transition)))',
          '(allow crond_t $2 (file (execute getattr ioctl map open read)))',
          '(allow system_cronjob_t $1 (process (transition)))',
          '(allow system_cronjob_t $2 (file (execute getattr ioctl map open read)))',
          '(roletype system_r $1)',
          '(typetransition crond_t $2 process $1)',
          '(typetransition system_cronjob_t $2 process $1)',
        ],
      },
      {
        on: 'debian',
        lines: [
          '(dontaudit crond_t $1 (process (noatsecure rlimitinh siginh)))',
          '(dontaudit system_cronjob_t $1 (process (noatsecure rlimitinh siginh)))',
        ],
      },
      {
        on: 'fedora',
        lines: [
          '(allow $1 crond_t (fifo_file (open)))',
          '(allow $1 system_cronjob_t (fifo_file (open)))',
        ],
      },
    ],
  },
  {
    key: 'dbus_connect_system_bus',
    parts: [
      {
        on: 'all',
        lines: ['(allow $1 system_dbusd_t (dbus (acquire_svc)))'],
      },
    ],
  },
  {
    key: 'dbus_system_bus_client',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 dbusd_etc_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 dbusd_etc_t (file (getattr ioctl lock open read)))',
          '(allow $1 self (dbus (send_msg)))',
          '(allow $1 system_dbusd_t (dbus (send_msg)))',
          '(allow $1 system_dbusd_t (unix_stream_socket (connectto)))',
          '(allow $1 system_dbusd_var_lib_t (dir (getattr open search)))',
          '(allow $1 system_dbusd_var_lib_t (file (getattr ioctl lock open read)))',
          '(allow $1 var_lib_t (dir (getattr open search)))',
          '(allow $1 var_run_t (dir (getattr open search)))',
          '(allow $1 var_run_t (lnk_file (getattr read)))',
          '(allow $1 var_t (dir (getattr open search)))',
        ],
      },
      {
        on: 'debian',
        lines: [
          '(allow $1 system_dbusd_runtime_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 system_dbusd_runtime_t (sock_file (append getattr open read write)))',
          '(allow system_dbusd_t $1 (dbus (send_msg)))',
          '(typeattributeset dbusd_system_bus_client ($1))',
        ],
      },
      {
        on: 'debian-13',
        lines: [
          '(allow $1 session_dbusd_tmp_t (dir (getattr open search)))',
          '(allow $1 session_dbusd_tmp_t (sock_file (append getattr open read write)))',
          '(allow $1 system_dbusd_var_lib_t (lnk_file (getattr read)))',
        ],
      },
      {
        on: 'fedora',
        lines: [
          '(allow $1 dbusd_unconfined (dbus (send_msg)))',
          '(allow $1 device_t (dir (getattr open search)))',
          '(allow $1 system_dbusd_var_lib_t (lnk_file (getattr read)))',
          '(allow $1 system_dbusd_var_run_t (dir (getattr open search)))',
          '(allow $1 system_dbusd_var_run_t (sock_file (append getattr open write)))',
          '(allow $1 urandom_device_t (chr_file (getattr ioctl lock open read)))',
          '(allow $1 var_t (lnk_file (getattr read)))',
        ],
      },
    ],
  },
  {
    key: 'dev_rw_realtime_clock',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 clock_device_t (chr_file (append getattr ioctl lock open read setattr write)))',
          '(allow $1 device_t (dir (getattr open search)))',
        ],
      },
    ],
  },
  {
    key: 'domain_obj_id_change_exemption',
    parts: [
      {
        on: 'all',
        lines: ['(typeattributeset can_change_object_identity ($1))'],
      },
    ],
  },
  {
    key: 'files_search_pids',
    parts: [
      {
        on: 'fedora',
        lines: [
          '(allow $1 var_run_t (dir (getattr open search)))',
          '(allow $1 var_run_t (lnk_file (getattr read)))',
          '(allow $1 var_t (dir (getattr open search)))',
          '(allow $1 var_t (lnk_file (getattr read)))',
        ],
      },
    ],
  },
  {
    key: 'files_search_runtime',
    parts: [
      {
        on: 'debian',
        lines: [
          '(allow $1 var_run_t (dir (getattr open search)))',
          '(allow $1 var_run_t (lnk_file (getattr read)))',
          '(allow $1 var_t (dir (getattr open search)))',
        ],
      },
    ],
  },
  {
    key: 'files_search_spool',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 var_spool_t (dir (getattr open search)))',
          '(allow $1 var_t (dir (getattr open search)))',
        ],
      },
    ],
  },
  {
    key: 'files_search_var',
    parts: [
      {
        on: 'all',
        lines: ['(allow $1 var_t (dir (getattr open search)))'],
      },
    ],
  },
  {
    key: 'logging_send_syslog_msg',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 self (unix_dgram_socket (append bind connect create getattr getopt ioctl read setattr setopt shutdown write)))',
          '(allow $1 self (unix_stream_socket (append bind connect create getattr getopt ioctl read setattr setopt shutdown write)))',
        ],
      },
      {
        on: 'debian',
        lines: [
          '(allow $1 console_device_t (chr_file (append getattr ioctl lock open write)))',
          '(allow $1 device_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 device_t (lnk_file (getattr read)))',
          '(allow $1 devlog_t (sock_file (append getattr open write)))',
          '(allow $1 init_runtime_t (dir (getattr open search)))',
          '(allow $1 kernel_t (unix_dgram_socket (sendto)))',
          '(allow $1 syslogd_runtime_t (dir (getattr open search)))',
          '(allow $1 syslogd_t (unix_dgram_socket (sendto)))',
          '(allow $1 syslogd_t (unix_stream_socket (connectto)))',
          '(allow $1 var_run_t (dir (getattr open search)))',
          '(allow $1 var_run_t (lnk_file (getattr read)))',
          '(allow $1 var_t (dir (getattr open search)))',
          '(allow syslogd_t $1 (process (signull)))',
          '(dontaudit $1 console_device_t (chr_file (getattr ioctl lock open read)))',
        ],
      },
      {
        on: 'debian-13',
        lines: ['(allow $1 kernel_t (unix_stream_socket (connectto)))'],
      },
      {
        on: 'fedora',
        lines: [
          '(allow $1 self (unix_dgram_socket (lock)))',
          '(allow $1 self (unix_stream_socket (lock)))',
          '(typeattributeset syslog_client_type ($1))',
        ],
      },
    ],
  },
  {
    key: 'miscfiles_read_generic_certs',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 cert_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 cert_t (file (getattr ioctl lock open read)))',
          '(allow $1 cert_t (lnk_file (getattr read)))',
        ],
      },
    ],
  },
  {
    key: 'selinux_get_fs_mount',
    parts: [
      {
        on: 'all',
        lines: [
          '(allow $1 security_t (filesystem (getattr)))',
          '(allow $1 sysfs_t (dir (getattr open search)))',
          '(allow $1 sysfs_t (filesystem (getattr)))',
        ],
      },
      {
        on: 'debian',
        lines: [
          '(allow $1 proc_t (dir (getattr ioctl lock open read search)))',
          '(allow $1 proc_t (file (getattr ioctl lock open read)))',
          '(allow $1 proc_t (lnk_file (getattr read)))',
        ],
      },
      {
        on: 'fedora',
        lines: [
          '(allow $1 security_t (lnk_file (getattr read)))',
          '(typeattributeset kernel_system_state_reader ($1))',
        ],
      },
    ],
  },
];
