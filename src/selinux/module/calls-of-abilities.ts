/**
 * Calls that abilities make and that source/reference-policy.ts does not write out by hand: each an interface and its arguments. What they
 * grant stands in source/compiled-interfaces.ts.
 */
export const CALLS_OF_ABILITIES: readonly (readonly string[])[] = [
  ['files_config_file', 'own:x'],
  ['files_type', 'own:x'],
  ['files_runtime_file', 'own:x'],
  ['files_pid_file', 'own:x'],
  ['files_spool_file', 'own:x'],
  ['corenet_port', 'own:x'],
  ['corecmd_executable_file', 'own:x'],
  ['miscfiles_cert_type', 'own:x'],
  ['files_tmpfs_file', 'own:x'],
  ['corecmd_exec_bin', 'self'],
  ['corecmd_exec_shell', 'self'],
  ['corenet_tcp_bind_generic_node', 'self'],
  ['cron_system_entry', 'self', 'own:exec'],
  ['dbus_connect_system_bus', 'self'],
  ['dbus_system_bus_client', 'self'],
  ['dev_rw_realtime_clock', 'self'],
  ['domain_obj_id_change_exemption', 'self'],
  ['files_search_pids', 'self'],
  ['files_search_runtime', 'self'],
  ['files_search_spool', 'self'],
  ['files_search_var', 'self'],
  ['logging_send_syslog_msg', 'self'],
  ['miscfiles_read_generic_certs', 'self'],
  ['selinux_get_fs_mount', 'self'],
];
