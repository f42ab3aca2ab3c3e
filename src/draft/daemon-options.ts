import type {
  connectTo,
  listenOn,
  readUserDocuments,
  runAsDaemon,
  runAsTimerJob,
  runHelper,
  talkToUnixSocket,
  useBus,
  writeUserDocuments,
} from '../abilities/index.ts';
import type { Hints, Trace } from './hints.ts';

/**
 * Options of the abilities of daemons, each from evidence. None is found where a path has a type of its own in the policy: it belongs to somebody
 * else's module.
 */

/** Of a daemon: what its units say, and the capabilities of a daemon's start that were seen. The others are asked. */
export function daemonOptions({ service, accesses }: Hints): Parameters<typeof runAsDaemon>[0][] {
  if (service === undefined || service.timer) return [];
  const capabilities = capabilitiesOf(accesses).filter((name) => OF_A_START.has(name));
  const given = {
    ...(service.notify ? { notify: true } : {}),
    ...(service.sockets.length > 0 ? { sockets: service.sockets } : {}),
    ...(capabilities.length > 0 ? { capabilities } : {}),
  };
  return [Object.keys(given).length === 0 ? undefined : given];
}

/** A timer job has a run of seconds and nobody who talks to it: to see what it looks at is its work, so that reading past owners and modes is no question. */
export function timerJobOptions({
  service,
  accesses,
}: Hints): Parameters<typeof runAsTimerJob>[0][] {
  if (!service?.timer) return [];
  const capabilities = capabilitiesOf(accesses).filter(
    (name) => OF_A_START.has(name) || name === 'dac_read_search',
  );
  return [capabilities.length === 0 ? undefined : { capabilities }];
}

function capabilitiesOf(accesses: Hints['accesses']): readonly string[] {
  return distinct(
    accesses
      .filter(({ target, tclass }) => target === 'self' && tclass === 'capability')
      .flatMap(({ permissions }) => permissions),
  );
}

/** With these a daemon starts as root and becomes another; none of them opens the machine to it. */
const OF_A_START: ReadonlySet<string> = new Set([
  'chown',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setpcap',
  'setuid',
  'sys_chroot',
  'sys_nice',
  'sys_resource',
]);

/** One protocol each: a description has an ability once. A port that the policy has no type for is the module's own. */
export function listenOptions({ accesses }: Hints): Parameters<typeof listenOn>[0][] {
  return (['tcp', 'udp'] as const).flatMap((protocol) => {
    const bound = portsOf(accesses, protocol, 'name_bind');
    const types = distinct(bound.map(({ target }) => target)).filter((type) => !isGeneric(type));
    const own = ownPorts(bound);
    if (types.length + own.length === 0) return [];
    const privileged = bound.some(({ port, target }) =>
      port === undefined ? RESERVED.has(target) : port < 1024,
    );
    return [
      {
        protocol,
        ...(types.length > 0 ? { types } : {}),
        ...(own.length > 0 ? { own } : {}),
        ...(privileged ? { privileged } : {}),
      },
    ];
  });
}

/** What of the evidence gets the type of the module's own port. */
export function ownPortNames(given: Parameters<typeof listenOn>[0]): [string, string][] {
  return (given.own ?? []).map((port) => [`${given.protocol}_socket ${port}`, 'own:port']);
}

/** Ports that have a type of their own; one among all the others would open them all. */
export function connectOptions({ accesses }: Hints): Parameters<typeof connectTo>[0][] {
  const types = distinct(
    portsOf(accesses, 'tcp', 'name_connect').map(({ target }) => target),
  ).filter((type) => !isGeneric(type) && type !== 'dns_port_t');
  return types.length === 0 ? [] : [{ types }];
}

function portsOf(accesses: readonly Trace[], protocol: 'tcp' | 'udp', permission: string): Trace[] {
  return accesses.filter(
    ({ tclass, permissions, target }) =>
      tclass === `${protocol}_socket` &&
      permissions.includes(permission) &&
      !target.startsWith('own:'),
  );
}

function ownPorts(bound: readonly Trace[]): number[] {
  const ports = bound.flatMap(({ target, port }) =>
    isGeneric(target) && port !== undefined ? [port] : [],
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}

const RESERVED: ReadonlySet<string> = new Set(['reserved_port_t', 'hi_reserved_port_t']);

/** Types of the ports that no service has. */
function isGeneric(type: string): boolean {
  return RESERVED.has(type) || /^(port|unreserved_port|ephemeral_port)_t$/.test(type);
}

/** A directory below `parent` in which it wrote and which has only the general label. Those with the program's name come first. */
export function directoryOptions(parent: Parent): (hints: Hints) => Directory[] {
  return (hints) =>
    ownDirectories(
      hints.accesses.filter(({ permissions }) => permissions.some((one) => WRITING.test(one))),
      parent,
      hints,
    );
}

/** In which a socket was made, perhaps with files beside it. */
export function socketDirectoryOptions(hints: Hints): (Directory & { files?: true })[] {
  const made = hints.accesses.filter(
    ({ tclass, permissions }) => tclass === 'sock_file' && permissions.includes('create'),
  );
  const withFiles = new Set(runtimeFiles(hints).map(({ directory }) => directory));
  return ownDirectories(made, '/run', hints).map(({ directory }) =>
    withFiles.has(directory) ? { directory, files: true } : { directory },
  );
}

/** In which files were made, and no socket: a directory has one type. */
export function runtimeDirectoryOptions(hints: Hints): Directory[] {
  const sockets = new Set(socketDirectoryOptions(hints).map(({ directory }) => directory));
  return directoryOptions('/run')(hints).filter(({ directory }) => !sockets.has(directory));
}

function runtimeFiles(hints: Hints): Directory[] {
  const files = hints.accesses.filter(
    ({ tclass, permissions }) => tclass === 'file' && permissions.some((one) => WRITING.test(one)),
  );
  return ownDirectories(files, '/run', hints);
}

type Parent = '/etc' | '/run' | '/var/cache' | '/var/lib' | '/var/log' | '/var/spool';

interface Directory {
  readonly directory: string;
}

const WRITING = /^(add_name|append|create|write)$/;

/** Labels that say nothing of whose a path is. */
const GENERAL: Readonly<Record<Parent, RegExp>> = {
  '/etc': /^etc_t$/,
  '/run': /^(var_run|runtime|pid)_t$/,
  '/var/cache': /^(var|var_cache)_t$/,
  '/var/lib': /^var_lib_t$/,
  '/var/log': /^var_log_t$/,
  '/var/spool': /^var_spool_t$/,
};

/** Shared by everybody, whatever their label. */
const SHARED: ReadonlySet<string> = new Set(['lock', 'misc', 'private']);

function ownDirectories(
  accesses: readonly Trace[],
  parent: Parent,
  { programs }: Hints,
): Directory[] {
  const names = accesses.flatMap(({ path, target }) => {
    const [first, below] = partsBelow(path, parent);
    return below !== undefined && GENERAL[parent].test(target) && !SHARED.has(first!)
      ? [first!]
      : [];
  });
  const found = distinct(names).filter((name) => /^[\w+-][\w.+-]*$/.test(name));
  return [
    ...found.filter((name) => carries(name, programs)),
    ...found.filter((name) => !carries(name, programs)),
  ].map((name) => ({ directory: `${parent}/${name}` }));
}

/** Files and directories of /etc that carry the program's name, or that a unit names. */
export function configurationOptions({ accesses, programs }: Hints): { paths: string[] }[] {
  const names = accesses.flatMap(({ path, target, declared }) => {
    const [first] = partsBelow(path, '/etc');
    return first !== undefined &&
      GENERAL['/etc'].test(target) &&
      (declared === true || carries(first, programs))
      ? [first]
      : [];
  });
  const paths = distinct(names)
    .filter((name) => /^[\w+-][\w.+-]*$/.test(name))
    .map((name) => `/etc/${name}`);
  return paths.length === 0 ? [] : [{ paths }];
}

function partsBelow(path: string | undefined, parent: string): string[] {
  return path?.startsWith(`${parent}/`)
    ? path
        .slice(parent.length + 1)
        .split('/')
        .filter(Boolean)
    : [];
}

/** `mosquitto.conf` is mosquitto's, `redis` redis-server's. */
function carries(name: string, programs: readonly string[]): boolean {
  return programs.some((program) => stem(program) === stem(name));
}

function stem(name: string): string {
  return name
    .toLowerCase()
    .replace(/\..*$/, '')
    .replace(/(?<=\w{3})([-_](server|daemon)|d)$/, '');
}

/** Temporary files that it made itself; those of others keep their types. A tool that writes outputs has writeOutput for them. */
export function temporaryOptions(hints: Hints): undefined[] {
  return hints.service !== undefined && temporaryNames(hints).length > 0 ? [undefined] : [];
}

export function temporaryNames({ accesses }: Hints): [string, string][] {
  return accesses
    .filter(
      ({ path, target, tclass, permissions }) =>
        target === 'tmp_t' &&
        /^(file|dir)$/.test(tclass) &&
        permissions.includes('create') &&
        /^\/(var\/)?tmp\//.test(path ?? ''),
    )
    .map(({ path, tclass }) => [`${tclass} ${path}`, 'own:tmp']);
}

/** Another daemon, where the evidence has both its domain and the type of its socket: a log has, a trace does not show the domain. */
export function peerOptions({ accesses }: Hints): Parameters<typeof talkToUnixSocket>[0][] {
  const domains = distinct(
    accesses
      .filter(({ permissions }) => permissions.includes('connectto'))
      .map(({ target }) => target),
  ).filter((type) => type !== 'self' && !HAVE_THEIR_OWN.test(type));
  const sockets = distinct(
    accesses
      .filter(({ tclass, permissions }) => tclass === 'sock_file' && permissions.includes('write'))
      .map(({ target }) => target),
  ).filter((type) => !type.startsWith('own:') && !HAVE_THEIR_OWN.test(type));
  // Of several, which socket is whose cannot be told.
  return domains.length === 1 && sockets.length === 1
    ? [{ to: [{ domain: domains[0]!, sockets }] }]
    : [];
}

/** For these there are abilities of their own, or they are nobody's to talk to. */
const HAVE_THEIR_OWN =
  /^(init|kernel|unconfined|syslogd|devlog|system_dbusd|systemd_resolved|setrans)(_|$)|^var_run_t$|^tmp_t$/;

/** The bus, once its socket or a message on it was seen; only the services that were called. */
export function busOptions({ accesses, service }: Hints): Parameters<typeof useBus>[0][] {
  const messages = accesses.filter(({ tclass }) => tclass === 'dbus');
  const used =
    messages.length > 0 ||
    accesses.some(
      ({ path, tclass }) => tclass === 'sock_file' && path === '/run/dbus/system_bus_socket',
    );
  const own =
    service?.bus === true ||
    messages.some(({ permissions }) => permissions.includes('acquire_svc'));
  if (!used && !own) return [];
  const calls = distinct(
    messages
      .filter(({ permissions }) => permissions.includes('send_msg'))
      .map(({ target }) => target),
  ).filter((type) => type !== 'self' && !/^system_dbusd|^unconfined/.test(type));
  const given = { ...(own ? { own } : {}), ...(calls.length > 0 ? { calls } : {}) };
  return [Object.keys(given).length === 0 ? undefined : given];
}

export function logOptions({ accesses }: Hints): undefined[] {
  const seen = accesses.some(
    ({ path, target, tclass }) =>
      tclass === 'sock_file' &&
      (target === 'devlog_t' || path === '/dev/log' || path === '/run/systemd/journal/dev-log'),
  );
  return seen ? [undefined] : [];
}

export function certificateOptions({ accesses }: Hints): undefined[] {
  const read = accesses.some(
    ({ target, tclass, permissions }) =>
      target === 'cert_t' && tclass === 'file' && permissions.includes('read'),
  );
  return read ? [undefined] : [];
}

/** Programs that it executed, from a directory below /usr/lib or /usr/libexec with its name. A shell is a question: it runs anything. */
export function helperOptions({ accesses, programs }: Hints): Parameters<typeof runHelper>[0][] {
  const paths = accesses.flatMap(({ path = '', target, tclass, permissions }) => {
    const directory = /^\/usr\/(?:libexec|lib(?:\/[\w]+-linux-gnu\w*)?)\/([^/]+)\/.+$/.exec(
      path,
    )?.[1];
    return directory !== undefined &&
      carries(directory, programs) &&
      tclass === 'file' &&
      /^(bin|lib|usr)_t$/.test(target) &&
      permissions.some((one) => /^execute(_no_trans)?$/.test(one))
      ? [path]
      : [];
  });
  return paths.length === 0 ? [] : [{ programs: distinct(paths) }];
}

/** A tool that opened files of users: those of the general type in a home directory, or in /tmp such as it did not make itself. */
export function documentOptions(hints: Hints): Parameters<typeof readUserDocuments>[0][] {
  if (hints.service !== undefined) return [];
  const opened = (type: string): boolean =>
    hints.accesses.some((one) => one.target === type && isOpenedToRead(one));
  const temporary = opened('user_tmp_t') || documentNames(hints).length > 0;
  if (!temporary && !opened('user_home_t')) return [];
  const given = { when: 'read_documents' };
  return temporary ? [given, { ...given, temporary: true }] : [given];
}

/** What a tool finds in /tmp a user has put there, whose files the domain of the user labels; file contexts say nothing of it. */
export function documentNames(hints: Hints): [string, string][] {
  if (hints.service !== undefined) return [];
  const made = new Set(outputDocumentNames(hints).map(([name]) => name));
  return hints.accesses
    .filter((one) => isTemporary(one) && isOpenedToRead(one))
    .map(({ path }): [string, string] => [`file ${path}`, 'user_tmp_t'])
    .filter(([name]) => !made.has(name));
}

function isOpenedToRead({ tclass, permissions }: Trace): boolean {
  return tclass === 'file' && permissions.includes('read');
}

function isTemporary({ target, path }: Trace): boolean {
  return target === 'tmp_t' && /^\/(var\/)?tmp\//.test(path ?? '');
}

/** A tool that made files in a home directory or in /tmp. */
export function outputDocumentOptions(hints: Hints): Parameters<typeof writeUserDocuments>[0][] {
  if (outputDocumentNames(hints).length === 0) return [];
  const given = { when: 'write_documents' };
  // A file that it did not make went for one that it made, or was moved aside.
  const made = new Set(outputDocumentNames(hints).map(([name]) => name));
  const replaces = hints.accesses.some(
    ({ target, tclass, permissions, path }) =>
      target === 'user_home_t' &&
      tclass === 'file' &&
      permissions.some((one) => /^(rename|unlink)$/.test(one)) &&
      !made.has(`file ${path}`),
  );
  return replaces ? [given, { ...given, replace: true }] : [given];
}

/** Each file that it made gets a type of its own as it is made. */
export function outputDocumentNames({ accesses, service }: Hints): [string, string][] {
  if (service !== undefined) return [];
  return accesses
    .filter(({ tclass, permissions }) => tclass === 'file' && permissions.includes('create'))
    .flatMap((one): [string, string][] => {
      if (isTemporary(one)) return [[`file ${one.path}`, 'own:tmp']];
      return one.target === 'user_home_t' || one.target === 'user_home_dir_t'
        ? [[`file ${one.path}`, 'own:document']]
        : [];
    });
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
