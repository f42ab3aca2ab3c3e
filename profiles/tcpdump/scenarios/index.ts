import type { Suite } from '../../../src/description/index.ts';
import { anyProgram } from '../../any-program-attacks.ts';
import { network } from '../../rustnet/scenarios/network.ts';

/** A few: that a second program needs no more than this. */
const suite: Suite = {
  program: {
    from: 'distribution',
    package: 'tcpdump',
    path: '/usr/local/bin/tcpdump',
    copyOf: '/usr/bin/tcpdump',
  },
  network,
  files: [],
  scenarios: [
    {
      id: 'help',
      title: 'tcpdump --help',
      exercises: ['startFromShell'],
      modes: ['permissive', 'enforcing'],
      steps: [
        { do: 'run', as: 'root', command: '/usr/local/bin/tcpdump --help', sees: ['libpcap'] },
      ],
    },
    {
      id: 'capture',
      title: 'Capture into /var/log/tcpdump, with names',
      exercises: ['capturePackets', 'resolveNames', 'writeOutput', 'runAsRoot'],
      modes: ['permissive', 'enforcing'],
      steps: [
        {
          do: 'run',
          as: 'root',
          command: `rm -f /var/log/tcpdump/capture.pcap
timeout 60 /usr/local/bin/tcpdump -Z root -i lab0 -c 20 -w /var/log/tcpdump/capture.pcap 2>&1 & sleep 2
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 3
wait`,
          sees: ['20 packets captured'],
        },
        {
          do: 'file',
          pattern: '/var/log/tcpdump/capture.pcap',
          type: 'own:log',
          format: 'pcap',
        },
      ],
    },
  ],
  attacks: [
    {
      id: 'udp-other-port',
      title: 'Send a datagram to port 1234',
      against: 'send-udp',
      as: 'user',
      probe: 'udp 193.0.6.139 1234 stolen-by-udp',
      arrives: 'stolen-by-udp',
      refusedBy: [{ tclass: 'udp_socket', permissions: ['create', 'write'], target: 'self' }],
    },
    anyProgram['exec-shell'],
  ],
};

export default suite;
