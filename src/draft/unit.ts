import type { Names, Sighting } from './evidence.ts';

/** What a unit file says about the program that it starts. */
export interface UnitFacts {
  readonly starts: readonly string[];
  readonly sightings: readonly Omit<Sighting, 'run'>[];
  /** `Type=notify`, and a name on the bus. */
  readonly notify: boolean;
  readonly bus: boolean;
  /** Classes of the sockets that a socket unit listens on. */
  readonly sockets: readonly string[];
  /** The unit that a timer starts. */
  readonly times: string | undefined;
  /** What it says and no access follows from: to be asked. */
  readonly questions: readonly string[];
}

/** Reads the directives of a service or socket unit, as systemd.exec(5) and systemd.service(5) have them. What they make systemd do itself is no access of the program. */
export function readUnit(title: string, text: string, names: Names): UnitFacts {
  const directives = directivesOf(text);
  const all = (name: string): string[] =>
    directives
      .filter(([key]) => key === name)
      .flatMap(([, value]) => value.split(/\s+/))
      .filter(Boolean);
  const sightings = [
    ...DIRECTORIES.flatMap(([directive, parent]) =>
      all(directive).flatMap((entry) =>
        writesBelow(
          `${parent}/${entry.split(':')[0]}`,
          `${directive}= of ${title}`,
          directive !== 'ConfigurationDirectory',
          names,
        ),
      ),
    ),
    ...all('AmbientCapabilities')
      .concat(all('CapabilityBoundingSet'))
      .flatMap((word) => {
        const capability = /^CAP_(\w+)$/.exec(word)?.[1]?.toLowerCase();
        if (capability === undefined) return [];
        const tclass = NEW_CAPABILITIES.has(capability) ? 'capability2' : 'capability';
        return [
          { target: 'self', tclass, permissions: [capability], what: `capabilities of ${title}` },
        ];
      }),
    ...(all('Type').includes('notify')
      ? [
          {
            target: 'self',
            tclass: 'unix_dgram_socket',
            permissions: ['create', 'write'],
            what: `Type=notify of ${title}`,
          },
        ]
      : []),
  ];
  return {
    starts: directives
      .filter(([key]) => key === 'ExecStart')
      .map(([, value]) => value.replace(/^[-@:+!]+/, '').split(/\s+/)[0]!),
    sightings,
    notify: all('Type').includes('notify'),
    bus: all('Type').includes('dbus') || all('BusName').length > 0,
    sockets: [
      ...all('ListenStream').map((at) => (isPath(at) ? 'unix_stream_socket' : 'tcp_socket')),
      ...all('ListenDatagram').map((at) => (isPath(at) ? 'unix_dgram_socket' : 'udp_socket')),
    ],
    times: title.endsWith('.timer')
      ? (all('Unit')[0] ?? title.replace(/\.timer$/, '.service'))
      : undefined,
    questions: directives.flatMap(([key, value]) => {
      const ask = QUESTIONS[key];
      return ask === undefined ? [] : [`${title} has ${key}=${value}: ${ask}`];
    }),
  };
}

function isPath(address: string): boolean {
  return /^[/@%]/.test(address);
}

function directivesOf(text: string): (readonly [string, string])[] {
  const whole = text.replace(/\\\r?\n/g, ' ');
  return whole.split(/\r?\n/).flatMap((line) => {
    const found = /^\s*([A-Z]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    return found === null || found[2] === '' ? [] : [[found[1]!, found[2]!] as const];
  });
}

function writesBelow(
  path: string,
  what: string,
  writes: boolean,
  names: Names,
): Omit<Sighting, 'run'>[] {
  const file = `${path}/x`;
  const dir = names.type(path, 'dir');
  const type = names.type(file, 'file');
  if (dir === undefined || type === undefined) return [];
  return [
    {
      target: dir,
      tclass: 'dir',
      permissions: writes ? ['add_name', 'search', 'write'] : ['search'],
      what,
      path,
      declared: true,
    },
    {
      target: type,
      tclass: 'file',
      permissions: writes ? ['create', 'open', 'write'] : ['open', 'read'],
      what,
      path: file,
      declared: true,
    },
  ];
}

const DIRECTORIES: readonly (readonly [directive: string, parent: string])[] = [
  ['StateDirectory', '/var/lib'],
  ['CacheDirectory', '/var/cache'],
  ['LogsDirectory', '/var/log'],
  ['RuntimeDirectory', '/run'],
  ['ConfigurationDirectory', '/etc'],
];

/** Those of the second class of capabilities (the kernel's classmap.h). */
const NEW_CAPABILITIES: ReadonlySet<string> = new Set([
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
]);

const QUESTIONS: Readonly<Record<string, string>> = {
  ListenStream:
    'the service manager listens, and the program is handed the socket; who may connect?',
  ListenDatagram:
    'the service manager listens, and the program is handed the socket; who may send?',
  PIDFile: 'does the program write it, and can the unit do without?',
  ExecStartPre: 'that runs before, in the domain of whatever it is',
  ExecReload: 'that runs besides, in the domain of whatever it is',
  BusName: 'it owns a name on the bus: what do others ask of it there?',
  NoNewPrivileges: 'the way into the domain takes nnp_transition then',
  User: 'is everything that it writes this user’s?',
};
