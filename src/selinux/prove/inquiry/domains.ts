import { moduleName } from '../../../description/index.ts';
import type { PolicyDb, TypeId } from '../../policydb/index.ts';
import { accessVector } from '../../query/index.ts';
import { permissionMask } from './grants.ts';
import type { Described } from './subject.ts';

/**
 * The other domains of its description that a domain can enter under some setting of the booleans, over any number of steps, less those that a never
 * leaves out. Whether something is an entry point does not count: the right to enter is enough.
 */
export function enteredFrom(
  db: PolicyDb,
  confinement: Described,
  domain: TypeId,
  leavesOut: readonly string[],
): readonly TypeId[] {
  const others = othersOf(db, confinement).filter(({ name }) => !leavesOut.includes(name));
  const found = [domain];
  // Those that are found are gone through in their turn.
  for (const from of found) {
    for (const { id } of others) {
      if (!found.includes(id) && may(db, from, id, ['process'], ENTERING)) found.push(id);
    }
  }
  return found.slice(1);
}

/**
 * Which other domains of its description can do something for a domain that cannot enter them, or whose entering a never leaves out: what they are
 * asked over a socket, or find in a file. Their rules are not asked, so that this is presupposed, by name.
 */
export function beside(
  db: PolicyDb,
  confinement: Described,
  sources: readonly TypeId[],
): { readonly beside: readonly string[] } {
  return {
    beside: othersOf(db, confinement)
      .filter(({ id }) => !sources.includes(id))
      .flatMap(({ id, domain }) => {
        const ways = sources.flatMap((from) => waysOfHandingOver(db, confinement, from, id));
        return ways.length === 0
          ? []
          : [`${domain} does nothing of this at its word, although ${ways[0]}`];
      }),
  };
}

/** In words, to follow `although`. */
function waysOfHandingOver(
  db: PolicyDb,
  confinement: Described,
  from: TypeId,
  to: TypeId,
): readonly string[] {
  const name = db.types.names[to]!;
  const speaks = SOCKETS.some(({ tclass, permissions }) =>
    may(db, from, to, [tclass], permissions),
  );
  const answers = SOCKETS.some(({ tclass, permissions }) =>
    may(db, to, from, [tclass], permissions),
  );
  const own = ownTypesIn(db, moduleName(confinement));
  const connects = (one: TypeId, other: TypeId): boolean =>
    own.some(
      (port) =>
        may(db, one, port, ['tcp_socket'], ['name_connect']) &&
        may(db, other, port, ['tcp_socket', 'udp_socket'], ['name_bind']),
    );
  const shared = own.filter(
    (type) =>
      may(db, from, type, FILES, ['write', 'append', 'create']) &&
      may(db, to, type, FILES, ['read', 'execute']),
  );
  return [
    ...(may(db, from, to, ['process'], ENTERING)
      ? [`it may enter ${name}, which is left out`]
      : []),
    ...(speaks || connects(from, to) ? [`it may speak to a socket of ${name}`] : []),
    ...(answers || connects(to, from)
      ? [`${name} may speak to a socket of its own and take what is answered`]
      : []),
    ...shared.map((type) => `it may write ${db.types.names[type]}, which ${name} may read`),
  ];
}

const ENTERING = ['transition', 'dyntransition'];

const SOCKETS = [
  { tclass: 'unix_stream_socket', permissions: ['connectto'] },
  { tclass: 'unix_dgram_socket', permissions: ['sendto'] },
] as const;

const FILES = ['file', 'fifo_file', 'lnk_file'];

function othersOf(
  db: PolicyDb,
  { module, domain }: Described,
): readonly { readonly name: string; readonly domain: string; readonly id: TypeId }[] {
  return (module?.domains ?? []).flatMap((one) => {
    const id = db.types.ids.get(one.domain);
    return one.domain === domain || id === undefined
      ? []
      : [{ name: one.name, domain: one.domain, id }];
  });
}

/** Types with the module's prefix, whoever declares them. */
function ownTypesIn(db: PolicyDb, module: string): readonly TypeId[] {
  return [...db.types.ids].flatMap(([name, id]) =>
    name.startsWith(`${module}_`) && !db.types.attributes.has(id) ? [id] : [],
  );
}

/** Whether one of the permissions is granted on one of the classes, under any setting. */
function may(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  classes: readonly string[],
  permissions: readonly string[],
): boolean {
  return classes.some((name) => {
    const tclass = db.classes.ids.get(name);
    if (tclass === undefined) return false;
    const mask = permissionMask(db, tclass, permissions);
    return (accessVector(db, source, target, tclass, 'any').allowed & mask) !== 0;
  });
}
