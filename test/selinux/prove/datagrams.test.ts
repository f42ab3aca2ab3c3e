import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenOn, resolveNames, sendDatagrams } from '../../../src/abilities/index.ts';
import { type Confinement, datagrams, type Never } from '../../../src/description/index.ts';
import { artefacts } from '../../../src/selinux/module/index.ts';
import { AS_ROOT } from '../../support/namespaces.ts';
import { unpacked } from '../../support/unpacked.ts';
import { describe, verdict, ways } from './subject-policy.ts';

/** UDP to named ports: the kernel asks for none, so labels of packets hold the domain to them or nothing does. */

const why = 'a test';
const options = { to: [123, 53], from: [53], when: 'udp' };
const ability = sendDatagrams(options);
const description = {
  tunables: [{ name: 'udp', default: false, can: 'send over UDP', why }],
  ability: { types: ability.types!, secmark: ability.secmark! },
} as const;
const never: Never = { kind: 'send-udp', except: datagrams(options), why };

const TYPES = ['udp', 'tcp', 'other'].map((name) => `(type demo_${name}_packet_t)`).join(' ');
const POLICY = `${TYPES} (type unlabeled_t) (boolean demo_udp false)
  (booleanif demo_udp (true
    (allow demo_t self (udp_socket (write)))
    (allow demo_t demo_udp_packet_t (packet (send recv)))))
  (allow demo_t demo_tcp_packet_t (packet (send recv)))\n`;

function described(): Confinement {
  return describe('demo', [never], { ...description, ability: { ...ability, name: 'send' } });
}

/** As the package ships it. */
const RULESET = artefacts(described()).find(({ name }) => name === 'demo-secmark')!.text;

test('holds where packet labels hold the domain to the ports, and says what it assumes', async () => {
  const found = await verdict(never, POLICY, { description, ruleset: RULESET });
  expect(found.outcome).toBe('holds');
  expect(found.evidence).toContain('but to UDP port 123, 53 and from UDP port 53, with udp');
  expect(found.assumes.join()).toContain('the ruleset is loaded whenever demo_udp is on');
  expect(found.notes.join()).toContain(
    'those of TCP demo_tcp_packet_t, and those of UDP to port 53, 123 and from port 53 demo_udp_packet_t',
  );
  const without = await verdict(never, POLICY, { description });
  expect(without.assumes.join()).toContain('none was given to hold this against');
});

test.each(['demo_other_packet_t', 'unlabeled_t', 'base_t'])(
  'a rule that lets it send packets of %s makes it worth nothing',
  async (label) => {
    const cil = `${POLICY}(allow demo_t ${label} (packet (send)))`;
    const found = await verdict(never, cil, { description, ruleset: RULESET });
    expect(found.outcome).toBe('holds-as-set');
    expect(ways(found)[0]).toContain(`${label}:packet send`);
  },
);

test('sending without the tunable is a violation', async () => {
  const cil = `${POLICY}(allow demo_t self (udp_socket (write)))`;
  const found = await verdict(never, cil, { description, ruleset: RULESET });
  expect(found.outcome).toBe('violated');
});

test.each([
  ['labels nothing else', 'meta secmark set "other"\n', '\n'],
  ['labels another port', 'udp dport { 53, 123 }', 'udp dport { 53, 123, 514 }'],
  ['labels from another port', 'udp sport { 53 }', 'udp sport { 53, 68 }'],
  ['labels a range', 'udp dport { 53, 123 }', 'udp dport { 53-123 }'],
  ['lets UDP pass for TCP', 'meta l4proto tcp meta', 'meta l4proto { tcp, udp } meta'],
  [
    'gives UDP the label of TCP',
    'udp dport { 53, 123 } meta secmark set "datagrams"',
    'udp dport { 53, 123 } meta secmark set "connections"',
  ],
  ['has no label for TCP', /\t\tmeta l4proto tcp .*\n/g, ''],
  [
    'labels the resolvers besides',
    '\tchain input',
    '\tset r {\n\t\ttype ipv4_addr\n\t}\n\n\tchain late {\n\t\ttype filter hook output priority 0; policy accept;\n\t}\n\tchain input',
  ],
])('a ruleset that %s grants no exception', async (_, what, instead) => {
  const ruleset = RULESET.replace(what, instead);
  expect(ruleset).not.toBe(RULESET);
  const found = await verdict(never, POLICY, { description, ruleset });
  expect(found.outcome).toBe('holds-as-set');
  expect(found.notes.join()).toContain('the exception for these ports is not granted');
});

test('an exception for fewer ports than the labels let pass is not granted', async () => {
  const fewer: Never = { ...never, except: datagrams({ ...options, to: [53] }) };
  const found = await verdict(fewer, POLICY, { description, ruleset: RULESET });
  expect(found.outcome).toBe('holds-as-set');
  expect(found.notes.join()).toContain('to and from no other ports');
  const resolvers: Never = {
    kind: 'send-udp',
    except: { to: 'configured-resolver', when: 'udp', packets: 'udp_packet' },
    why,
  };
  expect((await verdict(resolvers, POLICY, { description })).outcome).toBe('holds-as-set');
});

test('nft understands the ruleset', async () => {
  const { root, env } = await unpacked('nft', ['nftables']);
  const file = join(tmpdir(), `confine-datagrams-${process.pid}`);
  const check = (text: string): { status: number | null; stderr: string } => {
    writeFileSync(file, text);
    const nft = [...AS_ROOT, '--net', join(root, 'usr/sbin/nft'), '-c', '-f', file];
    return spawnSync('unshare', nft, { encoding: 'utf8', env: { ...process.env, ...env } });
  };
  writeFileSync(file, RULESET);
  const printed = execFileSync('sh', [file, 'print'], { encoding: 'utf8' });
  // Labels are looked up in the policy of the kernel, which has none here: what stands around them is checked.
  expect(check(printed).stderr).not.toContain('syntax error');
  expect(check(printed.replace('secmark other', 'secmark tcp')).stderr).toContain('syntax error');
  const counted = printed
    .replace(/\tsecmark .*\n/g, '')
    .replace(/meta secmark set "\w+"/g, 'counter');
  expect(check(counted)).toMatchObject({ status: 0, stderr: '' });
});

test('one way of labelling for one description, and a daemon on both protocols', () => {
  const bothWays = () =>
    describe('demo', [never], {
      ...description,
      may: [ability, resolveNames({ direct: { when: 'udp' } })],
    });
  expect(bothWays).toThrow('two abilities label packets');
  const tcp = listenOn({ protocol: 'tcp', own: [53] });
  const udp = listenOn({ protocol: 'udp', own: [53], answers: false });
  const both = describe('demo', [never], { ...description, may: [ability, tcp, udp] });
  const te = artefacts(both).find(({ role }) => role === 'te')!.text;
  expect(te).toMatch(/allow demo_t demo_port_t:tcp_socket name_bind;/);
  expect(te).toMatch(/allow demo_t demo_port_t:udp_socket name_bind;/);
  expect(() => describe('demo', [never], { ...description, may: [ability, tcp, tcp] })).toThrow(
    'the ability `listenOn` is given twice for tcp',
  );
});
