import { type Ability, call, fileRule, treeAt } from '../description/index.ts';

/** Reads GeoIP databases of the system: /usr/share/GeoIP, /usr/local/share/GeoIP and /var/lib/GeoIP. */
export function readGeoip(): Ability {
  return {
    name: 'readGeoip',
    title: 'Read GeoIP databases',
    fileContexts: [
      {
        ...treeAt('/var/lib/GeoIP', 'usr_t'),
        why: 'Public data that many programs read: the label of its sibling in /usr/share, since a type of this module would lock the others out.',
      },
    ],
    blocks: [
      {
        why: 'Databases in /usr/share/GeoIP and /usr/local/share/GeoIP, and in /var/lib/GeoIP, which gets the same label.',
        whyIn: {
          apparmor:
            'Databases in /usr/share/GeoIP, /usr/local/share/GeoIP and /var/lib/GeoIP: public data.',
        },
        selinux: [call('files_read_usr_files'), call('files_search_var_lib')],
        apparmor: [fileRule('/{usr/share,usr/local/share,var/lib}/GeoIP/{,**}', 'r')],
      },
    ],
  };
}
