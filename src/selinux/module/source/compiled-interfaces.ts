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
];
