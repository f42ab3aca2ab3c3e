import { call, either, type OwnType, type Statement } from '../../../description/index.ts';

/** The statement that makes an own type what its nature says. */
export function madeBy({ name, nature }: Pick<OwnType, 'name' | 'nature'>): Statement {
  const type = `own:${name}`;
  const [first, ...others] = INTERFACES[nature].map((each) => call(each, type));
  return others.length === 0 ? first! : either([first!, ...others]);
}

/** The interface of each nature; the first of them that the policy has. Where two stand, Debian's comes first and Fedora's second. */
const INTERFACES: Readonly<Record<OwnType['nature'], readonly string[]>> = {
  log: ['logging_log_file'],
  tmp: ['files_tmp_file'],
  'home-content': ['userdom_user_home_content'],
  packet: ['corenet_packet'],
  configuration: ['files_config_file'],
  state: ['files_type'],
  cache: ['files_type'],
  runtime: ['files_runtime_file', 'files_pid_file'],
  // Debian has no interface for spools: a directory below /var/spool is a file like others.
  spool: ['files_spool_file', 'files_type'],
  port: ['corenet_port'],
  executable: ['corecmd_executable_file'],
  certificate: ['miscfiles_cert_type'],
  content: ['files_type'],
  'shared-memory': ['files_tmpfs_file'],
};
