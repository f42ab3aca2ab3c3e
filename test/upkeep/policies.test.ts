import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { readFileContexts } from '../../src/selinux/file-contexts/index.ts';
import { readPolicy } from '../../src/selinux/policydb/index.ts';
import { prove } from '../../src/selinux/prove/index.ts';
import { domainSummary, entrances } from '../../src/selinux/query/index.ts';
import { basePolicy, cacheDirectory, distribution } from '../../src/targets/index.ts';
import { verdictFindings } from '../../src/upkeep/compare-verdicts.ts';
import {
  accessOf,
  type Baseline,
  baselineOf,
  compareBaselines,
  concernsOf,
  type Finding,
  type Now,
  parseBaseline,
} from '../../src/upkeep/index.ts';
import { linkedWith } from '../support/linked-policy.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { runConfine } from '../support/run-confine.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROFILE = join(ROOT, 'profiles/rustnet');
const LINES = readFileSync(join(PROFILE, 'confinement.ts'), 'utf8').split('\n');
const lineOf = (text: string): number => LINES.findIndex((line) => line.includes(text)) + 1;

function findingsOf({ out }: CliResult): Finding[] {
  return JSON.parse(out).parts.flatMap((part: { findings: Finding[] }) => part.findings);
}

test('nothing changed since the record, and that is said with 0', async () => {
  const { code, out } = await runCli(['upkeep', '--target', 'debian-12,debian-13,fedora']);
  expect(out).toContain('recorded of data/fedora 2024-10-24, and the same now');
  expect(out.trimEnd().split('\n').at(-1)).toBe('Nothing changed.');
  expect(code).toBe(0);
});

test('Debian 13 after Debian 12: rules came and went, and nothing is to be done', async () => {
  const result = await runCli([
    ...['upkeep', '--target', 'debian-13', '--against', 'debian-12', '--json'],
  ]);
  expect(result.code).toBe(0);
  const findings = findingsOf(result);
  expect(findings.map(({ level, what }) => `${level}: ${what}`)).toEqual([
    'nothing: the policy has `container_data_home_t` now',
    'nothing: the policy has `container_var_lib_t` now',
    'nothing: the interface `systemd_tmpfilesd_managed` grants more than it did',
    'nothing: what the domain has by the attribute `domain` changed',
    'nothing: what the domain has by name changed',
  ]);
  // Of Debian 13 the domain has the descriptors of staff_t by an attribute: nothing is lost.
  expect(findings.at(-1)!.changes).toContain('- staff_t:fd { use }');
  expect(findings[0]!.concerns).toEqual([
    {
      part: 'refuseContainerNames',
      why: expect.stringContaining('environments of the containers'),
      line: lineOf('refuseContainerNames(),'),
    },
  ]);
});

test('Fedora after Debian 13: what its base opens, and the interfaces that took the place of others', async () => {
  const result = await runCli([
    ...['upkeep', '--target', 'fedora', '--against', 'debian-13', '--json'],
  ]);
  expect(result.code).toBe(1);
  const findings = findingsOf(result);
  const write = findings.find(({ what }) => what.startsWith('never `write`'))!;
  expect(write.level).toBe('edit');
  expect(write.what).toBe('never `write` was held and is held as the booleans are set');
  expect(write.changes).toContainEqual(expect.stringContaining('rustnet_can_read_user_home on'));
  expect(write.concerns[0]).toEqual({
    part: 'never write',
    why: 'nothing but its logs and captures',
    line: lineOf('writeFiles('),
  });
  expect(
    findings.find(({ what }) => what.includes('`systemd_stream_connect_resolved` is gone')),
  ).toMatchObject({
    level: 'nothing',
    edit: 'the description calls `systemd_chat_resolved` there instead',
  });
  expect(
    findings.find(({ what }) => what.includes('`networkmanager_read_runtime_files` is gone'))
      ?.level,
  ).toBe('unclear');
});

/** Debian 13 as it is, in a cache of its own whose headers may be changed. */
describe('a policy of which one thing was changed', () => {
  let cache: string;
  let include: string;

  beforeAll(async () => {
    const dist = await distribution('debian-13');
    await basePolicy(dist);
    cache = mkdtempSync(join(tmpdir(), 'confine-upkeep-'));
    const place = join(cache, 'confine/debian-13');
    mkdirSync(place, { recursive: true });
    const from = join(cacheDirectory(), 'debian-13');
    for (const name of globSync('{tools,policy-default}-*', { cwd: from })) {
      cpSync(join(from, name), join(place, name), { recursive: true, verbatimSymlinks: true });
    }
    include = globSync(`${place}/tools-*/root/usr/share/selinux/devel/include`)[0]!;
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  const ask = (): Promise<CliResult> =>
    runConfine(['upkeep', '--target', 'debian-13', '--json'], ROOT, { XDG_CACHE_HOME: cache });

  /** Asks with a header changed, and puts it back. */
  async function changed(file: string, change: (text: string) => string): Promise<CliResult> {
    const path = join(include, file);
    const text = readFileSync(path, 'utf8');
    expect(change(text)).not.toBe(text);
    try {
      writeFileSync(path, change(text));
      return await ask();
    } finally {
      writeFileSync(path, text);
    }
  }

  test('undone, none is found', async () => {
    const result = await ask();
    expect(findingsOf(result)).toEqual([]);
    expect(result.code).toBe(0);
  });

  test('an interface that opens the passwords: the never, the abilities that call it, the rows', async () => {
    const result = await changed('kernel/devices.if', (text) =>
      text.replace(
        "interface(`dev_read_sysfs',`",
        "interface(`dev_read_sysfs',`\n\tgen_require(`\n\t\ttype shadow_t;\n\t')\n\tallow $1 shadow_t:file { open read };",
      ),
    );
    expect(result.code).toBe(1);
    const findings = findingsOf(result);
    expect(findings.map(({ level, about }) => `${level} ${about}`)).toEqual([
      'nothing interface',
      'edit verdict',
    ]);
    expect(findings[0]!.changes).toEqual(['+ shadow_t:file { open read }']);
    expect(findings[1]!.what).toBe('never `read-2` was held and is violated');
    expect(findings[1]!.concerns.map(({ part, line }) => [part, line])).toEqual([
      ['never read', lineOf('passwords of the system')],
      ['capturePackets', lineOf('capturePackets({')],
      ['traceWithBpf', lineOf('traceWithBpf({')],
    ]);
  });

  test('an interface that grants less: unclear, with what is missing', async () => {
    const result = await changed('system/miscfiles.if', (text) =>
      text.replace(
        /(interface\(`miscfiles_read_localization',`[\s\S]*?)\tread_files_pattern\(\$1, locale_t, locale_t\)\n/,
        '$1',
      ),
    );
    expect(result.code).toBe(4);
    const [found, ...others] = findingsOf(result).filter(({ level }) => level !== 'nothing');
    expect(others).toEqual([]);
    expect(found!.what).toBe('the interface `miscfiles_read_localization` grants less than it did');
    expect(found!.edit).toContain('locale_t:file');
    expect(found!.concerns.map(({ part }) => part)).toEqual(['readSystemFiles']);
  });

  test('an interface that is gone: what calls it, and the nearest one', async () => {
    const result = await changed('kernel/kernel.if', (text) =>
      text.replaceAll('kernel_read_network_state', 'kernel_read_network_states'),
    );
    expect(result.code).toBe(1);
    const gone = findingsOf(result).find(({ what }) => what.includes('is gone'))!;
    expect(gone.what).toBe('the interface `kernel_read_network_state` is gone');
    expect(gone.edit).toContain('did you mean `kernel_read_network_states`?');
    expect(gone.concerns.map(({ part }) => part)).toEqual(['capturePackets', 'observeProcesses']);
    // What the others grant is told although nothing compiles.
    expect(findingsOf(result).some(({ what }) => what.includes('dev_read_sysfs'))).toBe(false);
  });
});

/** The renamed type is the description's: for whoever compares it is the same as one that the policy renamed. */
describe('a type that was renamed', () => {
  async function renamed(statement: string): Promise<CliResult> {
    const directory = mkdtempSync(join(ROOT, 'profiles/.renamed-'));
    try {
      for (const part of ['baseline', 'nftables']) {
        cpSync(join(PROFILE, part), join(directory, part), { recursive: true });
      }
      const file = join(directory, 'baseline/debian-13.json');
      const record = JSON.parse(readFileSync(file, 'utf8'));
      record.names.types.push('cgroups_t');
      writeFileSync(file, JSON.stringify(record));
      const ability = `refuseContainerNames(),
    { name: 'lookAtGroups', title: 'Look', blocks: [{ why: 'A test.', selinux: [${statement}], apparmor: [{ kind: 'nothing', why: 'A test.' }] }] },`;
      writeFileSync(
        join(directory, 'confinement.ts'),
        LINES.join('\n').replace('refuseContainerNames(),', ability),
      );
      return await runCli(['upkeep', directory, '--target', 'debian-13', '--json']);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  const RULE =
    "{ kind: 'allow', targets: ['cgroups_t'], classes: ['dir'], permissions: ['search'] }";
  const here = {
    part: 'lookAtGroups',
    why: 'A test.',
    line: lineOf('refuseContainerNames(),') + 1,
  };
  const goneIn = (result: CliResult): Finding =>
    findingsOf(result).find(({ what }) => what === 'the type `cgroups_t` is gone')!;

  test('in an optional block: it falls away, and the nearest name', async () => {
    const result = await renamed(
      `{ kind: 'optional', requires: { types: ['cgroups_t'] }, statements: [${RULE}] }`,
    );
    expect(result.code).toBe(4);
    expect(goneIn(result)).toMatchObject({ level: 'unclear', concerns: [here] });
    expect(goneIn(result).edit).toContain('did you mean `cgroup_t`?');
  });

  test('in a rule: it does not compile, with what was said', async () => {
    const result = await renamed(RULE);
    expect(result.code).toBe(1);
    const [refusal] = findingsOf(result);
    expect(refusal!.what).toBe('the description does not compile there any more');
    expect(refusal!.changes.join('\n')).toContain('cgroups_t');
    expect(goneIn(result)).toMatchObject({ level: 'edit', concerns: [here] });
  });
});

describe('rules of the base', () => {
  const before = parseBaseline(
    readFileSync(join(PROFILE, 'baseline/debian-13.json'), 'utf8'),
  ) as Baseline;

  /** Debian 13 with another module beside ours, compared with its record. */
  async function compared(record: Baseline, beside?: string): Promise<readonly Finding[]> {
    const linked = await linkedWith('debian-13', rustnet, beside);
    const db = readPolicy(readFileSync(linked.policy));
    const id = (name: string) => db.types.ids.get(name)!;
    const text = (path: string) => ({ name: path, text: readFileSync(path, 'utf8') });
    const contexts = readFileContexts({
      base: text(linked.fileContexts),
      homeDirectories: text(linked.homeDirectoryContexts),
    });
    const known = {
      types: db.types.ids,
      classes: new Map(
        db.classes.names.map((name, i) => [name, new Set(db.classes.permissionBits[i]!.keys())]),
      ),
    };
    const domain = id(rustnet.domain);
    const script = join(PROFILE, 'nftables/rustnet-secmark');
    const made = baselineOf(rustnet, {
      target: 'debian-13',
      of: before.of,
      given: new Map(),
      known,
      rulesetAt: 'profiles/rustnet/nftables/rustnet-secmark',
      domain: {
        grants: domainSummary(db, domain),
        entrances: entrances(db, domain, id(rustnet.executableType)),
        // As check does: what the policy without the module grants is base.
        proved: prove(
          {
            db,
            base: db,
            fileContexts: contexts,
            ruleset: {
              name: 'profiles/rustnet/nftables/rustnet-secmark',
              text: readFileSync(script, 'utf8'),
            },
          },
          rustnet,
        ),
      },
    });
    const now: Now = {
      baseline: { ...made, calls: before.calls },
      interfaces: new Set(Object.keys(before.calls)),
      known,
      unknown: [],
      allows: accessOf(db, rustnet.domain),
    };
    return compareBaselines(rustnet, record, now, concernsOf(rustnet, LINES.join('\n')));
  }

  test('as they were, nothing is found', async () => {
    expect(await compared(before)).toEqual([]);
  });

  test('one that came and touches a never is for somebody to decide', async () => {
    const findings = await compared(
      before,
      '(allow domain shadow_t (file (open read)))(allow domain bin_t (file (execute_no_trans)))',
    );
    expect(findings.map(({ level, what }) => `${level}: ${what}`)).toEqual([
      'nothing: what the domain has by the attribute `domain` changed',
      'edit: never `execute` is still held, on other grounds',
      'edit: never `read-2` is still held, on other grounds',
    ]);
    expect(findings[0]!.changes).toContain('+ shadow_t:file { open read }');
    expect(findings[2]!.changes[0]).toMatch(/^\+ the base lets every domain: .*shadow_t/);
  });

  test('one that went and that the domain had by nothing else is unclear', async () => {
    const had = (await compared(before, '(allow domain mnt_t (file (read)))'))[0]!;
    expect(had.changes).toEqual(['+ mnt_t:file { read }']);
    const record: Baseline = {
      ...before,
      domain: {
        ...before.domain!,
        base: {
          ...before.domain!.base,
          domain: { ...before.domain!.base.domain, 'mnt_t:file': 'read' },
        },
      },
    };
    const [went, ...others] = await compared(record);
    expect(others).toEqual([]);
    expect(went!.level).toBe('unclear');
    expect(went!.changes).toEqual(['- mnt_t:file { read }']);
  });
});

describe('how a never stands', () => {
  const { nevers } = (
    parseBaseline(readFileSync(join(PROFILE, 'baseline/debian-13.json'), 'utf8')) as Baseline
  ).domain!;
  const concerns = concernsOf(rustnet, LINES.join('\n'));
  type Verdict = (typeof nevers)[string];
  const compared = (was: Verdict, is: Verdict): string[] => {
    const domain = { grants: {}, base: {}, entrances: [] };
    return verdictFindings(
      { ...domain, nevers: { ...nevers, execute: was } },
      { ...domain, nevers: { ...nevers, execute: is } },
      {},
      concerns,
    ).map(({ level, what }) => `${level}: ${what}`);
  };
  const holds: Verdict = { outcome: 'holds' };
  const undecided: Verdict = { outcome: 'undecided', reasons: ['nothing is known of it'] };
  const violated: Verdict = { outcome: 'violated', ways: ['bin_t:file execute_no_trans'] };

  test.each<[string, Verdict, Verdict, string[]]>([
    ['held, and holds', holds, holds, []],
    ['became undecided', holds, undecided, ['unclear: never `execute` was held and is undecided']],
    [
      'is undecided as recorded',
      undecided,
      undecided,
      ['unclear: never `execute` is still undecided'],
    ],
    ['is violated as recorded', violated, violated, ['edit: never `execute` is still violated']],
    ['holds again', violated, holds, ['nothing: never `execute` was violated and is held']],
    [
      'presupposes more',
      holds,
      { outcome: 'holds', assumes: ['it is so'] },
      ['edit: never `execute` is still held, on other grounds'],
    ],
  ])('%s', (_, was, is, said) => {
    expect(compared(was, is)).toEqual(said);
  });
});
