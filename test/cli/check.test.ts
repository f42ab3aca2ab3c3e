import { beforeAll, expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/run-cli.ts';

let text: CliResult;

beforeAll(async () => {
  text = await runCli(['check', '--target', 'debian-12,debian-13']);
}, 240_000);

test('it ends with yes, what the domain may do and the proofs for both distributions, and the residuals', () => {
  expect(text.code).toBe(0);
  expect(text.out).toMatch(/^may +what +when +Debian 12 +Debian 13$/m);
  expect(text.out).toContain('frames can be sent through the capture socket');
  expect(text.out).toContain('Debian 12: 17 nevers: 17 holds\nDebian 13: 17 nevers: 17 holds\n');
});

test('what the table says of sockets is the description’s, no more', () => {
  const sockets = /^own sockets[\s\S]*?(?=^BPF)/m.exec(text.out)![0];
  expect(
    sockets
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/\s+/g, ' ').trim()),
  ).toEqual([
    'own sockets bluetooth_socket { create ioctl } yes yes',
    'netlink_generic_socket { create ioctl } yes yes',
    'netlink_netfilter_socket { create } yes yes',
    'netlink_route_socket { bind create getattr getopt nlmsg_read read yes yes',
    'setopt write }',
    'packet_socket { bind create getattr getopt ioctl map read setopt yes yes',
    'write }',
    'udp_socket { bind connect create getattr } yes yes',
    'unix_dgram_socket { create ioctl } yes yes',
    'tcp_socket { connect create getattr getopt read setopt write } rustnet_direct_dns yes yes',
    'udp_socket { getopt read setopt write } rustnet_direct_dns yes yes',
  ]);
});

test('progress stands on stderr, a line per step', () => {
  expect(text.err).toContain('✓ linked into the full policy of Debian 13');
  expect(text.out).not.toContain('✓');
});

test('the same as data, for the small profile too', async () => {
  const { code, out } = await runCli([
    ...['check', 'profiles/tcpdump', '--json'],
    ...['--target', 'debian-13', '--target', 'debian-12'],
  ]);
  expect(code).toBe(0);
  const data = JSON.parse(out);
  expect(data.domain).toBe('tcpdump_t');
  expect(data.targets.map((target: { target: string }) => target.target)).toEqual([
    'debian-12',
    'debian-13',
  ]);
  const grants = data.targets[1].grants.filter(
    (grant: { through?: string }) => grant.through === undefined,
  );
  expect(grants).toContainEqual({
    area: 'own sockets',
    target: 'self',
    tclass: 'packet_socket',
    permissions: ['bind', 'create', 'getattr', 'getopt', 'ioctl', 'map', 'read', 'setopt', 'write'],
  });
}, 240_000);
