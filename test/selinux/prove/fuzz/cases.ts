import {
  type Confinement,
  EGRESS_CHANNELS,
  type Never,
} from '../../../../src/description/index.ts';
import type { PolicyDb } from '../../../../src/selinux/policydb/index.ts';
import { prove, type Verdict } from '../../../../src/selinux/prove/index.ts';
import { describe } from '../subject-policy.ts';
import { flows } from './flow-model.ts';
import { type Ask, waysOf } from './kernel-model.ts';
import {
  ATTRIBUTES,
  CONDITIONS,
  LABELS,
  type NamedRule,
  standsFor,
  TYPES,
  withRules,
} from './world.ts';

/** One policy with random grants, and a never to prove on it. */
export interface Case {
  readonly never: Never;
  readonly capabilities: readonly string[];
  readonly rules: readonly NamedRule[];
  /** The domain has a parent (typebounds), which must have what the domain is to have. */
  readonly bounded: boolean;
}

/** A case in which the prover and the model of the kernel say different things, in words. */
export interface Disagreement {
  readonly seed: number;
  readonly what: string;
}

export interface Tally {
  /** Outcome -> how often the prover came to it. */
  readonly outcomes: Map<string, number>;
  readonly disagreements: Disagreement[];
}

/** What comes to a verdict on a case: the prover, or in a test of the fuzzer something worse. */
export type Prover = (world: PolicyDb, found: Case) => Verdict;

/** Runs the cases of these seeds. Ends after 20 disagreements. */
export function fuzz(
  world: PolicyDb,
  first: number,
  count: number,
  proved: Prover = provedOn,
): Tally {
  const tally: Tally = { outcomes: new Map(), disagreements: [] };
  for (let seed = first; seed < first + count; seed++) {
    const found = caseOf(world, seed);
    const verdict = proved(world, found);
    const { outcomes, disagreements } = tally;
    outcomes.set(verdict.outcome, (outcomes.get(verdict.outcome) ?? 0) + 1);
    const what = disagreement(found, verdict);
    if (what === undefined) continue;
    disagreements.push({ seed, what: `${what}\n${textOf(found, verdict)}` });
    if (disagreements.length >= MOST) break;
  }
  return tally;
}

const MOST = 20;
/** The tunable of an exception that packet labels prove. */
function tunableOf(never: Never): string | undefined {
  return never.kind === 'send-udp' || never.kind === 'connect-tcp' ? never.except?.when : undefined;
}

/** The description by the tunable under which its ability labels packets. */
const LABELLED: Readonly<Record<string, Confinement>> = Object.fromEntries(
  ['on', 'off'].map((when) => [when, described(when)]),
);

function described(when: string): Confinement {
  return describe('demo', [{ kind: 'mount', why: 'a test' }], {
    tunables: [{ name: when, default: when === 'on', can: 'ask name servers', why: 'a test' }],
    ability: {
      types: [
        { name: 'log', nature: 'log', what: 'logs' },
        { name: 'dns_packet', nature: 'packet', what: 'to the resolvers' },
        { name: 'other_packet', nature: 'packet', what: 'the rest' },
      ],
      secmark: { resolver: 'own:dns_packet', other: 'own:other_packet', when },
    },
  });
}

export function provedOn(world: PolicyDb, { never, capabilities, rules, bounded }: Case): Verdict {
  const db = { ...withRules(world, rules, bounded), capabilities };
  // No ability stands under the tunables of its exceptions, which a description would have to have.
  const labels = LABELLED[tunableOf(never) ?? 'on']!;
  const confinement = { ...labels, never: [never] };
  return prove({ db, fileContexts: LABELS, base: world }, confinement)[0]!.verdict;
}

/** What the prover got wrong, or undefined. A doubt is wrong where there is nothing to doubt. */
function disagreement(found: Case, verdict: Verdict): string | undefined {
  const settings = [false, true].flatMap((on) => [false, true].map((off) => ({ on, off })));
  const open = (never: Never): boolean[] =>
    settings.map(({ on, off }) => isOpen(found, never, on, off));
  const { outcome } = verdict;
  const opened = open(found.never);
  // The policy has `on` on and `off` off.
  const asSet = opened[settings.findIndex(({ on, off }) => on && !off)]!;
  const ever = opened.includes(true);
  if (outcome === 'undecided') {
    if (!mayDoubt(found, asSet)) return `undecided, but it is ${asSet ? 'open' : 'closed'}`;
  } else if (asSet && outcome !== 'violated') return `${outcome}, but it is open`;
  if (ever && outcome === 'holds') return 'holds, but another setting opens it';
  if (!ever && (outcome === 'violated' || outcome === 'holds-as-set')) {
    return `${outcome}, but it is closed`;
  }
  if (!asSet && outcome === 'violated') return 'violated, but only another setting opens it';
  if (found.never.kind === 'transition' || found.never.kind === 'execute') return undefined;
  const leaves = open({ kind: 'transition', why: '' }).includes(true);
  const says = verdict.assumes.some((text) => text.startsWith('it does nothing as another domain'));
  return leaves === says
    ? undefined
    : `it ${leaves ? 'can' : 'cannot'} act as another domain, and that is ${says ? '' : 'not '}said`;
}

/**
 * No single setting is looked for that lets information flow, nor another way than the shortest where typebounds takes that away: what flows by
 * the rules of all settings, before anything is taken away, is doubted.
 */
function mayDoubt({ never, rules, bounded }: Case, asSet: boolean): boolean {
  return never.kind === 'flow-from' && (!asSet || bounded) && flows(never, rules, () => true);
}

function isOpen(found: Case, never: Never, on: boolean, off: boolean): boolean {
  const capabilities = new Set(found.capabilities);
  const rules = found.rules.filter(
    ({ under }) => under === undefined || CONDITIONS[under.condition]!(on, off) === under.branch,
  );
  const allowed = (source: string, target: string, tclass: string, permission: string): boolean =>
    rules.some(
      (rule) =>
        rule.commands === undefined &&
        rule.tclass === tclass &&
        rule.permissions.includes(permission) &&
        standsFor(rule.source, source) &&
        standsFor(rule.target, target),
    );
  // type_attribute_bounds_av: the parent must have it too, on the target's parent if it has one.
  const can = (tclass: string, target: string, permission: string): boolean =>
    allowed('demo_t', target, tclass, permission) &&
    (!found.bounded ||
      allowed('parent_t', target === 'demo_t' ? 'parent_t' : target, tclass, permission));
  if (never.kind === 'flow-from') return flows(never, rules, can);
  const lets = (tclass: string, target: string, command: number): boolean => {
    const held = rules.filter(
      (rule) =>
        rule.commands !== undefined &&
        rule.tclass === tclass &&
        standsFor(rule.source, 'demo_t') &&
        standsFor(rule.target, target),
    );
    return held.length === 0 || held.some(({ commands }) => commands!.includes(command));
  };
  const granted = (ask: Ask, tclass: string, target: string): boolean =>
    ask.permissions.some((permission) => can(tclass, target, permission));
  const somewhere = (ask: Ask): boolean =>
    ask.classes.some((tclass) =>
      TYPES.some((target) => ask.on(target) && granted(ask, tclass, target)),
    );
  const classes = new Set(rules.map(({ tclass }) => tclass));
  return waysOf(never).some(({ asks, when, command, unless }) => {
    if (unless !== undefined && (unless === 'on' ? on : off)) return false;
    if (when !== undefined && !when(capabilities)) return false;
    const [about, ...more] = asks as [Ask, ...Ask[]];
    if (!about.classes.some((tclass) => classes.has(tclass))) return false;
    return (
      more.every((ask) => ask.same || somewhere(ask)) &&
      about.classes.some((tclass) =>
        TYPES.some(
          (target) =>
            about.on(target) &&
            granted(about, tclass, target) &&
            (command === undefined || lets(tclass, target, command)) &&
            more.every((ask) => !ask.same || granted(ask, tclass, target)),
        ),
      )
    );
  });
}

/** The case of a seed: the same on any machine. */
function caseOf(world: PolicyDb, seed: number): Case {
  const random = numbers(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const chance = (probability: number): boolean => random() < probability;
  const never = pick(chance(0.7) ? NEVERS : CHANNELS);
  const capabilities = [
    ...(chance(0.7) ? ['extended_socket_class'] : []),
    ...(chance(0.85) ? ['open_perms'] : []),
    ...['netlink_xperm', 'memfd_class', 'bpf_token_perms'].filter(() => chance(0.4)),
  ];
  const bounded = chance(0.1);
  const rules: NamedRule[] = [];
  const under = (): Pick<NamedRule, 'under'> =>
    chance(0.6)
      ? {}
      : { under: { condition: Math.floor(random() * CONDITIONS.length), branch: chance(0.5) } };
  /** Grants it, in one of the ways that a policy has of granting. */
  const grant = (
    tclass: string,
    permissions: readonly string[],
    type: string,
    source: string = pick(SOURCES),
  ): void => {
    const attributes = Object.keys(ATTRIBUTES).filter((name) => ATTRIBUTES[name]!.includes(type));
    const target = attributes.length > 0 && chance(0.3) ? pick(attributes) : type;
    const rule = { source, target, tclass, permissions, ...under() };
    rules.push(rule);
    if (permissions.includes('ioctl') && chance(0.5)) {
      const commands = [pick(COMMANDS)];
      rules.push({ ...rule, permissions: [], commands, ...under() });
    }
    if (!bounded || chance(0.3)) return;
    rules.push({ ...rule, source: 'parent_t' });
    if (standsFor(target, 'demo_t'))
      rules.push({ ...rule, source: 'parent_t', target: 'parent_t' });
  };
  const ways = waysOf(never);
  if (never.kind === 'flow-from') {
    let from = chance(0.9) ? 'secret_t' : pick(TYPES);
    for (let steps = Math.floor(random() * 4); steps > 0; steps--) {
      const to = steps === 1 && chance(0.9) ? 'demo_t' : pick(TYPES);
      const [tclass, read, write] = pick(CARRYING);
      if (chance(0.5)) grant(tclass, [read], from, to);
      else grant(tclass, [write], to, from);
      from = to;
    }
  } else if (chance(0.6)) {
    let tclass = '';
    let target = '';
    for (const ask of pick(ways).asks) {
      if (!ask.same) {
        tclass = pick(ask.classes);
        const fitting = TYPES.filter((type) => ask.on(type));
        target = chance(0.9) ? pick(fitting) : pick(TYPES);
      }
      if (chance(0.9)) grant(tclass, [pick(ask.permissions)], target);
    }
  }
  for (let more = Math.floor(random() * 3); more > 0 || rules.length === 0; more--) {
    const id = Math.floor(random() * world.classes.names.length);
    const permissions = world.classes.permissions[id]!;
    grant(world.classes.names[id]!, [pick(permissions), pick(permissions)], pick(TYPES));
  }
  if (chance(0.05)) grant('process', [pick(['transition', 'dyntransition'])], 'second_t');
  const known = rules.map((rule) => ({ ...rule, permissions: knownOf(world, rule) }));
  return {
    never,
    capabilities,
    bounded,
    rules: known.filter((rule) => rule.commands !== undefined || rule.permissions.length > 0),
  };
}

function knownOf(world: PolicyDb, { tclass, permissions }: NamedRule): string[] {
  const id = world.classes.ids.get(tclass);
  if (id === undefined) throw new Error(`the world has no class ${tclass}`);
  return [...new Set(permissions)].filter((name) => world.classes.permissionBits[id]!.has(name));
}

/** The domain itself, attributes that it has, as other modules name them, and another domain. */
const SOURCES = [
  ...['demo_t', 'demo_t', 'demo_t', 'demo_t', 'demo_t'],
  ...['mine', 'ours', 'both', 'domain', 'second_t'],
];

/** A class with a permission that reads and one that writes, of much weight and of little. */
const CARRYING = [
  ['file', 'read', 'write'],
  ['file', 'getattr', 'setattr'],
  ['fifo_file', 'read', 'append'],
  ['process', 'getattr', 'signal'],
  ['unix_stream_socket', 'connectto', 'connectto'],
] as const;

/** Those that matter, and three that do not. */
const COMMANDS = [
  ...[0x5412, 0x541c, 0x4504, 0x48f0, 0x48c9, 0x2285, 0x4e43],
  ...[0x5401, 0x1260, 0x8912],
];

const why = 'a test';
const NEVERS: readonly Never[] = [
  { kind: 'send-udp', why },
  { kind: 'connect-tcp', why },
  ...['on', 'off'].flatMap((when): Never[] => [
    { kind: 'send-udp', except: { to: 'configured-resolver', when, packets: 'dns_packet' }, why },
    {
      kind: 'connect-tcp',
      except: { to: 'configured-resolver', when, packets: 'dns_packet' },
      why,
    },
  ]),
  { kind: 'listen', why },
  { kind: 'unix-sockets', except: [], why },
  { kind: 'execute', why },
  { kind: 'transition', why },
  { kind: 'load-kernel-module', why },
  { kind: 'change-policy', why },
  { kind: 'ptrace', why },
  { kind: 'executable-memory', why },
  { kind: 'mount', why },
  { kind: 'capabilities', except: [{ names: ['net_raw'] }], why },
  {
    kind: 'capabilities',
    except: [
      { names: ['kill', 'bpf', 'chown', 'sys_admin'], when: 'off' },
      { names: ['setuid', 'setgid', 'perfmon'], when: 'on' },
    ],
    why,
  },
  { kind: 'read', below: ['/secret'], except: [], why },
  { kind: 'read', below: ['/secret'], names: 'may', except: [], why },
  { kind: 'read', below: ['/secret'], except: [{ path: '/secret/note', when: 'off' }], why },
  { kind: 'read', below: ['/secret'], except: [{ path: '/secret/note', when: 'on' }], why },
  { kind: 'write', except: [{ own: 'log' }], why },
  { kind: 'write', except: [{ own: 'log', when: 'off' }], why },
  { kind: 'write', except: [{ own: 'log', when: 'on' }], why },
  { kind: 'inject-keystrokes', why },
  // Of weight 1 the world's own rules carry something: everybody uses descriptors of kernel_t.
  { kind: 'flow-from', sources: ['secret_t'], minWeight: 2, why },
  { kind: 'flow-from', sources: ['/secret'], minWeight: 3, why },
  { kind: 'flow-from', sources: ['config_t', 'secret_t'], minWeight: 7, why },
  { kind: 'flow-from', sources: ['secret_t'], minWeight: 10, why },
];
const CHANNELS: readonly Never[] = EGRESS_CHANNELS.map((channel) => ({
  kind: 'egress',
  channels: [channel],
  why,
}));

/** Mulberry32: small, and the same everywhere. */
function numbers(seed: number): () => number {
  let state = (seed * 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function textOf({ never, capabilities, rules, bounded }: Case, verdict: Verdict): string {
  const reasons = 'reasons' in verdict ? verdict.reasons : [];
  const witnesses = [
    ...(verdict.outcome === 'violated' ? verdict.witnesses : []),
    ...('breaks' in verdict ? verdict.breaks : []),
  ];
  return [
    `  ${JSON.stringify(never)} with ${capabilities.join(' ') || 'no capability'}${bounded ? ', bounded by parent_t' : ''}`,
    ...rules.map(
      ({ source, target, tclass, permissions, commands, under }) =>
        `  ${source} ${target}:${tclass} ${commands?.map((command) => `0x${command.toString(16)}`).join(' ') ?? permissions.join(' ')}${under === undefined ? '' : ` [condition ${under.condition}, ${under.branch}]`}`,
    ),
    ...reasons.map((reason) => `  doubt: ${reason}`),
    ...witnesses.map(({ what }) => `  way: ${what}`),
  ].join('\n');
}
