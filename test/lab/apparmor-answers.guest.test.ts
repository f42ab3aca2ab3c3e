import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepCache, keepState, runAsDaemon, writeLogs } from '../../src/abilities/index.ts';
import {
  type CompiledProfile,
  classStart,
  matchBytes,
  NO_STATE,
  type Permissions,
  permissionsOf,
  readCompiled,
} from '../../src/apparmor/compiled/index.ts';
import { apparmorArtefacts, DEFAULT_ABI } from '../../src/apparmor/profile/index.ts';
import {
  CLASSES,
  FAMILIES,
  filePermissions,
  fileRules,
  SOCKET_TYPES,
  socketGrant,
} from '../../src/apparmor/query/index.ts';
import { confine } from '../../src/description/index.ts';
import { debian13, probeBinary, type QemuMachine, startQemu } from '../../src/lab/index.ts';
import type { ParserSuite } from '../../src/targets/index.ts';
import { compileBytes } from '../apparmor/compile.ts';
import { type RandomProfile, randomPath, randomProfile } from '../apparmor/random-profile.ts';
import { RUSTNET, TUNABLES } from '../apparmor/rustnet.ts';
import { Random } from '../hostile/mutation.ts';
import { progressOf } from '../support/progress.ts';

/** The live kernel is asked what a loaded profile grants, through the same file as libapparmor's aa_query_label. */
const FEATURES = 'linux-6.12';
const SUITES: readonly ParserSuite[] = ['bookworm', 'trixie', 'sid'];
const RANDOM_PROFILES = 24;
const FILES = 100_000;
const OTHER_UID = 65534;

let guest: QemuMachine;
beforeAll(async () => {
  guest = await startQemu(await debian13('apparmor'), { progress: progressOf('apparmor') });
}, 1_200_000);
afterAll(() => guest?.stop());

interface Loaded {
  readonly profile: CompiledProfile;
  readonly paths: RandomProfile;
}

interface Question {
  readonly profile: CompiledProfile;
  readonly uid: number;
  readonly bytes: Uint8Array;
  readonly shown: string;
  /** As the kernel would say it: allowed, denied, audited, quiet. */
  readonly ours: string;
}

test('100,000 random questions about files, and all about sockets, are answered as the kernel answers', async () => {
  const random = new Random(20_261_128);
  const loaded = await loadProfiles(random);
  const questions = [
    ...Array.from({ length: FILES }, () => fileQuestion(random, random.pick(loaded))),
    ...loaded.flatMap(({ profile }) => socketQuestions(profile)),
  ];
  const answers = await ask(questions);
  const differences = questions.flatMap(({ profile, uid, shown, ours }, i) =>
    ours === answers[i] ? [] : [`${profile.name} ${uid} ${shown}: ours ${ours}, ${answers[i]}`],
  );
  console.log(
    `${questions.length} questions to ${loaded.length} profiles, ${differences.length} differences; ${answers.filter((answer) => !/^0 /.test(answer)).length} grant something, ${new Set(answers).size} different answers`,
  );
  expect(differences.slice(0, 20)).toEqual([]);
  // The draw was worth asking: grants and refusals by the ten thousand, of many kinds.
  const refused = answers.filter((answer) => answer.startsWith('0 ')).length;
  expect(Math.min(refused, answers.length - refused)).toBeGreaterThan(10_000);
  expect(new Set(answers).size).toBeGreaterThan(30);
}, 900_000);

async function loadProfiles(random: Random): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  const drawn = Array.from({ length: RANDOM_PROFILES }, () => randomProfile(random));
  for (const suite of SUITES) {
    // The oldest compiler knows no permissions of sockets.
    const rustnet = suite === 'bookworm' ? RUSTNET.replace(/network \(.*?\)/g, 'network') : RUSTNET;
    const texts = [
      ...drawn.map((paths) => ({ paths, text: paths.text })),
      {
        paths: RUSTNET_PATHS,
        text: `${TUNABLES}${rustnet.replace('profile rustnet', 'profile p')}`,
      },
    ];
    for (const [i, { paths, text }] of texts.entries()) {
      const named = text.replace('profile p ', `profile ${suite}-${i} `);
      const bytes = await compileBytes(named, { suite, features: FEATURES });
      await load(bytes);
      loaded.push({ profile: readCompiled(bytes).profiles[0]!, paths });
    }
  }
  return loaded;
}

/** What the draft of rustnet's profile has rules for, and what it has none for. */
const RUSTNET_PATHS: RandomProfile = {
  text: RUSTNET,
  links: [],
  rules: [
    '/usr/bin/rustnet',
    '/usr/lib/**',
    '/etc/{passwd,group,shadow,services}',
    '/proc/[^a]/{comm,stat,environ,cmdline}',
    '/proc/1/{comm,stat,environ,cmdline,mem}',
    '/proc/1/fd/*',
    '/sys/class/net/**',
    '/home/*/.config/rustnet/**',
    '/home/*/.ssh/*',
    '/home/*/.local/state/rustnet/**',
    '/dev/pts/?',
    '/tmp/**',
  ].map((glob) => ({ deny: false, audit: false, owner: false, glob, permissions: 'r' })),
};

/** Written where apparmor_parser writes it. */
async function load(bytes: Uint8Array): Promise<void> {
  await guest.put('/run/confine-profile', bytes);
  const { code, stderr } = await guest.run(
    'dd if=/run/confine-profile of=/sys/kernel/security/apparmor/.replace bs=4M status=none',
  );
  expect(`${code} ${stderr}`).toBe('0 ');
}

function fileQuestion(random: Random, { profile, paths }: Loaded): Question {
  const path = randomPath(random, paths);
  const owner = random.below(2) === 0;
  const bytes = new TextEncoder().encode(path);
  const found = fileRules(profile);
  const nowhere =
    found === undefined || matchBytes(found.rules.dfa, found.start, bytes) === NO_STATE;
  const { owner: mine, other } = filePermissions(profile, path);
  return {
    profile,
    uid: owner ? 0 : OTHER_UID,
    bytes: Uint8Array.of(FILE_CLASS, ...bytes),
    shown: path,
    // Of a path that no rule leads to the kernel says nothing at all here, not even that its attributes may be read.
    ours: nowhere ? NOTHING : asKernel(owner ? mine : other),
  };
}

const FILE_CLASS = 2;
const NOTHING = '0 0 0 0';

function asKernel({ allow, deny, audit, quiet }: Permissions): string {
  const may = allow & ~deny;
  return [may, deny, audit & allow, quiet & ~allow]
    .map((word) => (word >>> 0).toString(16))
    .join(' ');
}

function socketQuestions(profile: CompiledProfile): Question[] {
  const start = classStart(profile.classes, CLASSES.network);
  return FAMILIES.flatMap((family, number) =>
    Object.entries(SOCKET_TYPES).map(([type, value]) => {
      const bytes = Uint8Array.of(number >>> 8, number & 0xff, value >>> 8, value & 0xff);
      const state = matchBytes(profile.classes!.dfa, start, bytes);
      const permissions = permissionsOf(profile.classes!, state).owner;
      const grant = socketGrant(profile, number, value);
      // What the answer to a person is made of is what the kernel is held to.
      if (
        grant === 'unmediated' ||
        (permissions.allow & ~permissions.deny & ~grant.sometimes) !== 0
      ) {
        throw new Error(`the answer about ${family} ${type} lacks what its state grants`);
      }
      return {
        profile,
        uid: 0,
        bytes: Uint8Array.of(CLASSES.network, ...bytes),
        shown: `${family} ${type}`,
        ours: state === NO_STATE ? NOTHING : asKernel(permissions),
      };
    }),
  );
}

async function ask(questions: readonly Question[]): Promise<string[]> {
  const lines = questions.map(
    ({ uid, profile, bytes }) => `${uid} ${profile.name} ${Buffer.from(bytes).toString('hex')}`,
  );
  await guest.put('/run/questions', `${lines.join('\n')}\n`);
  const tool = '/usr/local/bin/confine-ask-apparmor';
  await guest.put(tool, await probeBinary(join(import.meta.dirname, 'ask-apparmor.c')), 0o755);
  const { stdout, stderr } = await guest.run(`${tool} < /run/questions`, { timeout: 600 });
  expect(stderr).toBe('');
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(questions.length);
  return answers;
}

/** A shell under another name, which keeps something in each directory that its unit names. */
const keeper = confine({
  name: 'keeper',
  title: 'a program of a unit with DynamicUser=',
  version: '1.0.0',
  released: '2026-11-29',
  program: {
    name: 'keeper',
    version: '1',
    homepage: 'https://example.org/',
    executables: ['/usr/local/bin/keeper'],
  },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'enforcing',
  tunables: [],
  may: [
    runAsDaemon(),
    keepState({ directory: '/var/lib/keeper' }),
    keepCache({ directory: '/var/cache/keeper' }),
    writeLogs({ directory: '/var/log/keeper' }),
  ],
  never: [],
  residuals: [],
});

test('with DynamicUser= a unit keeps what it keeps where the profile lets it', async () => {
  const { text } = apparmorArtefacts(keeper).find(({ abi }) => abi === DEFAULT_ABI)!;
  const places = ['lib', 'cache', 'log'];
  const keep = async (profile: string): Promise<string> => {
    await guest.put('/run/keeper', profile);
    await guest.run('cp /bin/dash /usr/local/bin/keeper; apparmor_parser -r /run/keeper');
    const told = [];
    for (const place of places) {
      const { code, stderr } = await guest.run(
        `systemd-run --wait --quiet --unit=keeper-${place} -p DynamicUser=yes -p StateDirectory=keeper -p CacheDirectory=keeper -p LogsDirectory=keeper \
          /usr/local/bin/keeper -c 'echo kept >/var/${place}/keeper/file'`,
      );
      told.push(`${place} ${code}${stderr}`);
    }
    const { stdout } = await guest.run(
      'cat /var/*/private/keeper/file; rm -r /var/*/private/keeper',
    );
    return `${told.join(', ')}: ${stdout.trim().split('\n').join(' ')}`;
  };
  expect(await keep(text)).toBe('lib 0, cache 0, log 0: kept kept kept');
  // The same without what the profile says of private/ is refused, so that it is what lets it.
  const closed = text.replaceAll('{,private/}', '');
  expect(await keep(closed)).toBe('lib 2, cache 2, log 2: ');
  await guest.run('apparmor_parser -R /run/keeper; rm -r /usr/local/bin/keeper /run/keeper');
}, 300_000);
