import {
  type Ability,
  allow,
  call,
  checkOptions,
  fileRule,
  OPTION,
  treeAt,
} from '../description/index.ts';
import { LIST_DIRECTORY, READ_FILE, READ_LINK, readable } from './unit-directory.ts';

/**
 * Reads the certificates of the system, as a TLS library does. `own` are its own certificates and private keys, which carry a type of the module:
 * no key of another program becomes readable.
 */
export function readCertificates(options: { own?: readonly string[] } = {}): Ability {
  checkOptions('readCertificates', options, { own: OPTION.somePaths });
  const own = options.own ?? [];
  return {
    name: 'readCertificates',
    title: 'Read certificates',
    types:
      own.length === 0
        ? []
        : [{ name: 'cert', nature: 'certificate', what: 'its certificates and private keys' }],
    fileContexts: own.map((path) => treeAt(path, 'own:cert')),
    blocks: [
      {
        why: 'Certificates of authorities in /etc/ssl/certs, /etc/pki and /usr/share/ca-certificates, which are public.',
        selinux: [
          call('miscfiles_read_generic_certs'),
          allow(['etc_t', 'usr_t'], 'dir', ['getattr', 'open', 'search']),
        ],
        apparmor: [
          fileRule(
            [
              '/etc/ssl/{openssl.cnf,cert.pem,certs/{,**}}',
              '/etc/pki/tls/{openssl.cnf,cert.pem,certs/{,**}}',
              '/etc/pki/ca-trust/extracted/{,**}',
              '/usr/{,local/}share/ca-certificates/{,**}',
            ],
            'r',
          ),
        ],
      },
      ...(own.length === 0
        ? []
        : [
            {
              why: 'Its own certificates and keys. Of private keys it reads these alone.',
              selinux: [
                allow('own:cert', 'dir', LIST_DIRECTORY),
                allow('own:cert', 'file', READ_FILE),
                allow('own:cert', 'lnk_file', READ_LINK),
              ],
              apparmor: [readable(own)],
            },
          ]),
    ],
  };
}
