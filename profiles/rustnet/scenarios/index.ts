import type { Suite } from '../../../src/description/index.ts';
import { acceptance } from './acceptance.ts';
import { apparmor } from './apparmor.ts';
import { attacks } from './attacks.ts';
import { network } from './network.ts';
import { working } from './working.ts';

const suite: Suite = {
  program: {
    from: 'crates.io',
    crate: 'rustnet-monitor',
    version: '1.7.0',
    path: '/usr/bin/rustnet',
    capabilities: 'cap_net_raw,cap_bpf,cap_perfmon+eip',
  },
  network,
  files: [
    {
      path: '/usr/share/GeoIP/GeoLite2-Country.mmdb',
      content: { data: 'geoip-country' },
      owner: 'root',
      mode: '0644',
    },
    { path: 'HOME/secret.txt', content: { text: 'secret\n' }, owner: 'user', mode: '0600' },
    { path: 'HOME/.bashrc', content: { text: '# shell\n' }, owner: 'user', mode: '0644' },
    {
      path: 'HOME/.ssh/id_ed25519',
      content: { text: 'not a real key\n' },
      owner: 'user',
      mode: '0600',
    },
  ],
  scenarios: working,
  attacks,
  apparmor,
  acceptance,
};

export default suite;
