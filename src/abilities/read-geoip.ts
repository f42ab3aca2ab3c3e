import { type Ability, call, treeAt } from '../confinement/index.ts';

/** Reads GeoIP databases of the system: /usr/share/GeoIP, /usr/local/share/GeoIP and /var/lib/GeoIP. */
export function readGeoip(): Ability {
  return {
    name: 'readGeoip',
    title: 'Read GeoIP databases',
    fileContexts: [
      // Public data that many programs read: it gets the label of its sibling in /usr/share, since a type of our own would lock the others out.
      treeAt('/var/lib/GeoIP', 'usr_t'),
    ],
    blocks: [
      {
        why: 'Databases in /usr/share/GeoIP and /usr/local/share/GeoIP, and in /var/lib/GeoIP, which gets the same label.',
        statements: [call('files_read_usr_files'), call('files_search_var_lib')],
      },
    ],
  };
}
