import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelledPrograms } from '../../scripts/labelled-programs.ts';
import { runAsDaemon, startFromShell, useRuntimeDirectory } from '../../src/abilities/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { fedoraOwnerDoubts, knownOwners, labelOwnerProblems } from '../../src/cli/label-owners.ts';
import { fedoraFacts } from '../../src/cli/load-facts.ts';
import { loadFileContexts } from '../../src/cli/load-file-contexts.ts';
import { loadPolicySet } from '../../src/cli/load-policy-set.ts';
import {
  type Confinement,
  confine,
  equivalencesOf,
  executeAnything,
  type TakenPath,
} from '../../src/description/index.ts';
import { descriptionOf } from '../../src/draft/index.ts';
import { debianPackage } from '../../src/packaging/index.ts';
import { rpmPackage } from '../../src/packaging/rpm-package.ts';
import { programTable } from '../../src/selinux/facts/index.ts';
import { artefacts, moduleSource } from '../../src/selinux/module/index.ts';
import { prove } from '../../src/selinux/prove/index.ts';
import {
  basePolicy,
  compileModule,
  distribution,
  type LinkedPolicy,
  linkModules,
  TARGETS,
  type TargetId,
} from '../../src/targets/index.ts';

/** A program that both releases label for a module of their own, and what can be done about it. */

const PROGRAM = '/usr/bin/memcached';
const TAKEN: readonly TakenPath[] = [
  { path: PROGRAM, from: ['memcached_exec_t'], why: 'a test' },
  { path: '/run/memcached', from: ['memcached_runtime_t'], why: 'a test' },
];

function cache(takesOver?: readonly TakenPath[]): Confinement {
  return confine({
    name: 'mycache',
    title: 'a cache in memory',
    version: '1.0.0',
    released: '2026-11-28',
    program: {
      name: 'memcached',
      version: '1.6',
      homepage: 'https://memcached.org/',
      executables: [PROGRAM],
    },
    rollout: 'enforcing',
    tunables: [],
    may: [runAsDaemon(), useRuntimeDirectory({ directory: '/run/memcached' })],
    never: [executeAnything('it runs nothing')],
    residuals: [],
    ...(takesOver === undefined ? {} : { takesOver }),
  });
}

/** The same program as a further domain of a description. */
function helper(takesOver?: readonly TakenPath[]): Confinement {
  const { name: _, program, may, ...rest } = descriptionOf(cache(takesOver));
  return confine({
    ...rest,
    name: 'mymain',
    program: { ...program, executables: ['/usr/bin/mymain'] },
    may: [startFromShell({ users: ['unconfined'] })],
    domains: [
      {
        ...{ name: 'cache', title: 'a cache in memory', executables: [PROGRAM], may },
        never: [executeAnything('it runs nothing')],
      },
    ],
  });
}

async function linked(
  release: TargetId,
  confinement: Confinement,
  equivalences = equivalencesOf(confinement),
): Promise<LinkedPolicy> {
  const dist = await distribution(release);
  const { pp } = await compileModule(dist, moduleSource(confinement));
  const modules = [{ name: `${confinement.name}.pp`, bytes: pp }];
  return linkModules(dist, await basePolicy(dist), modules, equivalences);
}

/** What the release's own libselinux says. */
async function label(release: TargetId, policy: LinkedPolicy, path: string): Promise<string> {
  const dist = await distribution(release);
  const { stdout } = await dist.run('selabel_lookup', [
    ...['-b', 'file', '-f', policy.fileContexts, '-k', path, '-t', 'file'],
  ]);
  return /:(\w+_t)/.exec(stdout)?.[1] ?? stdout;
}

async function outcome(confinement: Confinement, policy: LinkedPolicy, base: LinkedPolicy) {
  const files = { policy: policy.policy, fileContexts: policy.fileContexts };
  const set = loadPolicySet(processIo(), files, undefined);
  const { db } = loadPolicySet(processIo(), base, undefined);
  return prove({ ...set, base: db }, confinement)[0]!.verdict;
}

test('the list of programs is what the modules of both releases label', async () => {
  const releases = await Promise.all(
    TARGETS.map(async ({ id }) => [id, await labelledPrograms(id)] as const),
  );
  const file = join(import.meta.dirname, '../../data/debian/programs.tsv');
  expect(readFileSync(file, 'utf8')).toBe(programTable(releases));
});

test('whose a path is, is said with its module, type, domain and line, and what can be done', async () => {
  const policies = await Promise.all(
    TARGETS.map(async ({ id, title }) => {
      const { fileContexts } = await basePolicy(await distribution(id));
      return { title, base: loadFileContexts(processIo(), { fileContexts }) };
    }),
  );
  const [program, directory, ...others] = labelOwnerProblems(cache(), policies);
  expect(program!.path).toBe('program.executables[0]');
  expect(program!.message).toMatch(
    /^`\/usr\/bin\/memcached` is another module’s already: on Debian 12 the module memcached labels it memcached_exec_t \(file_contexts, line \d+\), the way into memcached_t; on Debian 13 /,
  );
  expect(program!.hint).toContain(`takesOver: [{ path: '${PROGRAM}', from: ['memcached_exec_t']`);
  expect(directory!.message).toContain('`/run/memcached` is another module’s already');
  expect(others).toEqual([]);
  expect(labelOwnerProblems(cache(TAKEN), policies)).toEqual([]);
  const [wrong] = labelOwnerProblems(cache([{ ...TAKEN[0]!, from: ['httpd_exec_t'] }]), policies);
  expect(wrong!.path).toBe('takesOver[0].from');
  expect(wrong!.message).toContain('memcached_exec_t');
  expect(knownOwners(cache())).toHaveLength(1);
  expect(knownOwners(cache(TAKEN))).toEqual([]);
  expect(fedoraOwnerDoubts(cache(), fedoraFacts().types)[0]).toContain('memcached_exec_t');
  expect(fedoraOwnerDoubts(cache(TAKEN), fedoraFacts().types)).toEqual([]);
});

test('without taking it over, Debian 12 drops the label in silence, which is proved undecided, and Debian 13 refuses it', async () => {
  const here = await linked('debian-12', cache());
  expect(await label('debian-12', here, PROGRAM)).toBe('memcached_exec_t');
  const base = await basePolicy(await distribution('debian-12'));
  const verdict = await outcome(cache(), here, base);
  expect(verdict.outcome).toBe('undecided');
  expect(JSON.stringify(verdict)).toContain('is labelled memcached_exec_t (file_contexts, line');
  await expect(linked('debian-13', cache())).rejects.toThrow('Problems processing filecon rules');
});

test('of a further domain it is said as well', async () => {
  const { fileContexts } = await basePolicy(await distribution('debian-12'));
  const base = loadFileContexts(processIo(), { fileContexts });
  const policies = [{ title: 'Debian 12', base }];
  const problems = labelOwnerProblems(helper(), policies);
  expect(problems.map(({ path }) => path)).toEqual([
    'domains[0].executables[0]',
    'the label of /run/memcached(/.*)?',
  ]);
  expect(labelOwnerProblems(helper(TAKEN), policies)).toEqual([]);
  expect(knownOwners(helper())).toHaveLength(1);
  expect(knownOwners(helper(TAKEN))).toEqual([]);
  expect(fedoraOwnerDoubts(helper(), fedoraFacts().types)[0]).toContain('memcached_exec_t');
  expect(fedoraOwnerDoubts(helper(TAKEN), fedoraFacts().types)).toEqual([]);
});

test.each(TARGETS)(
  'on $title an equivalence takes over the path of a further domain',
  async ({ id }) => {
    const taken = helper(TAKEN);
    const policy = await linked(id, taken);
    expect(await label(id, policy, PROGRAM)).toBe('mymain_cache_exec_t');
    expect(await label(id, policy, '/run/memcached/memcached.pid')).toBe('mymain_cache_runtime_t');
    const base = await basePolicy(await distribution(id));
    const verdict = await outcome(taken.further![0]!, policy, base);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.assumes.join()).toContain(`\`${PROGRAM} /usr/share/mymain-selinux${PROGRAM}\``);
  },
);

test.each(TARGETS)('on $title an equivalence takes the path over', async ({ id }) => {
  const taken = cache(TAKEN);
  const policy = await linked(id, taken);
  expect(await label(id, policy, PROGRAM)).toBe('mycache_exec_t');
  expect(await label(id, policy, '/run/memcached/memcached.pid')).toBe('mycache_runtime_t');
  const base = await basePolicy(await distribution(id));
  const verdict = await outcome(taken, policy, base);
  expect(verdict.outcome).toBe('holds');
  expect(verdict.assumes.join()).toContain('file_contexts.subs of the machine has the line');
  // As `semanage fcontext -D` leaves a machine.
  const without = await linked(id, taken, []);
  rmSync(`${without.fileContexts}.subs`, { force: true });
  expect(await label(id, without, PROGRAM)).toBe('memcached_exec_t');
  expect((await outcome(taken, without, base)).outcome).toBe('undecided');
});

test('both packages make the equivalence and take it back, and the manual tells its price', () => {
  const line =
    'fcontext -S "$1" -N -a -e /usr/share/mycache-selinux/usr/bin/memcached /usr/bin/memcached';
  const { files, stanza } = debianPackage(cache(TAKEN));
  const script = (suffix: string): string =>
    files.find(({ name }) => name.endsWith(suffix))?.text ?? '';
  expect(script('postinst')).toContain(line);
  expect(script('prerm')).toContain('-N -d -e /usr/share/mycache-selinux/usr/bin/memcached');
  expect(stanza.join('\n')).toContain('policycoreutils-python-utils');
  const { scriptlets } = rpmPackage(cache(TAKEN));
  const lines = (section: string): string =>
    scriptlets.find((one) => one.section === section)!.lines.join('\n');
  expect(lines('%post')).toContain('semanage fcontext -S targeted -N -a -e /usr/share/');
  expect(lines('%preun')).toContain('semanage fcontext -S targeted -N -d -e /usr/share/');
  const manual = artefacts(cache(TAKEN)).find(({ role }) => role === 'manual')!.text;
  expect(manual).toContain('semanage fcontext \\-a \\-e');
  expect(artefacts(cache()).find(({ role }) => role === 'manual')!.text).not.toContain('\\-e /usr');
});

test('a path that is taken over must be one of the description’s', () => {
  expect(() => cache([{ path: '/usr/bin/other', from: ['other_exec_t'], why: 'a test' }])).toThrow(
    'labels nothing at or below `/usr/bin/other`',
  );
  expect(() => cache([{ path: '/usr/bin/memcached/', from: ['x_t'], why: 'a test' }])).toThrow(
    'no path that can stand in file_contexts.subs',
  );
  expect(() => cache([TAKEN[0]!, TAKEN[0]!])).toThrow('takes it over already');
});
