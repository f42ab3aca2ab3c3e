import {
  type Ability,
  allow,
  checkOptions,
  fileRule,
  OPTION,
  optional,
  treeAt,
} from '../description/index.ts';
import { LIST_DIRECTORY, READ_FILE, READ_LINK } from './unit-directory.ts';

/**
 * Reads what it serves, as a web server does, and cannot change it. `own`: directories below /srv, /var or /usr/share, which carry a type of the
 * module. `published`: what the distribution's policy keeps for web servers (`httpd_sys_content_t`), /var/www above all, which the
 * domains of other web servers read too.
 */
export function readContent(
  options: { own?: readonly string[]; published?: boolean } = {},
): Ability {
  checkOptions('readContent', options, { own: OPTION.somePaths, published: OPTION.flag });
  const { own = [], published = false } = options;
  return {
    name: 'readContent',
    title: 'Read what it serves',
    types: own.length === 0 ? [] : [{ name: 'content', nature: 'content', what: 'what it serves' }],
    fileContexts: own.map((path) => treeAt(path, 'own:content')),
    blocks: [
      {
        why: 'The way to what it serves is searched and not listed.',
        selinux: [allow(['usr_t', 'var_t'], 'dir', ['getattr', 'search'])],
        apparmor: [fileRule(['/srv/', '/var/', '/usr/share/'], 'r')],
      },
      ...(own.length === 0
        ? []
        : [
            {
              why: 'What it serves carries a type of its own: of all else in these places it reads nothing.',
              selinux: [
                allow('own:content', 'dir', LIST_DIRECTORY),
                allow('own:content', 'file', [...READ_FILE, 'map']),
                allow('own:content', 'lnk_file', READ_LINK),
              ],
              apparmor: [
                fileRule(
                  own.map((path) => `${path}/{,**}`),
                  'r',
                ),
              ],
            },
          ]),
      ...(published
        ? [
            {
              why: 'What the machine publishes, in /var/www and its like. Scripts there and what they write have types of their own and stay closed.',
              selinux: [
                optional({ types: ['httpd_sys_content_t'] }, [
                  allow('httpd_sys_content_t', 'dir', LIST_DIRECTORY),
                  allow('httpd_sys_content_t', 'file', [...READ_FILE, 'map']),
                  allow('httpd_sys_content_t', 'lnk_file', READ_LINK),
                ]),
              ],
              apparmor: [fileRule(['/var/www/{,**}', '/usr/share/nginx/html/{,**}'], 'r')],
            },
          ]
        : []),
    ],
  };
}
