import {
  capturePackets,
  connectTo,
  keepCache,
  keepState,
  listenOn,
  logToSystem,
  lookUpUsers,
  observeProcesses,
  readAllFiles,
  readCertificates,
  readConfiguration,
  readContent,
  readGeoip,
  readSettings,
  readSystemFiles,
  readUserDocuments,
  resolveNames,
  rotateLogs,
  runAsDaemon,
  runAsRoot,
  runAsService,
  runAsTimerJob,
  runGeneratedCode,
  runHelper,
  runSystemPrograms,
  sendDatagrams,
  serveUnixSocket,
  setClock,
  shareMemory,
  startFromShell,
  talkToUnixSocket,
  temporaryFiles,
  traceWithBpf,
  useBus,
  useIoUring,
  useRuntimeDirectory,
  useSpool,
  useTerminal,
  writeLogs,
  writeOutput,
  writeUserDocuments,
} from '../abilities/index.ts';
import type { Ability, Residual, Tunable } from '../description/index.ts';
import {
  allFilesOptions,
  clockOptions,
  contentOptions,
  datagramOptions,
  generatedCodeOptions,
  memoryNames,
  memoryOptions,
  resolverOptions,
  ringOptions,
  rotatingOptions,
  systemFileOptions,
  systemProgramOptions,
} from './asked-of-the-system.ts';
import {
  busOptions,
  certificateOptions,
  configurationOptions,
  connectOptions,
  daemonOptions,
  directoryOptions,
  documentNames,
  documentOptions,
  helperOptions,
  listenOptions,
  logOptions,
  outputDocumentNames,
  outputDocumentOptions,
  ownPortNames,
  peerOptions,
  runtimeDirectoryOptions,
  socketDirectoryOptions,
  temporaryNames,
  temporaryOptions,
  timerJobOptions,
} from './daemon-options.ts';
import { type Hints, startsAsRoot } from './hints.ts';

/** An ability with options, as one that a description could have. */
export interface Candidate {
  readonly ability: Ability;
  /** As a person writes it: `resolveNames({ direct: { when: 'direct_dns' } })`. */
  readonly source: string;
  /** The function's name. */
  readonly name: string;
  /** The tunables that its options name. */
  readonly tunables: readonly Tunable[];
  /** What no policy can refuse of it. */
  readonly residuals: readonly Residual[];
  /** What gets a type of the module with it otherwise than by a label of a path: `tcp_socket 1883` → `own:port`, `file /tmp/x` → `own:tmp`. */
  readonly named: ReadonlyMap<string, string>;
}

/**
 * Every candidate for what a program was seen to do, in the order in which a description lists abilities. Of one with options those that the
 * hints give, from few to many.
 */
export function candidatesFor(hints: Hints): readonly Candidate[] {
  return CANDIDATES.flatMap(({ name, make, options, named }) =>
    options(hints).map((given): Candidate => {
      const source = `${name}(${given === undefined ? '' : sourceOf(given)})`;
      const whens = new Set(
        [...JSON.stringify(given ?? {}).matchAll(/"when":"(\w+)"/g)].map(([, when]) => when!),
      );
      return {
        ability: make(given as never),
        source,
        name,
        residuals: RESIDUALS[name] ?? [],
        named: new Map(named(hints, given as never)),
        tunables: [...whens].map((when) => TUNABLES[when]!),
      };
    }),
  );
}

/** One ability: how it is made, and the options that are worth trying. */
interface Row {
  readonly name: string;
  // Each row's own options, which `options` alone makes.
  readonly make: (options: never) => Ability;
  readonly options: (hints: Hints) => readonly (object | undefined)[];
  readonly named: (hints: Hints, given: never) => [string, string][];
}

/** The abilities that can be suggested; those that only refuse in silence are for a person to decide. A new ability is a new row. */
const CANDIDATES: readonly Row[] = [
  row('startFromShell', startFromShell, (hints) => [
    { users: hints.users.length > 0 ? hints.users : usualUsers(hints) },
  ]),
  row('useTerminal', useTerminal, () => [undefined]),
  row('capturePackets', capturePackets, () => [undefined, { chooseByRoute: true }]),
  row('traceWithBpf', traceWithBpf, () => [
    undefined,
    { kprobes: { when: 'use_kprobes' } },
    { oldKernels: { when: 'use_sys_admin' } },
  ]),
  row('observeProcesses', observeProcesses, () => [undefined]),
  row('resolveNames', resolveNames, resolverOptions),
  row('readSystemFiles', readSystemFiles, systemFileOptions),
  row('readAllFiles', readAllFiles, allFilesOptions),
  // The way to its databases is the way to anybody's state.
  row('readGeoip', readGeoip, ({ paths }) =>
    paths.some((path) => /geoip|\.mmdb$/i.test(path)) ? [undefined] : [],
  ),
  row('readSettings', readSettings, settingsOptions),
  row('readUserDocuments', readUserDocuments, documentOptions, documentNames),
  row('writeUserDocuments', writeUserDocuments, outputDocumentOptions, outputDocumentNames),
  row('listenOn', listenOn, listenOptions, (_, given) => ownPortNames(given)),
  row('connectTo', connectTo, connectOptions),
  row('sendDatagrams', sendDatagrams, datagramOptions),
  row('serveUnixSocket', serveUnixSocket, socketDirectoryOptions),
  row('talkToUnixSocket', talkToUnixSocket, peerOptions),
  row('useBus', useBus, busOptions),
  row('logToSystem', logToSystem, logOptions),
  row('lookUpUsers', lookUpUsers, ({ paths }) =>
    paths.some((path) => /^\/etc\/(passwd|group)$/.test(path)) ? [undefined] : [],
  ),
  row('readConfiguration', readConfiguration, configurationOptions),
  row('readCertificates', readCertificates, certificateOptions),
  row('readContent', readContent, contentOptions),
  row('keepState', keepState, directoryOptions('/var/lib')),
  row('keepCache', keepCache, directoryOptions('/var/cache')),
  row('useRuntimeDirectory', useRuntimeDirectory, runtimeDirectoryOptions),
  row('useSpool', useSpool, directoryOptions('/var/spool')),
  row('temporaryFiles', temporaryFiles, temporaryOptions, temporaryNames),
  row('writeLogs', writeLogs, (hints) =>
    hints.service === undefined ? [] : directoryOptions('/var/log')(hints),
  ),
  row('rotateLogs', rotateLogs, rotatingOptions),
  row('shareMemory', shareMemory, memoryOptions, memoryNames),
  row('useIoUring', useIoUring, ringOptions),
  row('setClock', setClock, clockOptions),
  row('runGeneratedCode', runGeneratedCode, generatedCodeOptions),
  row('runHelper', runHelper, helperOptions),
  row('runSystemPrograms', runSystemPrograms, systemProgramOptions),
  row('writeOutput', writeOutput, outputOptions),
  row('runAsRoot', runAsRoot, (hints) =>
    hints.service === undefined ? [{ when: 'run_as_root' }] : [],
  ),
  row('runAsService', runAsService, ({ service }) =>
    service === undefined ? [{ when: 'run_as_service' }] : [],
  ),
  row('runAsDaemon', runAsDaemon, daemonOptions),
  row('runAsTimerJob', runAsTimerJob, timerJobOptions),
];

function row<T extends object>(
  name: string,
  make: (options: T) => Ability,
  options: (hints: Hints) => readonly (T | undefined)[],
  named: (hints: Hints, given: T) => [string, string][] = () => [],
): Row {
  return { name, make, options, named };
}

/** A user of `user_u` cannot become root: where it starts as root, the others alone. */
function usualUsers(hints: Hints): string[] {
  return ['unconfined', 'sysadm', 'staff', ...(startsAsRoot(hints) ? [] : ['user'])];
}

function settingsOptions({ paths }: Hints): { config?: string[]; data?: string[] }[] {
  const below = (parent: string): string[] => namesBelow(paths, parent);
  const [config, data] = [below('HOME/.config/'), below('HOME/.local/share/')];
  if (config.length + data.length === 0) return [];
  return [{ ...(config.length > 0 ? { config } : {}), ...(data.length > 0 ? { data } : {}) }];
}

/** Of a service the logs are its own alone (writeLogs). */
function outputOptions({ name, written, service }: Hints): Parameters<typeof writeOutput>[0][] {
  if (service !== undefined) return [];
  const temporary = written.some((path) => /^\/(var\/)?tmp\//.test(path));
  return namesBelow(written, '/var/log/').flatMap((directory) => {
    const given = { directory: `/var/log/${directory}`, group: name };
    return [given, ...(temporary ? [{ ...given, temporary: { when: 'can_write_tmp' } }] : [])];
  });
}

/** The names of what stands directly below a directory, where it is a directory itself or could be one. */
function namesBelow(paths: readonly string[], parent: string): string[] {
  const names = paths.flatMap((path) =>
    path.startsWith(parent) ? [path.slice(parent.length).split('/')[0]!] : [],
  );
  return [...new Set(names)].filter((name) => /^[\w+-][\w.+-]*$/.test(name)).sort();
}

/** What this table has no row for: they need a second domain, or refuse what was asked for, in silence. Each is for a person to decide. */
export const NEVER_DRAFTED: ReadonlySet<string> = new Set([
  'controlDaemon',
  'refuseClipboard',
  'refuseContainerNames',
  'shareFiles',
]);

/** What an ability leaves possible whatever the policy is, by its name. */
const RESIDUALS: Readonly<Record<string, readonly Residual[]>> = {
  capturePackets: [
    {
      id: 'capture-socket-frames',
      what: 'frames can be sent through the capture socket',
      why: 'libpcap maps its receive ring shared and writable; the kernel checks that with the same permission as sending.',
    },
  ],
  runGeneratedCode: [
    {
      id: 'generated-code',
      what: 'whoever finds a flaw in it can run code of their own in this domain',
      why: 'it writes memory and runs it, if it cannot be told to do without.',
    },
  ],
  resolveNames: [
    {
      id: 'resolver-names',
      what: 'names asked of the resolver can carry data out',
      why: 'any program that resolves names can encode data in them.',
    },
  ],
};

/** The tunables that the options above name. */
const TUNABLES: Readonly<Record<string, Tunable>> = Object.fromEntries(
  [
    {
      name: 'direct_dns',
      can: 'ask name servers directly, without systemd-resolved',
      why: 'The kernel checks no port on UDP: without the packet labels this opens UDP to every address.',
    },
    {
      name: 'send_datagrams',
      can: 'send UDP datagrams to and from the named ports',
      why: 'The kernel checks no port on UDP: without the packet labels this opens UDP to every address and port.',
    },
    {
      name: 'use_kprobes',
      can: 'attach kprobes where the kernel cannot attach fentry programs',
      why: 'Kernels since 5.5 with type information do not need it.',
    },
    {
      name: 'use_sys_admin',
      can: 'use CAP_SYS_ADMIN to load BPF programs',
      why: 'Only kernels before 5.8 ask for it; it permits far more than loading BPF programs.',
    },
    {
      name: 'can_write_tmp',
      can: 'create files in /tmp and /var/tmp',
      why: 'New files get a type of their own; files of others stay out of reach.',
    },
    {
      name: 'read_documents',
      can: 'read files of home directories by their names',
      why: 'The policy cannot tell the files that the command line names; those that the shell opens need no name.',
    },
    {
      name: 'write_documents',
      can: 'make new files in home directories and in /tmp',
      why: 'New files get a type of their own; files of users stay as they are.',
    },
    {
      name: 'run_as_root',
      can: 'use the capabilities that it needs under sudo',
      why: 'An ordinary user with file capabilities needs none of them.',
    },
    {
      name: 'run_as_service',
      can: 'use the capabilities that it needs as a system service',
      why: 'A login user needs none of them.',
    },
  ].map((one) => [one.name, { ...one, default: false }]),
);

/** An options object as biome writes it, on one line. */
export function sourceOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, each]) => `${key}: ${sourceOf(each)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return quoted(value);
}

/** A text between single quotes; other values as JSON has them. */
export function quoted(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
  return value.includes("'") && !value.includes('"')
    ? JSON.stringify(value)
    : `'${escaped.replaceAll("'", "\\'")}'`;
}
