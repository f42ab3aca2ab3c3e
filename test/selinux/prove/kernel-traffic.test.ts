import { expect, test } from 'vitest';
import type { Never } from '../../../src/description/index.ts';
import { prove } from '../../../src/selinux/prove/index.ts';
import { policyFromCil } from '../../support/policy.ts';
import { ANYWHERE, describe, PRELUDE, verdict, ways } from './subject-policy.ts';

/** Traffic that the kernel carries at the domain's word, with sockets that are asked for nothing; and disks read by commands. */

const why = 'a test';
const udp: Never = { kind: 'send-udp', why };
const tcp: Never = { kind: 'connect-tcp', why };
const listen: Never = { kind: 'listen', why };
const interfaces: Never = { kind: 'egress', channels: ['tun-tap'], why };

const ADMIN = '(allow demo_t self (capability (net_admin)))';
const ADMIN_ELSEWHERE = '(allow demo_t self (cap_userns (net_admin)))';
const ROUTE = '(allow demo_t self (netlink_route_socket (nlmsg_write)))';
const XFRM = '(allow demo_t self (netlink_xfrm_socket (nlmsg_write)))';
const GENERIC = '(allow demo_t self (netlink_generic_socket (write)))';

test.each([
  ['a tunnel', ADMIN, ROUTE, [udp, tcp, interfaces]],
  ['a tunnel in a namespace of a container', ADMIN_ELSEWHERE, ROUTE, [udp, tcp, interfaces]],
  ['ESP in UDP', ADMIN, XFRM, [udp, tcp, interfaces]],
  ['WireGuard, DRBD, nfsd', ADMIN, GENERIC, [udp, tcp, listen]],
  ['the same in a container', ADMIN_ELSEWHERE, GENERIC, [udp, tcp, listen]],
] as const)('%s', async (_, capability, netlink, nevers) => {
  for (const never of nevers) {
    const found = await verdict(never, capability + netlink);
    expect(found.outcome, never.kind).toBe('violated');
    expect(ways(found).join(), never.kind).toMatch(/nlmsg_write|write/);
    expect(ways(found).join(), never.kind).toContain('net_admin');
    // Neither alone.
    expect((await verdict(never, netlink)).outcome, never.kind).toBe('holds');
    expect((await verdict(never, capability)).outcome, never.kind).toBe('holds');
  }
});

test.each([udp, tcp])(
  'a file server is connected to with sys_admin alone: $kind',
  async (never) => {
    const found = await verdict(never, '(allow demo_t self (capability (sys_admin)))');
    expect(ways(found)).toEqual(['allow demo_t demo_t:capability sys_admin;']);
    const mounts =
      '(type nfs_t)(allow demo_t nfs_t (filesystem (mount)))(allow demo_t base_t (dir (mounton)))';
    expect((await verdict(never, mounts)).outcome).toBe('holds');
    // A user namespace can mount no network file system.
    expect((await verdict(never, '(allow demo_t self (cap_userns (sys_admin)))')).outcome).toBe(
      'holds',
    );
  },
);

test.each([udp, tcp])(
  'a BPF program is loaded with a token, or is another’s: $kind',
  async (never) => {
    const load = '(allow demo_t self (bpf (prog_load)))';
    expect((await verdict(never, load)).outcome).toBe('holds');
    expect((await verdict(never, load + ADMIN_ELSEWHERE)).outcome).toBe('violated');
    // Debian 13's secilc does not know the capability yet.
    const db = await policyFromCil(
      `${PRELUDE}(type demo_t)(type loader_t)(allow demo_t loader_t (bpf (prog_load_as)))${ADMIN_ELSEWHERE}`,
    );
    const outcomeOn = (capabilities: readonly string[]): string =>
      prove({ db: { ...db, capabilities }, fileContexts: ANYWHERE }, describe('demo', [never]))[0]!
        .verdict.outcome;
    expect(outcomeOn(db.capabilities)).toBe('holds');
    expect(outcomeOn([...db.capabilities, 'bpf_token_perms'])).toBe('violated');
    const run = '(type loader_t)(allow demo_t loader_t (bpf (prog_run)))';
    expect((await verdict(never, run)).outcome).toBe('violated');
  },
);

test('a route changed by an ioctl leads what packet labels let through elsewhere', async () => {
  const never: Never = {
    kind: 'connect-tcp',
    except: { to: 'configured-resolver', when: 'dns', packets: 'dns_packet' },
    why,
  };
  const description = {
    tunables: [{ name: 'dns', default: false, can: 'ask name servers', why }],
    ability: {
      types: [
        { name: 'dns_packet', nature: 'packet', what: 'to the resolvers' },
        { name: 'other_packet', nature: 'packet', what: 'the rest' },
      ],
      secmark: { resolver: 'own:dns_packet', other: 'own:other_packet', when: 'dns' },
    },
  } as const;
  const policy = `(type demo_dns_packet_t) (type demo_other_packet_t) (boolean demo_dns false)
    (type dns_port_t) (roletype r dns_port_t) (portcon tcp 53 (u r dns_port_t ((s0) (s0))))
    (booleanif demo_dns (true
      (allow demo_t dns_port_t (tcp_socket (name_connect)))
      (allow demo_t demo_dns_packet_t (packet (send recv)))))
    (allow demo_t self (udp_socket (ioctl)))`;
  expect((await verdict(never, policy, { description })).outcome).toBe('holds');
  for (const capability of [ADMIN, ADMIN_ELSEWHERE]) {
    const found = await verdict(never, policy + capability, { description });
    expect(found.outcome).toBe('holds-as-set');
    expect(ways(found)[0]).toContain('udp_socket ioctl');
  }
});

test('a disk is read by commands', async () => {
  const never: Never = { kind: 'read', below: ['/secret'], except: [], why };
  const disk = '(type disk_t)(allow demo_t disk_t (blk_file (open ioctl)))';
  const found = await verdict(never, disk);
  expect(found.outcome).toBe('violated');
  expect(ways(found)[0]).toContain('blk_file { ioctl open }');
  expect((await verdict(never, disk.replace('open ', ''))).outcome).toBe('holds');
  const size = '(allowx demo_t disk_t (ioctl blk_file (0x1260)))';
  expect((await verdict(never, disk + size)).outcome).toBe('holds');
});

test('perf events sample the stack of others: ptrace assumes that none does', async () => {
  const never: Never = { kind: 'ptrace', why };
  const events = '(allow demo_t self (perf_event (open)))';
  const sampling = await verdict(never, `${events}(allow demo_t self (capability2 (perfmon)))`);
  expect(sampling.assumes.join()).toContain('samples the stack of other processes');
  expect((await verdict(never, events)).assumes).toEqual([]);
});

test('a disk is written by commands, with a capability', async () => {
  const never: Never = { kind: 'write', except: [], why };
  const disk = '(type disk_t)(allow demo_t disk_t (blk_file (open ioctl)))';
  expect((await verdict(never, disk)).outcome).toBe('holds');
  const found = await verdict(never, `${disk}(allow demo_t self (capability (sys_rawio)))`);
  expect(found.outcome).toBe('violated');
  expect(ways(found)[0]).toContain('sys_rawio');
});
