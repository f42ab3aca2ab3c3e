import {
  type Ability,
  changePolicy,
  connectTcp,
  datagrams,
  EGRESS_CHANNELS,
  egressBy,
  everyStatement,
  executeAnything,
  injectKeystrokes,
  leaveTheDomain,
  listen,
  loadKernelModules,
  mount,
  type Never,
  type PeerException,
  type PortException,
  ptrace,
  reachUnixSockets,
  readBelow,
  resolver,
  runWritableMemory,
  sendUdp,
  useCapabilities,
  writeFiles,
} from '../description/index.ts';
import { IMPORT_MEANINGS } from '../upkeep/index.ts';
import { quoted, sourceOf } from './candidates.ts';
import type { Need } from './choose.ts';
import type { Evidence } from './evidence.ts';
import { speaksAgainst } from './speaks-against.ts';

/** A never with the words that make it in a description. */
export interface ProposedNever {
  readonly never: Never;
  readonly source: string;
  /** The functions of the vocabulary that the source calls. */
  readonly imports: readonly string[];
  /** What a person should know of its proof. */
  readonly note?: string;
  /** What was seen that it refuses. */
  readonly against?: readonly Need[];
}

/**
 * The vocabulary of nevers for a program that was not seen to do such a thing, each with that as its reason; what the abilities themselves bring is
 * excepted, and nothing else. Where something of the kind was seen and no ability accounts for it (`left`), the reason says that instead: the never
 * refuses it until a person decides. Whether one holds is for the proof to say.
 */
export function proposeNevers(
  evidence: Evidence,
  may: readonly Ability[],
  left: readonly Need[],
): readonly ProposedNever[] {
  const runs: Runs = { ...evidence, left };
  return [...simple(runs, may), ...withOptions(runs, may)].map((one) => {
    const seen = speaksAgainst(one.never.kind, left);
    return seen.length === 0 ? one : { ...one, against: seen };
  });
}

/** The evidence with what no ability accounts for. */
interface Runs extends Evidence {
  readonly left: readonly Need[];
}

/** Datagrams to and from named ports, as sendDatagrams lets them through. */
function datagramNever(evidence: Runs, may: readonly Ability[]): ProposedNever | undefined {
  const sent = may
    .map(({ secmark }) => secmark)
    .find((one) => one !== undefined && 'datagrams' in one);
  if (sent === undefined) return undefined;
  const { to, from, when } = sent;
  const given = {
    ...(to.length > 0 ? { to } : {}),
    ...(from.length > 0 ? { from } : {}),
    when,
  };
  const why = otherwise(evidence, 'send-udp', 'nothing else sent over UDP');
  return {
    never: sendUdp(why, { except: datagrams(given) }),
    source: `sendUdp(${quoted(why)}, { except: datagrams(${sourceOf(given)}) })`,
    imports: ['sendUdp', 'datagrams'],
  };
}

function simple(evidence: Runs, may: readonly Ability[]): ProposedNever[] {
  const dns = may
    .map(({ secmark }) => secmark)
    .find((one) => one !== undefined && 'resolver' in one);
  const except = dns && { when: dns.when, packets: dns.resolver.replace('own:', '') };
  const network = (
    name: 'sendUdp' | 'connectTcp',
    make: typeof sendUdp | typeof connectTcp,
    kind: Never['kind'],
    what: string,
    ports: readonly PortException[] = [],
  ): ProposedNever => {
    const words = [
      ...(except === undefined ? [] : [`except: resolver(${sourceOf(except)})`]),
      ...(ports.length === 0 ? [] : [`ports: ${sourceOf(ports)}`]),
    ].join(', ');
    const why =
      ports.length > 0
        ? otherwise(evidence, kind, 'no other TCP connection')
        : reason(evidence, kind, what);
    return {
      never: make(why, {
        ...(except === undefined ? {} : { except: resolver(except) }),
        ...(ports.length === 0 ? {} : { ports }),
      }),
      source: `${name}(${quoted(why)}${words === '' ? '' : `, { ${words} }`})`,
      imports: except === undefined ? [name] : [name, 'resolver'],
    };
  };
  return [
    datagramNever(evidence, may) ??
      network('sendUdp', sendUdp, 'send-udp', 'nothing sent over UDP'),
    network(
      'connectTcp',
      connectTcp,
      'connect-tcp',
      'no TCP connection',
      portsOf(may, 'connectTo', 'name_connect'),
    ),
    excepting(
      'listen',
      listen,
      [
        reason(evidence, 'listen', 'nobody who connects to it'),
        otherwise(evidence, 'listen', 'no other port opened'),
      ],
      portsOf(may, 'listenOn', 'name_bind'),
    ),
    excepting(
      'executeAnything',
      executeAnything,
      [
        reason(evidence, 'execute', 'no other program started'),
        otherwise(evidence, 'execute', 'only its helpers started'),
      ],
      helpersOf(may),
    ),
    ...PLAIN.map(([name, make, kind, what]) => {
      const why = reason(evidence, kind, what);
      return { never: make(why), source: `${name}(${quoted(why)})`, imports: [name] };
    }),
  ];
}

/** A never with what an ability brings as its exceptions, or without any: each with its reason, the one without first. */
function excepting<T>(
  name: string,
  make: (why: string, options?: { except?: readonly T[] }) => Never,
  [plain, excepted]: readonly [string, string],
  except: readonly T[],
): ProposedNever {
  return except.length === 0
    ? { never: make(plain), source: `${name}(${quoted(plain)})`, imports: [name] }
    : {
        never: make(excepted, { except }),
        source: `${name}(${quoted(excepted)}, { except: ${sourceOf(except)} })`,
        imports: [name],
      };
}

const PLAIN: readonly (readonly [
  name: string,
  make: (why: string) => Never,
  kind: Never['kind'],
  what: string,
])[] = [
  ['leaveTheDomain', leaveTheDomain, 'transition', 'no way into another domain'],
  ['loadKernelModules', loadKernelModules, 'load-kernel-module', 'no kernel module loaded'],
  ['changePolicy', changePolicy, 'change-policy', 'nothing done to the policy'],
  ['ptrace', ptrace, 'ptrace', 'no process traced'],
  ['runWritableMemory', runWritableMemory, 'executable-memory', 'no memory written and run'],
  ['mount', mount, 'mount', 'nothing mounted'],
  ['injectKeystrokes', injectKeystrokes, 'inject-keystrokes', 'nothing typed into a terminal'],
];

function withOptions(evidence: Runs, may: readonly Ability[]): ProposedNever[] {
  const why = (kind: Never['kind'], what: string): string => reason(evidence, kind, what);
  const peers = peersOf(may);
  const homes = homesOf(may);
  const own = writtenOf(may);
  const capabilities = capabilitiesOf(may);
  const one = (
    name: string,
    never: Never,
    args: readonly string[],
    more: readonly string[] = [],
  ): ProposedNever => ({
    never,
    source: `${name}(${args.join(', ')})`,
    imports: [name, ...more],
  });
  const options = (except: readonly object[]): string[] =>
    except.length === 0 ? [] : [`{ except: ${sourceOf(except)} }`];
  const egress = why('egress', 'no other way off the machine');
  const sockets = why('unix-sockets', 'no other service reached over a local socket');
  const used = why('capabilities', 'no other capability used');
  const documents = may.some(({ name }) => name === 'readUserDocuments');
  const closed = documents ? KEYS : PRIVATE;
  const read = why(
    'read',
    documents ? 'no key or password read' : 'no document, key or password read',
  );
  const written = why('write', 'nothing else written');
  return [
    one(
      'egressBy',
      egressBy(EGRESS_CHANNELS, egress),
      ['EGRESS_CHANNELS', quoted(egress)],
      ['EGRESS_CHANNELS'],
    ),
    one('reachUnixSockets', reachUnixSockets(sockets, { except: peers }), [
      quoted(sockets),
      ...options(peers),
    ]),
    one('useCapabilities', useCapabilities(used, { except: capabilities }), [
      quoted(used),
      `{ except: ${sourceOf(capabilities)} }`,
    ]),
    one('readBelow', readBelow(closed, read, { except: homes }), [
      sourceOf(closed),
      quoted(read),
      ...options(homes),
    ]),
    one('writeFiles', writeFiles(written, { except: own }), [quoted(written), ...options(own)]),
  ];
}

const PRIVATE = ['HOME', '/etc/shadow'];
const KEYS = ['HOME/.ssh', 'HOME/.gnupg', '/etc/shadow'];

const UNDECIDED = 'not decided yet: it was seen, and no ability accounts for it';

/** Why a never is proposed: what was not seen, and what the program imports that could do it. */
function reason(evidence: Runs, kind: Never['kind'], what: string): string {
  const { imports, left } = evidence;
  if (speaksAgainst(kind, left).length > 0) return UNDECIDED;
  const able = IMPORT_MEANINGS.filter(
    ({ nevers, abilities }) => abilities.length === 0 && nevers.includes(kind),
  );
  const found = imports?.filter((name) => able.some(({ functions }) => functions.test(name)));
  const text = whereSeen(evidence, what);
  if (found === undefined || able.length === 0) return text;
  return found.length === 0
    ? `${text}, and it imports no function for it`
    : `${text}, though it imports ${found.slice(0, 3).join(', ')}`;
}

/** Of what an ability excepts a part. */
function otherwise(evidence: Runs, kind: Never['kind'], what: string): string {
  return speaksAgainst(kind, evidence.left).length > 0 ? UNDECIDED : whereSeen(evidence, what);
}

function whereSeen({ runs }: Evidence, what: string): string {
  if (runs.length === 0) return `${what}: not seen, since there was no run`;
  return `${what} in ${runs.length === 1 ? 'one run' : `${runs.length} runs`}`;
}

/** Who is on the other side of the sockets that abilities use. */
function peersOf(may: readonly Ability[]): PeerException[] {
  const has = (ability: string): boolean => may.some(({ name }) => name === ability);
  return [
    ...(has('resolveNames')
      ? [
          {
            peer: 'systemd-resolved',
            domains: ['systemd_resolved_t'],
            why: 'resolves names over its local socket',
          },
        ]
      : []),
    ...targetsOf(may, 'runAsDaemon', 'sendto').map((domain) => ({
      peer: 'the service manager',
      domains: [domain],
      why: 'is told that the service is ready',
    })),
    ...(has('logToSystem')
      ? [{ peer: 'the system log', domains: ['syslogd_t'], why: 'is logged to by syslog(3)' }]
      : []),
    ...(has('useBus')
      ? [{ peer: 'the system bus', domains: ['system_dbusd_t'], why: 'passes its messages on' }]
      : []),
    ...targetsOf(may, 'talkToUnixSocket', 'connectto').map((domain) => ({
      peer: domain.replace(/_t$/, ''),
      domains: [domain],
      why: 'is talked to over its local socket',
    })),
  ];
}

/** Ports that an ability opens, by their types. */
function portsOf(may: readonly Ability[], ability: string, permission: string): PortException[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    targetsOf(may, ability, permission, `${protocol}_socket`).map((type) =>
      type.startsWith('own:') ? { protocol, own: type.slice('own:'.length) } : { protocol, type },
    ),
  );
}

function helpersOf(may: readonly Ability[]): { own: string }[] {
  return targetsOf(may, 'runHelper', 'execute_no_trans')
    .filter((type) => type.startsWith('own:'))
    .map((type) => ({ own: type.slice('own:'.length) }));
}

/** What an ability of this name gives a permission on. */
function targetsOf(
  may: readonly Ability[],
  ability: string,
  permission: string,
  tclass?: string,
): string[] {
  const targets = may
    .filter(({ name }) => name === ability)
    .flatMap(({ blocks }) => blocks)
    .flatMap(({ selinux }) => [...everyStatement(selinux)])
    .flatMap((one) =>
      one.kind === 'allow' &&
      one.permissions.includes(permission) &&
      (tclass === undefined || one.classes.includes(tclass))
        ? one.targets
        : [],
    );
  return [...new Set(targets)];
}

function homesOf(may: readonly Ability[]): { path: string }[] {
  return may.flatMap(({ homeNames }) =>
    (homeNames ?? []).map(({ under, name }) => ({
      path: `HOME/${under === 'config' ? '.config' : '.local/share'}/${name}`,
    })),
  );
}

/** Types of the module that blocks let it write, with the tunable where each of these stands under one. */
function writtenOf(
  may: readonly Ability[],
): ({ own: string; when?: string } | { path: string; when?: string; why: string })[] {
  const found = new Map<string, string | undefined>();
  for (const block of may.flatMap(({ blocks }) => blocks)) {
    for (const statement of everyStatement(block.selinux)) {
      if (
        statement.kind !== 'allow' ||
        !statement.permissions.some((each) => /^(write|append|create)$/.test(each))
      )
        continue;
      for (const target of statement.targets) {
        if (!target.startsWith('own:')) continue;
        const own = target.slice('own:'.length);
        found.set(own, found.has(own) && found.get(own) !== block.when ? undefined : block.when);
      }
    }
  }
  const files = new Set(
    may
      .flatMap(({ types }) => types ?? [])
      .filter(({ nature }) => nature !== 'packet')
      .map(({ name }) => name),
  );
  return [
    ...[...found]
      .filter(([own]) => files.has(own))
      .map(([own, when]) => (when === undefined ? { own } : { own, when })),
    ...replacedIn(may),
  ];
}

/** Files of users that an output goes in the place of: the exception is for their type, by a path that stands for it. */
function replacedIn(may: readonly Ability[]): { path: string; when?: string; why: string }[] {
  return may
    .flatMap(({ blocks }) => blocks)
    .filter(({ selinux }) =>
      [...everyStatement(selinux)].some(
        (one) =>
          one.kind === 'allow' &&
          one.targets.includes('user_home_t') &&
          one.classes.includes('file') &&
          one.permissions.includes('unlink'),
      ),
    )
    .map(({ when }) => ({
      path: 'HOME/document',
      ...(when === undefined ? {} : { when }),
      why: 'the file that it changes goes as the new one takes its place',
    }));
}

function capabilitiesOf(may: readonly Ability[]): { names: string[]; when?: string }[] {
  const found = new Map<string | undefined, Set<string>>();
  for (const block of may.flatMap(({ blocks }) => blocks)) {
    for (const statement of everyStatement(block.selinux)) {
      if (
        statement.kind !== 'allow' ||
        !statement.classes.some((tclass) => /^capability2?$/.test(tclass))
      )
        continue;
      const names = found.get(block.when) ?? new Set();
      for (const name of statement.permissions) names.add(name);
      found.set(block.when, names);
    }
  }
  return [...found].map(([when, names]) => ({
    names: [...names].sort(),
    ...(when === undefined ? {} : { when }),
  }));
}
