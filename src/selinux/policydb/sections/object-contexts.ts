import type { Cursor } from '../cursor.ts';
import type {
  FsContext,
  FsUse,
  IbendportContext,
  IbpkeyContext,
  InitialSid,
  NetifContext,
  NodeContext,
  PolicyDb,
  PortContext,
} from '../policydb.ts';
import { ipv4Text, ipv6Text } from './address.ts';
import { readContext, SMALLEST_CONTEXT } from './context.ts';
import type { Header } from './header.ts';
import { initialSidName } from './initial-sid-names.ts';
import type { Symbols } from './symbol-tables.ts';

export type ObjectContexts = Pick<
  PolicyDb,
  'initialSids' | 'fsContexts' | 'ports' | 'netifs' | 'nodes' | 'fsUses' | 'ibpkeys' | 'ibendports'
>;

/** The contexts of things that are not files: one counted list per kind, in this order. Within a list the kernel takes the first match. */
export function readObjectContexts(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
): ObjectContexts {
  const context: ReadContext = () => readContext(cursor, header, symbols);
  const list = <T>(
    section: string,
    leastBytes: number,
    read: (cursor: Cursor, context: ReadContext) => T,
  ): T[] => {
    cursor.begin(section);
    const count = cursor.count(section, leastBytes + SMALLEST_CONTEXT);
    return Array.from({ length: count }, () => read(cursor, context));
  };
  const initialSids = list('initial sids', 4, initialSid);
  const fsContexts = list('fs contexts', 17, fsContext);
  const ports = list('port contexts', 12, portContext);
  const netifs = list('netif contexts', 17, netifContext);
  const nodes = list('node contexts', 8, ipv4Node);
  const fsUses = list('fs_use', 9, fsUse);
  const ipv6Nodes = header.has('ipv6Nodes') ? list('node6 contexts', 32, ipv6Node) : [];
  const infiniband = header.has('infiniband');
  return {
    initialSids,
    fsContexts,
    ports,
    netifs,
    nodes: [...nodes, ...ipv6Nodes],
    fsUses,
    ibpkeys: infiniband ? list('ibpkey contexts', 16, ibpkeyContext) : [],
    ibendports: infiniband ? list('ibendport contexts', 9, ibendportContext) : [],
  };
}

type ReadContext = () => ReturnType<typeof readContext>;

function initialSid(cursor: Cursor, context: ReadContext): InitialSid {
  const sid = cursor.u32();
  return { sid, name: initialSidName(sid), context: context() };
}

function fsContext(cursor: Cursor, context: ReadContext): FsContext {
  const name = cursor.text(cursor.u32(), 'file system');
  return { name, fileSystem: context(), files: context() };
}

function portContext(cursor: Cursor, context: ReadContext): PortContext {
  const at = cursor.offset;
  const protocol = cursor.u32();
  const low = cursor.u32();
  const high = cursor.u32();
  if (low > high || high > 0xffff) {
    cursor.fail(`ports ${low} to ${high} are no range of ports`, at + 4);
  }
  return { protocol: PROTOCOL[protocol] ?? protocol, low, high, context: context() };
}

function netifContext(cursor: Cursor, context: ReadContext): NetifContext {
  const name = cursor.text(cursor.u32(), 'network interface');
  return { name, interface: context(), packets: context() };
}

function ipv4Node(cursor: Cursor, context: ReadContext): NodeContext {
  const address = ipv4Text(cursor.raw(4));
  const mask = ipv4Text(cursor.raw(4));
  return { family: 'ipv4', address, mask, context: context() };
}

function fsUse(cursor: Cursor, context: ReadContext): FsUse {
  const at = cursor.offset;
  const behaviour = cursor.u32();
  if (behaviour === 0 || behaviour > HIGHEST_BEHAVIOUR || behaviour === MOUNT_POINT) {
    cursor.fail(`fs_use behaviour ${behaviour} has no meaning`, at);
  }
  const fileSystem = cursor.text(cursor.u32(), 'file system');
  return { behaviour: BEHAVIOUR[behaviour] ?? behaviour, fileSystem, context: context() };
}

function ipv6Node(cursor: Cursor, context: ReadContext): NodeContext {
  const address = ipv6Text(cursor.raw(16));
  const mask = ipv6Text(cursor.raw(16));
  return { family: 'ipv6', address, mask, context: context() };
}

function ibpkeyContext(cursor: Cursor, context: ReadContext): IbpkeyContext {
  const subnet = new Uint8Array(16);
  subnet.set(cursor.raw(8));
  const at = cursor.offset;
  const low = cursor.u32();
  const high = cursor.u32();
  if (low > high || high > 0xffff) {
    cursor.fail(`partition keys ${low} to ${high} are no range of keys`, at);
  }
  return { subnetPrefix: ipv6Text(subnet), low, high, context: context() };
}

function ibendportContext(cursor: Cursor, context: ReadContext): IbendportContext {
  const length = cursor.u32();
  const at = cursor.offset;
  const port = cursor.u32();
  if (port === 0 || port > 0xff) cursor.fail(`${port} is no port of a device`, at);
  return { device: cursor.text(length, 'device'), port, context: context() };
}

const PROTOCOL: Readonly<Record<number, 'tcp' | 'udp' | 'dccp' | 'sctp'>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  132: 'sctp',
};

const BEHAVIOUR: Readonly<Record<number, 'xattr' | 'trans' | 'task'>> = {
  1: 'xattr',
  2: 'trans',
  3: 'task',
};

/** SECURITY_FS_USE_MNTPOINT and SECURITY_FS_USE_MAX of the kernel, which refuses them as we do. */
const MOUNT_POINT = 6;
const HIGHEST_BEHAVIOUR = 7;
