import type { LabNetwork } from '../../../src/description/index.ts';

/** Addresses that the GeoIP database knows, in a network namespace: no packet leaves the machine. */
export const network: LabNetwork = {
  interface: 'lab0',
  address: '198.51.100.2',
  gateway: '198.51.100.1',
  resolver: '9.9.9.9',
  hosts: [
    {
      address: '193.0.6.139',
      name: 'www.nl.example',
      serves: [{ what: 'http' }, { what: 'udp', port: 1234 }],
    },
    {
      address: '203.178.141.194',
      name: 'www.jp.example',
      serves: [{ what: 'tls' }],
    },
    // A second server on port 53 that is not the machine's resolver.
    { address: '8.8.8.8', name: 'foreign.example', serves: [{ what: 'udp', port: 53 }] },
  ],
};
