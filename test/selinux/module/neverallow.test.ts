import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import tcpdump from '../../../profiles/tcpdump/confinement.ts';
import { fedoraFacts } from '../../../src/cli/load-facts.ts';
import {
  allow,
  type Block,
  type Confinement,
  call,
  confine,
  type Description,
} from '../../../src/description/index.ts';
import { profileFiles } from '../../../src/packaging/index.ts';
import { factsPolicy, moduleSource } from '../../../src/selinux/module/index.ts';
import {
  basePolicy,
  compileModule,
  type Distribution,
  distribution,
  type LinkedPolicy,
  type linkModules,
  TARGETS,
  type TargetId,
  ToolchainError,
} from '../../../src/targets/index.ts';
import { peer } from '../../support/peer.ts';

type ModuleFile = Parameters<typeof linkModules>[2][number];

/** A rule against each never that has neverallow rules; the second under a boolean that is off. */
const VIOLATIONS = `
(boolean beside_on false)
(allow rustnet_t unconfined_t (process (ptrace)))
(booleanif beside_on (true (allow rustnet_t tmp_t (filesystem (mount)))))
(allow rustnet_t self (capability (sys_module)))
(typeattributeset beside_domains (rustnet_t))
(typeattribute beside_domains)
(allow beside_domains self (sctp_socket (name_connect)))
`;

describe.each(TARGETS.map(({ id, title }) => [title, id] as const))(
  '%s, with expand-check = 1',
  (_, id: TargetId) => {
    let dist: Distribution;
    let base: LinkedPolicy;
    let forms: Record<'te' | 'cil', readonly ModuleFile[]>;

    beforeAll(async () => {
      dist = await distribution(id);
      base = await basePolicy(dist);
      const both = [rustnet, tcpdump];
      const compiled = await Promise.all(
        both.map(async (confinement) => ({
          name: `${confinement.name}.pp`,
          bytes: (await compileModule(dist, moduleSource(confinement))).pp,
        })),
      );
      forms = {
        te: compiled,
        cil: both.map((confinement) => ({
          name: `${confinement.name}.cil`,
          bytes: Buffer.from(textOf(confinement, '.cil')),
        })),
      };
    });

    test.each(['te', 'cil'] as const)(
      'both profiles link as .%s, and the checks leave nothing in the policy',
      async (form) => {
        const linked = await linkChecked(dist, base, forms[form], async (policy) => ({
          attributes: (await peer('seinfo', [policy, '-a'])).stdout,
          types: (await peer('seinfo', [policy, '-t'])).stdout,
        }));
        expect(linked.types).toContain('rustnet_t');
        expect(linked.attributes).toContain('domain');
        // Of sets without a name none is left but the one in a rule of rustnet's: everybody but itself.
        expect(linked.attributes.match(/(rustnet|tcpdump)_typeattr_\d+/g) ?? []).toHaveLength(2);
      },
    );

    test.each(['te', 'cil'] as const)(
      'as .%s, a module that grants what they must never do is refused',
      async (form) => {
        const modules = [...forms[form], { name: 'beside.cil', bytes: Buffer.from(VIOLATIONS) }];
        const failure = await linkChecked(dist, base, modules, async () => 'linked').catch(
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(ToolchainError);
        const { output } = failure as ToolchainError;
        expect(output).toMatch(/neverallow check failed/);
        for (const what of ['ptrace', 'mount', 'sys_module', 'name_connect']) {
          expect(output).toMatch(new RegExp(`allow .*${what}`));
        }
      },
    );
  },
);

test('on Fedora’s facts both profiles pass the check, and a rule against a never does not', async () => {
  const dist = await distribution('debian-13');
  const facts = fedoraFacts();
  const check = (confinement: Confinement, more = ''): Promise<string> =>
    withDirectory(async (directory) => {
      const { base, module } = factsPolicy(confinement, facts);
      writeFileSync(join(directory, 'base.cil'), base);
      writeFileSync(join(directory, 'module.cil'), module + more);
      const files = ['base.cil', 'module.cil'].map((name) => join(directory, name));
      const { stdout, stderr } = await dist.run('secilc', [
        ...['-M', 'true', '-c', '33', '-m', '-f', '/dev/null', '-o', join(directory, 'policy')],
        ...files,
      ]);
      return stdout + stderr;
    });
  await check(rustnet);
  await check(tcpdump);
  await expect(check(rustnet, '(allow rustnet_t kernel_t (process (ptrace)))')).rejects.toThrow();
  await expect(check(tcpdump, '(allow tcpdump_t home_root_t (dir (mounton)))')).rejects.toThrow();
});

describe('what a tunable may open is left out, whole', () => {
  const ptrace = /neverallow thing_t \*:process ptrace;/;
  const mount = /neverallow thing_t \*:filesystem/;

  test('nothing under a tunable: both are there', () => {
    const te = textOf(thing([]), '.te');
    expect(te).toMatch(ptrace);
    expect(te).toMatch(mount);
  });

  test('a plain rule under a tunable', () => {
    const block = {
      when: 'more',
      why: 'More.',
      selinux: [allow('init_t', 'process', 'ptrace')],
    };
    for (const ending of ['.te', '.cil']) {
      const text = textOf(thing([block]), ending);
      expect(text).not.toMatch(/neverallow .*ptrace/);
      expect(text).toMatch(/neverallow thing_t .*filesystem/);
    }
  });

  test('the same rule without one stays against its never', () => {
    const block = { why: 'More.', selinux: [allow('init_t', 'process', 'ptrace')] };
    expect(textOf(thing([block], []), '.te')).toMatch(ptrace);
  });

  test('permissions that a macro hides', () => {
    const rule = allow('tmp_t', 'filesystem', 'mount_fs_perms');
    const te = moduleSource(thing([{ when: 'more', why: 'More.', selinux: [rule] }])).te;
    expect(te).toMatch(ptrace);
    expect(te).not.toMatch(mount);
  });

  test('an interface under a tunable of which nothing is known', () => {
    const block = { when: 'more', why: 'More.', selinux: [call('no_one_knows')] };
    expect(moduleSource(thing([block])).te).not.toContain('neverallow');
  });

  test('an interface whose rules are known', () => {
    const block = { when: 'more', why: 'More.', selinux: [call('files_read_etc_files')] };
    expect(moduleSource(thing([block])).te).toMatch(mount);
  });
});

function thing(
  blocks: readonly Block[],
  tunables: Description['tunables'] = blocks.length === 0
    ? []
    : [{ name: 'more', default: false, can: 'do more', why: 'It may.' }],
): Confinement {
  return confine({
    name: 'thing',
    title: 'a program for tests',
    version: '1.0.0',
    released: '2026-11-24',
    program: {
      ...{ name: 'thing', version: '1', homepage: 'https://example.org/' },
      executables: ['/usr/bin/thing'],
    },
    rollout: 'enforcing',
    tunables,
    may: [{ name: 'run', title: 'Run', blocks }],
    never: [
      { kind: 'ptrace', why: 'it debugs nothing' },
      { kind: 'mount', why: 'it mounts nothing' },
    ],
    residuals: [],
  });
}

function textOf(confinement: Confinement, ending: string): string {
  return profileFiles(confinement).find(({ path }) => path.endsWith(ending))!.text;
}

/** What `ask` says of the policy file of the base with these modules, linked by the release's own semodule with expand-check on. */
async function linkChecked<T>(
  dist: Distribution,
  base: LinkedPolicy,
  modules: readonly ModuleFile[],
  ask: (policy: string) => Promise<T>,
): Promise<T> {
  return withDirectory(async (directory) => {
    cpSync(base.store, directory, { recursive: true });
    const conf = join(directory, 'etc/selinux/semanage.conf');
    const text = readFileSync(conf, 'utf8');
    expect(text).toContain('expand-check = 0');
    writeFileSync(conf, text.replace('expand-check = 0', 'expand-check = 1'));
    const files = modules.flatMap(({ name, bytes }) => {
      writeFileSync(join(directory, name), bytes);
      return ['-i', join(directory, name)];
    });
    await dist.run('semodule', ['-n', '-p', directory, '-s', 'default', '-X', '200', ...files]);
    const [policy] = globSync('etc/selinux/default/policy/policy.*', { cwd: directory });
    return ask(join(directory, policy!));
  });
}

async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'confine-neverallow-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
