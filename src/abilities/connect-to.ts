import { z } from 'zod';
import {
  type Ability,
  allow,
  checkOptions,
  type NetworkAccess,
  networkRule,
  nothingToAllow,
  OPTION,
  optional,
  unmediated,
} from '../description/index.ts';
import { TCP_CLIENT } from './socket-permissions.ts';

/**
 * Opens TCP connections to ports by their types: a service of the list below, or types of the policy. Which machine answers is not
 * for the kernel's policy to say.
 */
export function connectTo(options: {
  services?: readonly (keyof typeof SERVICES)[];
  types?: readonly string[];
}): Ability {
  checkOptions('connectTo', options, {
    services: z.array(z.enum(Object.keys(SERVICES) as (keyof typeof SERVICES)[])).optional(),
    types: OPTION.someNames,
  });
  const { services = [], types = [] } = options;
  const ports = [...services.flatMap((service) => SERVICES[service]), ...types];
  return {
    name: 'connectTo',
    title: 'Connect to services',
    blocks: [
      {
        why: 'A TCP socket that connects. By its own it reaches nothing: the kernel asks for the port at each connection.',
        selinux: [allow('self', 'tcp_socket', TCP_CLIENT)],
        apparmor: [
          ...['inet', 'inet6'].map((family) =>
            networkRule(family, 'stream', { access: CONNECT, older: 'whole' }),
          ),
          unmediated(
            'connections',
            'it can connect to every port of every machine',
            'AppArmor asks for the family and the type of a socket, and for neither address nor port',
            { never: 'connect-tcp', notAsked: 'addresses-and-ports' },
          ),
        ],
      },
      {
        why: 'The ports, by their types, on every machine.',
        selinux: ports.map((type) =>
          optional({ types: [type] }, [allow(type, 'tcp_socket', 'name_connect')]),
        ),
        apparmor: [nothingToAllow('No port is asked for.')],
      },
    ],
  };
}

const CONNECT: readonly NetworkAccess[] = [
  'create',
  'connect',
  'getattr',
  'getopt',
  'setopt',
  'send',
  'receive',
  'shutdown',
];

/** The types of their ports, which Debian and Fedora share. */
const SERVICES = {
  dns: ['dns_port_t'],
  http: ['http_port_t'],
  'http-proxy': ['http_cache_port_t'],
  ldap: ['ldap_port_t'],
  mail: ['smtp_port_t'],
  memcached: ['memcache_port_t'],
  mysql: ['mysqld_port_t'],
  postgresql: ['postgresql_port_t'],
  redis: ['redis_port_t'],
  syslog: ['syslogd_port_t'],
} as const;
