import type {
  readContent,
  resolveNames,
  sendDatagrams,
  setClock,
  shareMemory,
  useIoUring,
} from '../abilities/index.ts';
import type { Hints, Trace } from './hints.ts';

/**
 * What has to be seen before an ability that opens much of the system is a candidate at all: the thing itself, and never a directory on the way to it or a
 * file that others read as well.
 */

/** A name was looked up: the resolver's own files or socket, or its port. /etc/nsswitch.conf, /etc/passwd and hosts.allow are read by whoever looks up users. */
export function resolverOptions({ accesses }: Hints): Parameters<typeof resolveNames>[0][] {
  const looked = accesses.some(
    ({ path, target, tclass, port }) =>
      /^systemd_resolved/.test(target) ||
      target === 'dns_port_t' ||
      (tclass === 'udp_socket' && port === DNS) ||
      (path === undefined ? target === 'net_conf_t' && tclass === 'file' : RESOLVER.test(path)),
  );
  return looked ? [undefined, { direct: { when: 'direct_dns' } }] : [];
}

const DNS = 53;
const RESOLVER = /^\/etc\/(resolv\.conf|hosts|host\.conf|gai\.conf)$|^\/run\/systemd\/resolve\//;

/** A file of /usr/share and its like was read, not only a directory listed. */
export function systemFileOptions({ accesses }: Hints): undefined[] {
  return accesses.some(
    ({ target, tclass, permissions }) =>
      /^(usr|locale|fonts|src)_t$/.test(target) &&
      tclass === 'file' &&
      permissions.includes('read'),
  )
    ? [undefined]
    : [];
}

/** Files of many kinds were read, as a scanner does; one that lists directories reads none. */
export function allFilesOptions({ accesses }: Hints): undefined[] {
  const kinds = new Set(
    accesses.flatMap(({ target, tclass, permissions }) =>
      tclass === 'file' && permissions.includes('read') ? [target] : [],
    ),
  );
  return kinds.size >= MANY ? [undefined] : [];
}

const MANY = 40;

/** What a service read of /var/www, or below a directory of /srv. */
export function contentOptions({ accesses, service }: Hints): Parameters<typeof readContent>[0][] {
  if (service === undefined) return [];
  const read = accesses.filter(
    ({ tclass, permissions }) => tclass === 'file' && permissions.includes('read'),
  );
  const published = read.some(({ target }) => target === 'httpd_sys_content_t');
  const own = distinct(
    read.flatMap(({ path, target }) =>
      target === 'var_t' ? (/^\/srv\/[\w+-][\w.+-]*(?=\/)/.exec(path ?? '') ?? []) : [],
    ),
  );
  const given = {
    ...(own.length > 0 ? { own } : {}),
    ...(published ? { published } : {}),
  };
  return Object.keys(given).length === 0 ? [] : [given];
}

/** Logs of several programs were renamed: whoever rotates its own writes one directory. */
export function rotatingOptions({ accesses }: Hints): undefined[] {
  const renamed = new Set(
    accesses.flatMap(({ path, tclass, permissions }) =>
      tclass === 'file' && permissions.includes('rename')
        ? (/^\/var\/log\/[^/.]+/.exec(path ?? '') ?? [])
        : [],
    ),
  );
  return renamed.size > 1 ? [undefined] : [];
}

/** A program that has no type of its own was started. */
export function systemProgramOptions({ accesses }: Hints): undefined[] {
  return accesses.some(
    ({ target, tclass, permissions }) =>
      target === 'bin_t' && tclass === 'file' && permissions.some((one) => /^execute/.test(one)),
  )
    ? [undefined]
    : [];
}

export function generatedCodeOptions({ accesses }: Hints): undefined[] {
  return has(accesses, 'process', 'execmem') ? [undefined] : [];
}

export function clockOptions({ accesses }: Hints): Parameters<typeof setClock>[0][] {
  if (!has(accesses, 'capability', 'sys_time')) return [];
  const hardware = accesses.some(
    ({ target, permissions }) => target === 'clock_device_t' && permissions.includes('write'),
  );
  return [hardware ? { hardware } : undefined];
}

export function ringOptions({ accesses }: Hints): Parameters<typeof useIoUring>[0][] {
  if (!has(accesses, 'anon_inode', 'create')) return [];
  return [has(accesses, 'io_uring', 'sqpoll') ? { kernelThread: true } : undefined];
}

/** POSIX objects in /dev/shm; System V objects beside them, or the draft asks. */
export function memoryOptions(hints: Hints): Parameters<typeof shareMemory>[0][] {
  const systemV = has(hints.accesses, 'shm', 'create') || has(hints.accesses, 'sem', 'create');
  if (memoryNames(hints).length === 0 && !systemV) return [];
  return [systemV ? { systemV } : undefined];
}

export function memoryNames({ accesses }: Hints): [string, string][] {
  return accesses
    .filter(
      ({ path, tclass, permissions }) =>
        tclass === 'file' && permissions.includes('create') && /^\/dev\/shm\//.test(path ?? ''),
    )
    .map(({ path }) => [`file ${path}`, 'own:shm']);
}

/** Ports that datagrams were sent to, and its own that they left from; a name server's is resolveNames'. A log shows neither. */
export function datagramOptions({ accesses }: Hints): Parameters<typeof sendDatagrams>[0][] {
  const ports = (permission: RegExp): number[] =>
    [
      ...new Set(
        accesses.flatMap(({ tclass, permissions, port }) =>
          tclass === 'udp_socket' &&
          port !== undefined &&
          permissions.some((one) => permission.test(one))
            ? [port]
            : [],
        ),
      ),
    ].sort((a, b) => a - b);
  const to = ports(/^(connect|write)$/).filter((port) => port !== DNS);
  const from = ports(/^name_bind$/);
  const sends = has(accesses, 'udp_socket', 'write');
  return to.length === 0 && !(sends && from.length > 0)
    ? []
    : [
        {
          ...(to.length > 0 ? { to } : {}),
          ...(from.length > 0 ? { from } : {}),
          when: 'send_datagrams',
        },
      ];
}

function has(accesses: readonly Trace[], tclass: string, permission: string): boolean {
  return accesses.some(
    (one) => one.target === 'self' && one.tclass === tclass && one.permissions.includes(permission),
  );
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
