import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadFileContexts } from '../../src/cli/load-file-contexts.ts';
import { type DenialTally, eventsIn, readDenials, Tallies } from '../../src/denials/index.ts';
import type { Confinement, Never } from '../../src/description/index.ts';
import { review } from '../../src/review/index.ts';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import type { PolicySet } from '../../src/selinux/prove/index.ts';
import { contexts, describe, PRELUDE } from '../selinux/prove/subject-policy.ts';
import { linkedWith } from '../support/linked-policy.ts';
import { policyFromCil } from '../support/policy.ts';

/** Requests of one domain, as a log has them. */
function requests(domain: string, wanted: readonly string[]): readonly DenialTally[] {
  const tallies = new Tallies();
  const log = wanted.map((access, i) => {
    const [target, tclass, permissions, rest = ''] = access.split('|');
    return `type=AVC msg=audit(1.000:${i}): avc:  denied  { ${permissions} } for  pid=7 ${rest} scontext=u:r:${domain}:s0 tcontext=u:object_r:${target}:s0 tclass=${tclass} permissive=0`;
  });
  for (const event of eventsIn(log.join('\n'))) {
    for (const denial of readDenials(event)) tallies.add(denial);
  }
  return tallies.all();
}

interface ReviewSubject {
  readonly confinement: Confinement;
  readonly set: PolicySet;
}

/** Asked together, and each alone: a request that is alone is proved by itself, on a policy with its rules and no others. */
function expectSame(subject: ReviewSubject, tallies: readonly DenialTally[]): void {
  const { set, confinement } = subject;
  expect(review(set, confinement, tallies)).toEqual(
    tallies.flatMap((tally) => review(set, confinement, [tally])),
  );
}

const FILES = ['file', 'dir', 'lnk_file', 'chr_file', 'blk_file', 'sock_file', 'fifo_file'];
const ASKED: readonly (readonly [classes: readonly string[], permissions: readonly string[]])[] = [
  [FILES, ['read', 'write', 'open', 'append', 'read open', 'write open', 'relabelfrom']],
  [
    ['file', 'chr_file'],
    ['execute', 'execute_no_trans', 'map execute', 'relabelto', 'mounton'],
  ],
  [['chr_file'], ['ioctl|ioctlcmd=0x5412', 'ioctl|ioctlcmd=0x5401', 'ioctl', 'read ioctl']],
  [['dir'], ['search', 'write', 'add_name', 'create', 'remove_name']],
  [['filesystem'], ['mount', 'relabelfrom', 'relabelto', 'mount relabelfrom', 'associate']],
  [['process'], ['transition', 'dyntransition', 'ptrace', 'execmem', 'signal']],
  [['fd'], ['use']],
  [['unix_stream_socket'], ['connectto', 'write', 'connect']],
  [
    ['tcp_socket', 'udp_socket'],
    ['name_connect', 'name_bind', 'create', 'write', 'connect'],
  ],
  [['packet'], ['send']],
  [['capability'], ['net_admin', 'sys_admin', 'sys_rawio', 'sys_module']],
  [['bpf'], ['prog_load', 'prog_run']],
];

const access = (types: readonly string[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...ASKED)
    .chain(([classes, permissions]) =>
      fc
        .tuple(
          fc.constantFrom(...types),
          fc.constantFrom(...classes),
          fc.constantFrom(...permissions),
        )
        .map((parts) => parts.join('|')),
    );

let debian: ReviewSubject;
beforeAll(async () => {
  const linked = await linkedWith('debian-13', rustnet);
  debian = {
    confinement: rustnet,
    set: {
      db: readPolicy(readFileSync(linked.policy)),
      fileContexts: loadFileContexts(processIo(), { fileContexts: linked.fileContexts }),
      ruleset: undefined,
    },
  };
});

test('hundreds of requests at once mean what each means alone, on Debian 13', () => {
  const { db } = debian.set;
  const types = db.types.names.filter((_, i) => !db.types.attributes.has(i as never));
  const known = ['rustnet_t', 'rustnet_log_t', 'shadow_t', 'tty_device_t', 'fixed_disk_device_t'];
  const wanted = fc.sample(access([...types, ...known, ...known, ...known]), {
    numRuns: 250,
    seed: 7,
  });
  const tallies = requests('rustnet_t', wanted);
  const kinds = new Set(review(debian.set, rustnet, tallies).map(({ meaning }) => meaning.kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['forbidden', 'open', 'granted']));
  expectSame(debian, tallies);
});

const why = 'a test';
const NEVERS: readonly Never[] = [
  { kind: 'execute', why },
  { kind: 'read', below: ['/etc', 'HOME'], except: [], why },
  { kind: 'write', except: [], why },
  { kind: 'inject-keystrokes', why },
  { kind: 'executable-memory', why },
  { kind: 'change-policy', why },
  { kind: 'capabilities', except: [], why },
  { kind: 'unix-sockets', except: [], why },
  { kind: 'listen', why },
  { kind: 'egress', channels: ['tun-tap', 'raw-ip'], why },
  { kind: 'mount', why },
];
const TYPES = ['a_t', 'b_t', 'c_t', 'd_t', 'demo_t'];
const LABELS = contexts(
  ['/.*', '/etc/a', '/home/[^/]+', '/home/user/b']
    .map((pattern, i) => `${pattern} u:object_r:${['d_t', 'a_t', 'c_t', 'b_t'][i]}:s0`)
    .join('\n'),
);
/** What the policy grants already, so that requests complete it, one by one or several together. */
const GRANTED = [
  '(allow demo_t a_t (file (read)))',
  '(allow demo_t every (file (write)))',
  '(allow demo_t every (file (open)))',
  '(allow demo_t b_t (file (map execute)))',
  '(allow demo_t c_t (filesystem (mount relabelfrom)))',
  '(allow every every (file (read)))',
  '(allow demo_t d_t (chr_file (ioctl)))',
  '(allowx demo_t d_t (ioctl chr_file (0x5401)))',
  '(booleanif loose (true (allow demo_t b_t (file (open read)))))',
];

function policyWith(granted: readonly string[]): Promise<PolicyDb> {
  const types = TYPES.map((type) => `(type ${type})`);
  return policyFromCil(
    [
      PRELUDE,
      '(boolean loose false) (typeattribute every)',
      `(typeattributeset every (${TYPES.join(' ')}))`,
      ...types,
      '(roletype r demo_t)',
      ...granted,
    ].join('\n'),
  );
}

function small(db: PolicyDb): ReviewSubject {
  return {
    confinement: describe('demo', NEVERS),
    set: { db, fileContexts: LABELS, ruleset: undefined },
  };
}

test.each([
  ['one rule of the policy completes several', ['a_t|file|map execute', 'c_t|file|map execute']],
  ['a mount counts what all could read', ['a_t|file|read', 'b_t|file|read', 'c_t|blk_file|read']],
  ['ioctls of one device', ['d_t|chr_file|ioctl|ioctlcmd=0x5412', 'd_t|chr_file|ioctl|ioctlcmd=1']],
])('%s: each is told its own way', async (_, wanted) => {
  const db = await policyWith([
    '(allow demo_t every (file (write open)))',
    '(allow demo_t c_t (filesystem (mount relabelfrom relabelto)))',
    '(allow c_t c_t (filesystem (associate)))',
  ]);
  const tallies = requests('demo_t', wanted);
  const { set, confinement } = small(db);
  expect(review(set, confinement, tallies)[0]!.meaning.kind).toBe('forbidden');
  expectSame(small(db), tallies);
});

test('and on small policies, with every never', async () => {
  const policies: PolicyDb[] = [];
  for (const granted of fc.sample(fc.subarray(GRANTED), { numRuns: 12, seed: 3 })) {
    policies.push(await policyWith(granted));
  }
  const asked = fc.array(access(TYPES), { minLength: 2, maxLength: 25 });
  fc.assert(
    fc.property(fc.nat(policies.length - 1), asked, (which, wanted) => {
      expectSame(small(policies[which]!), requests('demo_t', wanted));
    }),
    { numRuns: 200 },
  );
});
