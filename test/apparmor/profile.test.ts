import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import tcpdump from '../../profiles/tcpdump/confinement.ts';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import { type ApparmorArtefact, apparmorArtefacts } from '../../src/apparmor/profile/index.ts';
import { proveProfile } from '../../src/apparmor/prove/index.ts';
import {
  type Confinement,
  type ConfinementProblems,
  confine,
  type Description,
  fileRule,
  type Never,
  residualsOf,
} from '../../src/description/index.ts';
import { apparmorParser, type ParserSuite } from '../../src/targets/index.ts';
import { FEATURES, featuresOf } from './compile.ts';
import { apparmorTools, TOOL_SUITES } from './tools.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-profile-'));
});
// The tools of two releases are some 50 MB where they are fetched first.
beforeAll(async () => {
  for (const suite of TOOL_SUITES)
    await apparmorTools(suite, mkdtempSync(join(work, 'tools-')), []);
}, 600_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const PARSERS = [
  ['bookworm', '3.0'],
  ['trixie', '4.0'],
  ['sid', '4.0'],
  ['sid', '5.0'],
] as const satisfies readonly (readonly [ParserSuite, ApparmorArtefact['abi']])[];

function profileOf(confinement: Confinement, abi: ApparmorArtefact['abi']): string {
  return apparmorArtefacts(confinement).find((file) => file.abi === abi)!.text;
}

/** A directory with what the profile includes; `on`: the tunables, instead of their defaults. */
function included(confinement: Confinement, on?: readonly string[]): readonly string[] {
  const directory = mkdtempSync(join(work, 'included-'));
  for (const { path, text, abi } of apparmorArtefacts(confinement)) {
    if (abi !== undefined) continue;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    const switched = text.replace(
      /^(?:# off: )?include <(.*\/(\w+))>$/gm,
      (_, file: string, name: string) => `${on?.includes(name) ? '' : '# off: '}include <${file}>`,
    );
    writeFileSync(join(directory, path), on === undefined ? text : switched);
  }
  return [directory];
}

describe.each([rustnet, tcpdump])('$name', (confinement) => {
  test.each(
    PARSERS.flatMap(([suite, abi]) => FEATURES.map((features) => [suite, abi, features] as const)),
  )(
    'the compiler of %s says at most that rules for unix sockets become plain ones: abi %s on %s',
    async (suite, abi, features) => {
      const parser = await apparmorParser(suite);
      const files = featuresOf(features, 'abi');
      // Where the kernel knows no more of unix sockets than their type, or the abi does not say so.
      const known = features === 'abi-4.0' || (abi === '5.0' && features === 'linux-7.2');
      const wanted = known ? [] : [expect.stringContaining('downgrading extended network unix')];
      const warnings = async (on?: readonly string[]): Promise<string[]> => {
        const include = included(confinement, on);
        const said = await parser.warnings(profileOf(confinement, abi), { ...files, include });
        return [...new Set(said.split('\n').filter((line) => line !== ''))];
      };
      expect(await warnings()).toEqual(wanted);
      expect(await warnings(confinement.tunables.map(({ name }) => name))).toEqual(wanted);
    },
  );

  test.each(TOOL_SUITES)(
    'aa-enforce of %s ends the complain mode of a first installation and changes no file',
    async (suite) => {
      const files = apparmorArtefacts(confinement).filter(({ abi }) => (abi ?? '4.0') === '4.0');
      const { base, tool } = await apparmorTools(suite, mkdtempSync(join(work, 'tools-')), files);
      const [profile] = files;
      const forced = join(base, 'force-complain', profile!.path);
      mkdirSync(dirname(forced), { recursive: true });
      symlinkSync(`../${profile!.path}`, forced);
      // Read with every other profile of the release: what they cannot parse stops the tools for all of them.
      expect(await tool('aa-enforce', join(base, profile!.path))).toBe(
        `Setting ${join(base, profile!.path)} to enforce mode.`,
      );
      expect(existsSync(forced)).toBe(false);
      expect(readFileSync(join(base, profile!.path), 'utf8')).toBe(profile!.text);
      await tool('aa-complain', join(base, profile!.path));
      expect(readFileSync(join(base, profile!.path), 'utf8')).toContain('flags=(complain)');
    },
  );
});

test('the compiler does have something to say of a profile without its abi', async () => {
  const text = profileOf(rustnet, '4.0').replace(/^abi .*$/m, '');
  const files = { ...featuresOf('linux-6.12', 'abi'), include: included(rustnet) };
  expect(await (await apparmorParser('trixie')).warnings(text, files)).toMatch(/Warning/);
});

test('the tools do stop at a profile that they cannot parse', async () => {
  const [profile, ...others] = apparmorArtefacts(rustnet).filter(
    ({ abi = '4.0' }) => abi === '4.0',
  );
  const text = profile!.text.replace(
    /^}$/m,
    '  if $rustnet_direct_dns {\n    capability net_admin,\n  }\n}',
  );
  const { base, tool } = await apparmorTools('trixie', mkdtempSync(join(work, 'tools-')), [
    { ...profile!, text: text.replace(/^profile/m, '$rustnet_direct_dns = false\nprofile') },
    ...others,
  ]);
  await expect(tool('aa-enforce', join(base, profile!.path))).rejects.toThrow(/Syntax Error/);
});

describe('what the profile of rustnet lets through', () => {
  const why = 'a test';
  async function outcome(never: Never, on?: readonly string[]): Promise<string> {
    const parser = await apparmorParser('trixie');
    const files = { ...featuresOf('linux-6.12', 'abi'), include: included(rustnet, on) };
    const { profiles } = readCompiled(await parser.compile(profileOf(rustnet, '4.0'), files));
    const executables = rustnet.program.executables;
    const residuals = residualsOf(rustnet, 'apparmor');
    return proveProfile({ profiles, executables, residuals }, never).outcome;
  }
  const reads = (...below: string[]): Never => ({ kind: 'read', why, below, except: [] });

  test.each([
    [
      'the environment and the memory of processes',
      reads('/proc/1/environ', '/proc/1/cmdline', '/proc/1/mem'),
      'holds',
    ],
    ['what attribution reads', reads('/proc/1/status'), 'violated'],
    ['databases in home directories', reads('HOME/documents'), 'holds'],
    ['passwords', reads('/etc/shadow'), 'holds'],
    ['other programs', { kind: 'execute', why } satisfies Never, 'holds'],
    ['TCP, but for frames of its own', { kind: 'connect-tcp', why } as Never, 'accepted'],
  ] as const)('%s', async (_, never, wanted) => {
    expect(await outcome(never)).toBe(wanted);
  });

  test('a tunable opens what it says, and nothing does while its line is off', async () => {
    expect(await outcome(reads('HOME/documents'), ['can_read_user_home'])).toBe('violated');
    const tcp = { kind: 'connect-tcp', why } as Never;
    expect(await outcome(tcp, ['direct_dns'])).toBe('violated');
    expect(await outcome(tcp, [])).toBe('accepted');
  });
});

const plain: Description = { ...structuredClone(rustnet) };
for (const field of ['domain', 'executableType', 'roleAttribute', 'fileContexts'])
  delete (plain as unknown as Record<string, unknown>)[field];

test('a half that is missing is named with its ability and its block', () => {
  const [first, ...others] = plain.may;
  const [block, ...blocks] = first!.blocks;
  const { apparmor: _, ...half } = block!;
  const description = { ...plain, may: [{ ...first!, blocks: [half, ...blocks] }, ...others] };
  let problems: unknown;
  try {
    confine(description);
  } catch (error) {
    problems = (error as ConfinementProblems).problems;
  }
  expect(problems).toEqual([
    {
      path: 'may[0].blocks[0].apparmor',
      message: `\`startFromShell\` has no AppArmor half where it says "${block!.why}"`,
      hint: expect.stringContaining('`nothingToAllow`'),
    },
  ]);
  expect(confine({ ...description, mechanisms: ['selinux'] }).mechanisms).toEqual(['selinux']);
});

test.each([
  ['/etc/x r,\n  file', 'a path begins with'],
  ['etc/x', 'a path begins with'],
  ['/etc/"x', 'a path begins with'],
])('a path that would be more than one is no path: %j', (path, message) => {
  const [first, ...others] = plain.may;
  const block = {
    why: 'a test',
    selinux: first!.blocks[0]!.selinux,
    apparmor: [fileRule(path, 'r')],
  };
  expect(() => confine({ ...plain, may: [{ ...first!, blocks: [block] }, ...others] })).toThrow(
    message,
  );
});

test('what AppArmor cannot hold is a residual of AppArmor, and SELinux keeps its own', () => {
  const ids = (mechanism: 'selinux' | 'apparmor'): string[] =>
    residualsOf(rustnet, mechanism).map(({ id }) => id);
  expect(ids('apparmor')).toContain('terminal-ioctls');
  expect(ids('apparmor')).not.toContain('process-environment');
  const others = ['route-socket-port', 'bluetooth-inquiry', 'modules-on-demand'];
  expect([...ids('selinux'), ...others]).toEqual(rustnet.residuals.map(({ id }) => id));
});
