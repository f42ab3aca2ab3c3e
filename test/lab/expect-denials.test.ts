import { describe, expect, test } from 'vitest';
import tools from '../../docs/examples/mosquitto-tools/confinement.ts';
import confinement from '../../profiles/rustnet/confinement.ts';
import { denialsOf, eventsIn } from '../../src/denials/index.ts';
import type { ExpectedDenial } from '../../src/description/index.ts';
import { denialProblems } from '../../src/lab/expect-denials.ts';

function denials(
  ...lines: [source: string, target: string, tclass: string, permissions: string, more?: string][]
) {
  return eventsIn(
    lines
      .map(
        ([source, target, tclass, permissions, more = ''], i) =>
          `type=AVC msg=audit(1.000:${i}): avc:  denied  { ${permissions} } for  pid=1 comm="x" ${more} scontext=u:r:${source}:s0 tcontext=u:r:${target}:s0 tclass=${tclass} permissive=0`,
      )
      .join('\n'),
  ).flatMap(denialsOf);
}

const UDP: ExpectedDenial = { tclass: 'udp_socket', permissions: ['write'], target: 'self' };

test('an expected denial and nothing else is no problem', () => {
  const seen = denials(['rustnet_t', 'rustnet_t', 'udp_socket', 'write']);
  expect(denialProblems(seen, [UDP], confinement)).toEqual([]);
});

test('a missing denial is a problem', () => {
  expect(denialProblems([], [UDP], confinement)).toEqual([
    'missing denial: self:udp_socket { write }',
  ]);
});

test('an unexpected denial is a problem, as source and as target', () => {
  const seen = denials(
    ['rustnet_t', 'etc_t', 'file', 'read'],
    ['other_t', 'rustnet_t', 'process', 'signal'],
    ['other_t', 'other_t', 'file', 'read'],
  );
  expect(denialProblems(seen, [], confinement)).toEqual([
    'unexpected denial: rustnet_t etc_t:file { read } (comm=x)',
    'unexpected denial: other_t rustnet_t:process { signal } (comm=x)',
  ]);
});

test('the permission, the target and the ioctl are part of the expectation', () => {
  const wrong = denials(
    ['rustnet_t', 'rustnet_t', 'udp_socket', 'create'],
    ['rustnet_t', 'other_t', 'udp_socket', 'write'],
  );
  expect(denialProblems(wrong, [UDP], confinement)).toHaveLength(3);
  const ioctl: ExpectedDenial = { tclass: 'chr_file', permissions: ['ioctl'], ioctl: '0x5412' };
  const tiocsti = denials(['rustnet_t', 'tty_t', 'chr_file', 'ioctl', 'ioctlcmd=0x5412']);
  const other = denials(['rustnet_t', 'tty_t', 'chr_file', 'ioctl', 'ioctlcmd=0x5413']);
  expect(denialProblems(tiocsti, [ioctl], confinement)).toEqual([]);
  expect(denialProblems(other, [ioctl], confinement)).toHaveLength(2);
});

test('the entrypoint denial of a foreign binary does not pass for a refused datagram', () => {
  const seen = denials(['rustnet_t', 'bin_t', 'file', 'entrypoint']);
  expect(denialProblems(seen, [UDP], confinement)).toEqual([
    'unexpected denial: rustnet_t bin_t:file { entrypoint } (comm=x)',
    'missing denial: self:udp_socket { write }',
  ]);
});

describe('of a description with several domains', () => {
  const CONNECT: ExpectedDenial = { tclass: 'tcp_socket', permissions: ['name_connect'] };
  const byCtrl = denials(['mosquitto_ctrl_t', 'port_t', 'tcp_socket', 'name_connect']);
  const own = denials(['mosquitto_t', 'port_t', 'tcp_socket', 'name_connect']);

  test('each domain answers for its denials, also as a target', () => {
    expect(denialProblems(byCtrl, [], tools)).toHaveLength(1);
    const target = denials(['unconfined_t', 'mosquitto_passwd_t', 'process', 'ptrace']);
    expect(denialProblems(target, [], tools)).toHaveLength(1);
    expect(
      denialProblems(denials(['mosquitto_other_t', 'port_t', 'file', 'read']), [], tools),
    ).toEqual([]);
  });

  test('an expectation is of the description’s own domain, or of the one that it names', () => {
    expect(denialProblems(own, [CONNECT], tools)).toEqual([]);
    expect(denialProblems(byCtrl, [{ ...CONNECT, domain: 'ctrl' }], tools)).toEqual([]);
    expect(denialProblems(byCtrl, [CONNECT], tools)).toHaveLength(2);
    expect(denialProblems(own, [{ ...CONNECT, domain: 'ctrl' }], tools)).toEqual([
      expect.stringContaining('unexpected denial: mosquitto_t'),
      'missing denial: by ctrl: any type:tcp_socket { name_connect }',
    ]);
  });

  test('a type of the module is named from any of its domains', () => {
    const seen = denials(['mosquitto_ctrl_t', 'mosquitto_conf_t', 'file', 'write']);
    const wanted = {
      domain: 'ctrl',
      tclass: 'file',
      permissions: ['write'],
      target: 'module:conf',
    };
    expect(denialProblems(seen, [wanted], tools)).toEqual([]);
    expect(denialProblems(seen, [{ ...wanted, target: 'module:cert' }], tools)).toHaveLength(2);
  });
});
