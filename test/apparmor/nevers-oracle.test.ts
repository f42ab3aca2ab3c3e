import { expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import { proveProfile } from '../../src/apparmor/prove/index.ts';
import type { Never } from '../../src/description/index.ts';
import { Random } from '../hostile/mutation.ts';
import { compileBytes } from './compile.ts';

const BUILDS = [
  { suite: 'trixie', features: 'linux-6.12' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;

const PROFILES = Number(process.env.CONFINE_RANDOM_PROFILES ?? 40);

/** A rule as it is meant: what it grants or denies of one thing. */
interface Rule {
  readonly deny: boolean;
  readonly what: string;
  /** Empty for all. */
  readonly access: readonly string[];
  readonly on: string;
}

const SOCKETS = ['inet stream', 'inet6 dgram', 'netlink raw', 'packet raw', 'vsock stream'];
const ACCESS = ['create', 'bind', 'listen', 'accept', 'connect', 'send', 'receive', 'getopt'];
const TRACING = ['read', 'trace', 'readby', 'tracedby'];
const PEERS = ['a', 'b', 'unconfined'];
const NAMES = ['a', 'b', 'p', '&a'];

/**
 * What each never is about, from the rules alone: the sentence in the manual of the language, and none of what the proofs know. A rule that denies
 * takes from every rule that grants.
 */
const MODELS: readonly { never: Never; opens(granted: Granted): boolean }[] = [
  {
    never: { kind: 'ptrace', why: '' },
    opens: (granted) => PEERS.some((peer) => granted('ptrace', 'trace', peer)),
  },
  {
    never: { kind: 'connect-tcp', why: '' },
    // Who sends frames makes segments itself.
    opens: (granted) =>
      granted('network', 'connect', 'inet stream') || granted('network', 'send', 'packet raw'),
  },
  {
    never: { kind: 'send-udp', why: '' },
    opens: (granted) =>
      ['inet6 dgram', 'packet raw'].some((socket) => granted('network', 'send', socket)),
  },
  {
    never: { kind: 'listen', why: '' },
    opens: (granted) =>
      ['inet stream', 'inet6 dgram', 'vsock stream'].some((socket) =>
        ['bind', 'listen', 'accept'].some((access) => granted('network', access, socket)),
      ),
  },
  {
    never: { kind: 'egress', why: '', channels: ['vsock', 'icmp'] },
    opens: (granted) =>
      ['create', 'bind', 'connect', 'send'].some((access) =>
        granted('network', access, 'vsock stream'),
      ) || granted('network', 'send', 'inet6 dgram'),
  },
  {
    never: { kind: 'mount', why: '' },
    opens: (granted) => ['mount', 'umount'].some((what) => granted(what, '', '/m/')),
  },
  {
    never: { kind: 'transition', why: '' },
    opens: (granted) => ['a', 'b'].some((name) => granted('change_profile', '', name)),
  },
];
type Granted = (what: string, access: string, on: string) => boolean;

test.each(BUILDS)('random rules by $suite for $features open what they say', async (build) => {
  const disagreements: string[] = [];
  const counts = { open: 0, closed: 0 };
  for (let seed = 1; seed <= PROFILES; seed++) {
    const random = new Random(seed * 104_729);
    const rules = Array.from({ length: 1 + random.below(5) }, () => randomRule(random));
    const text = `profile p /p {\n${rules.map(textOf).join('')}}\n`;
    const { profiles } = readCompiled(await compileBytes(text, build));
    for (const { never, opens } of MODELS) {
      const said = opens((what, access, on) => isGranted(rules, what, access, on));
      counts[said ? 'open' : 'closed']++;
      const { outcome, ways } = proveProfile({ profiles, executables: ['/p'] }, never);
      if ((outcome === 'violated') !== said) {
        disagreements.push(`${never.kind}: ${said}; ${outcome} ${ways}\n${text}`);
      }
    }
  }
  expect(disagreements.slice(0, 3).join('\n')).toBe('');
  // A model that never says yes, or never no, holds nothing against anything.
  expect(Math.min(counts.open, counts.closed)).toBeGreaterThan(PROFILES / 2);
});

function randomRule(random: Random): Rule {
  const deny = random.below(4) === 0;
  const some = (names: readonly string[]): string[] => names.filter(() => random.below(3) === 0);
  switch (random.below(5)) {
    case 0:
      return { deny, what: 'ptrace', access: some(TRACING), on: random.pick(PEERS) };
    case 1:
      return { deny, what: random.pick(['mount', 'umount']), access: [], on: '/m/' };
    case 2:
      return { deny, what: 'change_profile', access: [], on: random.pick(NAMES) };
    default:
      return { deny, what: 'network', access: some(ACCESS), on: random.pick(SOCKETS) };
  }
}

function textOf({ deny, what, access, on }: Rule): string {
  const some = access.length === 0 ? '' : ` (${access.join(', ')})`;
  const where = { ptrace: `peer=${on}`, mount: `-> ${on}`, change_profile: `-> ${on}` }[what] ?? on;
  return `  ${deny ? 'deny ' : ''}${what}${some} ${where},\n`;
}

function isGranted(rules: readonly Rule[], what: string, access: string, on: string): boolean {
  const some = (deny: boolean): boolean =>
    rules.some(
      (rule) =>
        rule.deny === deny &&
        rule.what === what &&
        rule.on === on &&
        (rule.access.length === 0 || rule.access.includes(access)),
    );
  return some(false) && !some(true);
}
