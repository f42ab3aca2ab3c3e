import type { Attack, Scenario, Suite } from '../../../src/description/index.ts';
import { network } from '../../rustnet/scenarios/network.ts';
import { listenerAttacks, localRange, serviceAttacks } from '../../service-attacks.ts';

const configuration = `listener 1883
listener 8883
certfile /etc/mosquitto/certs/lab.crt
keyfile /etc/mosquitto/certs/lab.key
password_file /etc/mosquitto/passwd
allow_anonymous false
`;

/** As its documentation has it: the key and the passwords are the broker's user's alone. */
const KEYS = `[ -e /etc/mosquitto/passwd ] && exit 0
mosquitto_passwd -b -c /etc/mosquitto/passwd lab secret
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \\
  -keyout /etc/mosquitto/certs/lab.key -out /etc/mosquitto/certs/lab.crt 2>/dev/null
chown mosquitto: /etc/mosquitto/passwd /etc/mosquitto/certs/lab.key
chmod 600 /etc/mosquitto/passwd /etc/mosquitto/certs/lab.key
restorecon -RF /etc/mosquitto`;

/** A client on another host: what it sends comes over the wire. */
const ELSEWHERE = 'ip netns exec confine-lab';
const AS = '-u lab -P secret';

const working: readonly Scenario[] = [
  {
    id: 'messages',
    title: 'Pass a message on from another host, and keep it over a restart',
    exercises: [
      'runAsDaemon',
      'lookUpUsers',
      'listenOn',
      'askTcpWrappers',
      'readConfiguration',
      'readSystemFiles',
      'keepState',
      'writeLogs',
    ],
    modes: ['permissive', 'enforcing'],
    before: KEYS,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: 'systemctl start mosquitto; systemctl is-active mosquitto',
      },
      {
        do: 'run',
        as: 'root',
        command: 'ps -o label=,user=,args= -C mosquitto',
        sees: [':mosquitto_t:\\S* +mosquit'],
      },
      {
        do: 'run',
        as: 'root',
        command: `${ELSEWHERE} mosquitto_pub -h ${network.address} ${AS} -t house/door -q 1 -r -m open
mosquitto_sub -h 127.0.0.1 ${AS} -t house/door -C 1 -W 20`,
        sees: ['^open$'],
      },
      {
        do: 'run',
        as: 'root',
        command: `systemctl restart mosquitto
mosquitto_sub -h 127.0.0.1 ${AS} -t house/door -C 1 -W 20`,
        sees: ['^open$'],
      },
      { do: 'file', pattern: '/var/lib/mosquitto/mosquitto.db', type: 'own:state' },
      { do: 'file', pattern: '/var/log/mosquitto/mosquitto.log', type: 'own:log' },
    ],
    after: 'systemctl stop mosquitto',
  },
  {
    id: 'tls',
    title: 'The same over TLS, and with its configuration read again',
    exercises: ['readCertificates', 'readConfiguration'],
    modes: ['permissive', 'enforcing'],
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `systemctl start mosquitto; systemctl reload mosquitto; sleep 1
mosquitto_pub -h localhost -p 8883 --cafile /etc/mosquitto/certs/lab.crt ${AS} -t house/tls -r -m closed
mosquitto_sub -h localhost -p 8883 --cafile /etc/mosquitto/certs/lab.crt ${AS} -t house/tls -C 1 -W 20`,
        sees: ['^closed$'],
      },
    ],
    after: 'systemctl stop mosquitto',
  },
];

const refused: readonly Scenario[] = [
  {
    id: 'wrong-password',
    title: 'The broker refuses a client with a wrong password',
    exercises: ['readConfiguration'],
    modes: ['enforcing'],
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `systemctl start mosquitto
${ELSEWHERE} mosquitto_pub -h ${network.address} -u lab -P guess -t house/door -m open`,
        exit: 'any',
        sees: ['not authori[sz]ed'],
      },
    ],
    after: 'systemctl stop mosquitto',
  },
  {
    id: 'other-port',
    title: 'A configuration with another port: the broker does not start',
    exercises: ['listenOn'],
    modes: ['enforcing'],
    before: `echo 'listener 1884' > /etc/mosquitto/conf.d/other.conf`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: 'systemctl start mosquitto; tail -n 4 /var/log/mosquitto/mosquitto.log',
        exit: 'any',
        sees: ['Permission denied'],
      },
    ],
    after:
      'rm /etc/mosquitto/conf.d/other.conf; systemctl stop mosquitto; systemctl reset-failed mosquitto || true',
    denials: [{ tclass: 'tcp_socket', permissions: ['name_bind'], target: 'unreserved_port_t' }],
  },
  {
    id: 'bridge',
    title: 'A bridge to another broker: no connection is opened',
    exercises: ['readConfiguration'],
    modes: ['enforcing'],
    before: `printf 'connection away\\naddress 193.0.6.139:80\\ntopic # out\\n' > /etc/mosquitto/conf.d/bridge.conf`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `systemctl start mosquitto
mosquitto_sub -h 127.0.0.1 ${AS} -t house/door -C 1 -W 20
for try in $(seq 50); do grep -q 'creating bridge' /var/log/mosquitto/mosquitto.log && break; sleep 0.2; done
grep bridge /var/log/mosquitto/mosquitto.log | tail -n 3`,
        sees: ['^open$', 'Error creating bridge: Permission denied'],
      },
    ],
    after: 'rm /etc/mosquitto/conf.d/bridge.conf; systemctl stop mosquitto',
    denials: [{ tclass: 'tcp_socket', permissions: ['connect'], target: 'self' }],
  },
];

const attacks: readonly Attack[] = [
  ...listenerAttacks,
  {
    id: 'exec-stored',
    title: 'Execute a binary that it could have written itself',
    against: 'execute',
    as: 'user',
    target:
      'cp /bin/true /var/lib/mosquitto/tool && chmod 755 /var/lib/mosquitto/tool && restorecon -F /var/lib/mosquitto/tool',
    probe: 'exec /var/lib/mosquitto/tool',
    after: 'rm /var/lib/mosquitto/tool',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'own:state' }],
  },
  {
    id: 'write-configuration',
    title: 'Change its own configuration',
    against: 'write',
    as: 'root',
    probe: 'write /etc/mosquitto/mosquitto.conf',
    refusedBy: [{ tclass: 'file', permissions: ['append', 'write', 'open'], target: 'own:conf' }],
  },
  ...serviceAttacks,
  localRange,
  {
    id: 'residual-own-state',
    title: 'Write to what it has stored',
    residual: 'own-state',
    as: 'root',
    target: 'touch /var/lib/mosquitto/confine-lab; restorecon -F /var/lib/mosquitto/confine-lab',
    probe: 'write /var/lib/mosquitto/confine-lab',
    after: 'rm /var/lib/mosquitto/confine-lab',
  },
];

/** The broker as its unit starts it, with clients on this machine and on another host. */
const suite: Suite = {
  program: {
    from: 'distribution',
    package: 'mosquitto',
    besides: ['mosquitto-clients'],
    path: '/usr/sbin/mosquitto',
  },
  network,
  service: {
    unit: 'mosquitto.service',
    use: `mosquitto_pub -h 127.0.0.1 ${AS} -t house/door -r -m open`,
  },
  files: [
    {
      path: '/etc/mosquitto/conf.d/lab.conf',
      content: { text: configuration },
      owner: 'root',
      mode: '0644',
    },
  ],
  scenarios: [...working, ...refused],
  attacks,
};

export default suite;
