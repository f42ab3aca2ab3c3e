import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import mosquitto from '../../../profiles/mosquitto/confinement.ts';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import tcpdump from '../../../profiles/tcpdump/confinement.ts';
import { runAsService, startFromShell } from '../../../src/abilities/index.ts';
import { fedoraFacts } from '../../../src/cli/load-facts.ts';
import {
  allow,
  type Confinement,
  call,
  confine,
  type Description,
  either,
  ioctls,
  optional,
  type Statement,
} from '../../../src/description/index.ts';
import { profileFiles } from '../../../src/packaging/index.ts';
import { interfaceTable, parseInterfaceTable } from '../../../src/selinux/facts/index.ts';
import { fedoraNameProblems, interfaceProblems } from '../../../src/selinux/module/index.ts';
import { substituted } from '../../../src/selinux/module/source/substituted.ts';
import { distribution, headerInterfaces, TARGETS } from '../../../src/targets/index.ts';

const root = join(import.meta.dirname, '../../..');
const fedora = fedoraFacts();

test('the list of Debian’s interfaces is what the headers define', async () => {
  const releases = await Promise.all(
    TARGETS.map(async ({ id }) => headerInterfaces(await distribution(id))),
  );
  const list = readFileSync(join(root, 'data/debian/interfaces.tsv'), 'utf8');
  const columns = TARGETS.map(({ id }) => id);
  expect(list, 'make it anew: node scripts/debian-interfaces.ts').toBe(
    interfaceTable(columns, releases),
  );
  expect([...parseInterfaceTable(list).values()]).toEqual(releases);
});

function fileOf(confinement: Confinement, ending: string): string {
  return profileFiles(confinement).find(({ path }) => path.endsWith(ending))!.text;
}

describe.each([
  ['rustnet', rustnet],
  ['tcpdump', tcpdump],
  ['mosquitto', mosquitto],
] as const)('%s', (name, confinement) => {
  test('its committed files are what it becomes', () => {
    for (const file of profileFiles(confinement)) {
      expect(readFileSync(join(root, 'profiles', name, file.path), 'utf8'), file.path).toBe(
        file.text,
      );
    }
  });

  test('every name that it uses exists in Fedora', () => {
    expect(fedoraNameProblems(confinement, fedora)).toEqual([]);
  });

  test('every interface that it calls exists in every target, with that number of arguments', async () => {
    const headers = await Promise.all(
      TARGETS.map(async ({ id, title }) => ({
        target: title,
        interfaces: headerInterfaces(await distribution(id)),
      })),
    );
    expect(
      interfaceProblems(confinement, [
        { target: 'Fedora', interfaces: fedora.interfaces },
        ...headers,
      ]),
    ).toEqual([]);
  });

  test('the .cil can be loaded on Fedora: what it names outside optional blocks exists there', () => {
    const text = fileOf(confinement, '.cil');
    const own = new Set(
      [...text.matchAll(/\((?:type|typeattribute|roleattribute|boolean) (\w+)/g)].map(
        (match) => match[1]!,
      ),
    );
    const missing = outsideOptionals(text).flatMap((line) => {
      const names =
        /^\((?:allow|dontaudit|allowx|typetransition|typeattributeset) (\w+) \(?(\w+)/
          .exec(line)
          ?.slice(1) ?? [];
      return names.filter(
        (name) =>
          name !== 'self' &&
          name !== 'and' &&
          !own.has(name) &&
          !fedora.types.has(name) &&
          !fedora.attributes.has(name),
      );
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  test('the generated text is plain ASCII without quotes that m4 would read', () => {
    for (const { path, text } of profileFiles(confinement)) {
      expect([...text.matchAll(/[^\x00-\x7f]/g)].map(String), path).toEqual([]);
      if (!/\.(te|if)$/.test(path)) continue;
      const quotes = text.split('\n').filter((line) => line.startsWith('#') && /[`']/.test(line));
      expect(quotes, path).toEqual([]);
    }
  });
});

test('the same bytes on two days, in two locales and two time zones', async () => {
  const script = `
    import { profileFiles } from '${root}/src/packaging/index.ts';
    import rustnet from '${root}/profiles/rustnet/confinement.ts';
    process.stdout.write(JSON.stringify(profileFiles(rustnet)));
  `;
  const bytes = async (env: Record<string, string>, day: string): Promise<string> => {
    const clock = `Date = class extends Date { constructor(...a) { super(...(a.length ? a : ['${day}'])); } static now() { return +new Date('${day}'); } };`;
    const { stdout } = await execa(
      process.execPath,
      ['--input-type=module', '-e', clock.concat(script.replace(/^/, ''))].flat(),
      { env },
    );
    return stdout;
  };
  const one = await bytes({ LC_ALL: 'C', TZ: 'UTC' }, '2026-01-01T00:00:00Z');
  const other = await bytes(
    { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' },
    '2031-07-15T12:34:56Z',
  );
  expect(one.length).toBeGreaterThan(10_000);
  expect(other).toBe(one);
});

test('an unknown interface is named with its place in the description, for the targets that lack it', () => {
  const wrong = withStatements([call('files_read_everything')]);
  expect(interfaceProblems(wrong, tables())).toEqual([
    {
      path: 'may[1] doThing, blocks[0].statements[0]',
      message: 'the interface `files_read_everything` does not exist in Fedora, Debian 12',
      hint: 'correct its name',
    },
  ]);
});

test('an interface of one target alone must be guarded', () => {
  expect(interfaceProblems(withStatements([call('dev_map_sysfs')]), tables())[0]!.message).toBe(
    'the interface `dev_map_sysfs` does not exist in Debian 12',
  );
  expect(
    interfaceProblems(withStatements([either([call('dev_map_sysfs')])]), tables())[0]!.message,
  ).toBe('Debian 12 has none of `dev_map_sysfs`');
  expect(
    interfaceProblems(withStatements([either([call('dev_map_sysfs')], [])]), tables()),
  ).toEqual([]);
  expect(
    interfaceProblems(withStatements([either([call('dev_map_sysfz')], [])]), tables())[0]!.message,
  ).toBe('no target has the interface `dev_map_sysfz`');
});

test('a wrong number of arguments is named', () => {
  expect(
    interfaceProblems(withStatements([call('dev_read_sysfs', 'self', 'self')]), tables())[0]!
      .message,
  ).toBe('`dev_read_sysfs` takes 1 arguments in Fedora, not 2');
});

test('a type, class or permission that Fedora lacks is named', () => {
  const found = fedoraNameProblems(
    withStatements([
      allow('nosuch_t', 'file', 'read'),
      allow('self', 'nosuch_socket', 'create'),
      allow('self', 'udp_socket', 'teleport'),
    ]),
    fedora,
  );
  expect(found.map(({ message }) => message)).toEqual([
    'Fedora has no type or attribute `nosuch_t`',
    'Fedora has no class `nosuch_socket`',
    'the class `udp_socket` has no permission `teleport`',
  ]);
});

test('so are those of ioctls, transitions and macros of permissions', () => {
  const found = fedoraNameProblems(
    withStatements([
      ioctls(['nosuch_t', 'self'], ['nosuch_socket', 'process'], { SIOCGIFINDEX: 0x8933 }),
      {
        kind: 'type-transition',
        source: 'nobody_t',
        parent: 'nowhere_t',
        result: 'nothing_t',
        classes: ['nokind'],
      },
      call('read_files_pattern', 'self', 'nodir_t', 'own:domain'),
      call('filetrans_pattern', 'self', 'var_t', 'var_log_t', '{ dir nofile }', '"log"'),
      call('mmap_manage_files_pattern', 'self', 'var_t', 'var_t'),
      call('admin_pattern', 'self', 'var_t', 'var_t'),
      either([[call('dev_read_sysfs'), call('list_dirs_pattern', 'self', 'nochoice_t', 'var_t')]]),
      either(
        [[call('dev_of_debian'), call('list_dirs_pattern', 'self', 'unchosen_t', 'var_t')]],
        [],
      ),
      optional({ types: ['debian_t'] }, [
        ioctls('debian_t', 'file', { SIOCGIFINDEX: 0x8933 }),
        call('read_files_pattern', 'self', 'debian_t', 'debian_t'),
      ]),
    ]),
    fedora,
  );
  expect(found.map(({ message }) => message)).toEqual([
    'Fedora has no type or attribute `nosuch_t`',
    'Fedora has no class `nosuch_socket`',
    'the class `process` has no permission `ioctl`',
    'Fedora has no type or attribute `nowhere_t`',
    'Fedora has no type or attribute `nothing_t`',
    'Fedora has no type or attribute `nobody_t`',
    'Fedora has no class `nokind`',
    'Fedora has no type or attribute `nodir_t`',
    'Fedora has no class `nofile`',
    'Fedora has no macro `mmap_manage_files_pattern`',
    '`admin_pattern` takes 2 arguments in Fedora, not 3',
    'Fedora has no type or attribute `nochoice_t`',
  ]);
});

test('both forms honour who creates what a transition labels', () => {
  const confinement = withStatements([
    {
      kind: 'type-transition',
      source: 'init_t',
      parent: 'var_t',
      result: 'etc_t',
      classes: ['file'],
      name: 'x',
    },
    {
      kind: 'type-transition',
      source: 'own:domain',
      parent: 'var_t',
      result: 'etc_t',
      classes: ['dir'],
    },
    { kind: 'type-transition', parent: 'var_t', result: 'etc_t', classes: ['fifo_file'] },
  ]);
  const te = fileOf(confinement, '.te');
  const cil = fileOf(confinement, '.cil');
  expect(te).toContain('type_transition init_t var_t:file etc_t "x";');
  expect(te).toContain('type etc_t, init_t, var_t;');
  expect(cil).toContain('(typetransition init_t var_t file "x" etc_t)');
  expect(te).toContain('type_transition thing_t var_t:dir etc_t;');
  expect(cil).toContain('(typetransition thing_t var_t dir etc_t)');
  expect(te).toContain('type_transition thing_t var_t:fifo_file etc_t;');
  expect(cil).toContain('(typetransition thing_t var_t fifo_file etc_t)');
});

test('what an interface of the module grants its caller is filled in wherever it stands', () => {
  const filled = (ref: string): string => ({ $1: 'caller_t', $2: 'caller_r' })[ref] ?? ref;
  const inner: Statement[] = [
    { ...allow('$1', 'file', 'read'), sources: ['domain', '-$1'] },
    ioctls('$1', 'file', { SIOCGIFINDEX: 0x8933 }),
    { kind: 'type-transition', source: '$1', parent: 'var_t', result: '$1', classes: ['dir'] },
    either([call('one', '$1')], [call('other', '$1', '$2')]),
  ];
  for (const statement of [...inner, optional({ types: ['$1', 'x_t'] }, inner)]) {
    const text = JSON.stringify(substituted(statement, filled));
    expect(text).not.toMatch(/\$\d/);
    expect(text).toContain('caller_t');
  }
});

test('an enforcing rollout has no permissive module; a permissive one has it in the form that semanage ends', () => {
  const paths = (confinement: Confinement): string[] =>
    profileFiles(confinement).map(({ path }) => path);
  expect(paths(rustnet)).toContain('selinux/permissive_rustnet_t.cil');
  expect(paths(withStatements([call('dev_read_sysfs')]))).not.toContain(
    'selinux/permissive_thing_t.cil',
  );
  expect(fileOf(rustnet, 'permissive_rustnet_t.cil')).toBe(
    '(optional permissive_rustnet_t_optional\n  (typepermissive rustnet_t)\n)\n',
  );
  expect(fileOf(rustnet, '.te')).not.toMatch(/^\s*permissive /m);
});

test('what two abilities ask for is granted once', () => {
  const te = fileOf(rustnet, '.te');
  for (const line of [
    'dev_read_sysfs(rustnet_t)',
    'files_read_etc_files(rustnet_t)',
    'kernel_read_network_state(rustnet_t)',
  ]) {
    expect(te.split(line).length - 1, line).toBe(1);
  }
});

test('a service enters the domain whatever the tunable says: refused, it would run as init_t', () => {
  expect(fileOf(rustnet, '.te')).toMatch(
    /\trole system_r types rustnet_t;\n\n\trustnet_domtrans\(init_t\)\n/,
  );
});

/** Statements of a CIL file that hold wherever it is loaded, those in conditionals too. */
function outsideOptionals(text: string): string[] {
  let inside = false;
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('(optional ')) inside = true;
    const kept = inside ? [] : [line.trim()];
    if (line === ')') inside = false;
    return kept;
  });
}

function withStatements(
  statements: Description['may'][number]['blocks'][number]['statements'],
): Confinement {
  return confine({
    name: 'thing',
    title: 'a program for tests',
    version: '1.0.0',
    released: '2026-11-24',
    program: {
      name: 'thing',
      version: '1',
      homepage: 'https://example.org/',
      executables: ['/usr/bin/thing'],
    },
    rollout: 'enforcing',
    tunables: [{ name: 'service', default: false, can: 'be a service', why: 'rarely' }],
    may: [
      startFromShell({ users: ['unconfined'] }),
      { name: 'doThing', title: 'Do a thing', blocks: [{ why: 'a test', statements }] },
      runAsService({ when: 'service' }),
    ],
    never: [],
    residuals: [],
  });
}

/** Fedora, and a Debian 12 that lacks what Fedora alone has. */
function tables(): Parameters<typeof interfaceProblems>[1] {
  const debian = new Map(fedora.interfaces);
  debian.delete('dev_map_sysfs');
  return [
    { target: 'Fedora', interfaces: fedora.interfaces },
    { target: 'Debian 12', interfaces: debian },
  ];
}
