import { expect, test } from 'vitest';
import {
  capturePackets,
  runHelper,
  shareFiles,
  startFromShell,
  writeOutput,
} from '../../src/abilities/index.ts';
import {
  type Ability,
  allow,
  type Confinement,
  ConfinementProblems,
  call,
  confine,
  type Description,
  egressBy,
  executeAnything,
  ioctls,
  leaveTheDomain,
  leavingOut,
  readBelow,
  rolloutEvidence,
  sendUdp,
  shipsPermissive,
  treeAt,
  typeName,
} from '../../src/description/index.ts';

const sound: Description = {
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
  tunables: [],
  may: [
    startFromShell({ users: ['unconfined'] }),
    writeOutput({ directory: '/var/log/thing', group: 'thing' }),
  ],
  never: [executeAnything('it starts nothing')],
  residuals: [],
};

/** The problems of the sound description with these changes, as `path: message | hint` lines. */
function problems(changes: Record<string, unknown>): string[] {
  try {
    confine({ ...sound, ...changes } as Description);
    return [];
  } catch (error) {
    if (!(error instanceof ConfinementProblems)) throw error;
    return error.problems.map(({ path, message, hint }) => `${path}: ${message} | ${hint}`);
  }
}

test('a sensitive access is accepted once, with its reason', () => {
  const accept = { id: 'read-shadow', why: 'it checks passwords' };
  expect(problems({ accepts: [accept] })).toEqual([]);
  expect(problems({ accepts: [accept, accept] })).toEqual([
    'accepts[1].id: `read-shadow` is accepted twice | accepts[0] has the same id: say all its reasons there',
  ]);
  expect(problems({ accepts: [{ id: 'read-shadow', why: ' ' }] })).toEqual([
    expect.stringMatching(/^accepts\[0\]\.why: /),
  ]);
});

function ability(parts: Partial<Ability>): Ability {
  return { name: 'doThing', title: 'Do a thing', blocks: [], ...parts };
}

test('a sound description becomes a frozen value with its names', () => {
  const confinement: Confinement = confine(sound);
  expect(confinement.domain).toBe('thing_t');
  expect(confinement.fileContexts).toEqual([
    { pattern: '/usr/bin/thing', kind: 'file', type: 'own:exec' },
    { pattern: '/var/log/thing(/.*)?', kind: 'any', type: 'own:log' },
  ]);
  expect(Object.isFrozen(confinement.may[0]!.blocks)).toBe(true);
});

test('twelve different mistakes give twelve messages at once, each with its path and a hint', () => {
  const found = problems({
    name: '9lives',
    titel: 'misspelt',
    version: 'one',
    program: {
      name: 'thing',
      version: '1',
      homepage: 'https://example.org/',
      executables: ['bin/thing'],
    },
    rollout: 'someday',
    tunables: [
      { name: 'more', default: false, can: 'do more', why: 'rarely needed' },
      { name: 'more', default: true, can: 'do more', why: 'rarely needed' },
      { name: 'idle', default: false, can: 'do nothing', why: 'nothing uses it' },
    ],
    may: [
      ability({
        fileContexts: [{ pattern: '/var/lib/(thing', kind: 'any', type: 'own:log' }],
        blocks: [
          { why: 'more', when: 'mroe', selinux: [allow('self', 'process', 'setcap')] },
          {
            why: 'more',
            when: 'more',
            selinux: [ioctls('self', 'udp_socket', { BIG: 0x12345 })],
          },
          { why: 'logs', selinux: [allow('own:lgo', 'file', 'read')] },
        ],
      }),
    ],
    never: [
      sendUdp('it is silent', {
        except: { to: 'configured-resolver', when: 'more', packets: 'dns_packet' },
      }),
    ],
  });
  expect(found).toEqual([
    'name: `9lives` is not a module name | a module name is a letter, then letters, digits and underscores, at most 63 characters',
    'version: a version is two or three numbers with dots, as `1.2.0` | correct it',
    'program.executables[0]: `bin/thing` is not an absolute path | name the installed file, as `/usr/bin/program`',
    'rollout: not one of the possible values | write one of `permissive`, `enforcing`',
    'tunables[1].name: the tunable `more` is declared twice | tunables[0] has the same name: remove one of them',
    'tunables[2]: nothing stands under the tunable `idle` | give an ability `when: …` with this name, or remove the tunable',
    'may[0].blocks[0].when: there is no tunable `mroe` | did you mean `more`?',
    'may[0].blocks[1].selinux[0]: the ioctl BIG is `74565` | the policy sees its 16 low bits, 0x0000 to 0xffff',
    'may[0].blocks[2].selinux[0]: the module declares no type `lgo` | declare it under `types` of an ability',
    'may[0].fileContexts[0]: `/var/lib/(thing` is not a regular expression: Unterminated group | balance its parentheses and brackets, or use treeAt(path) or fileAt(path), which escape for you',
    'never[0].except.packets: the module declares no packet type `dns_packet` | without SECMARK the kernel checks no port on UDP: give the ability that labels packets, or no exception',
    'titel: a description has no such field | did you mean `title`?',
  ]);
});

test('one mistake does not hide another in the same part', () => {
  expect(problems({ never: [{ kind: 'fly', why: 'no wings' }, { kind: 'ptrace' }] })).toEqual([
    'never[0].kind: there is no never of kind `fly` | use the functions that make them',
    'never[1].why: missing | give it: a string',
  ]);
});

test.each([
  [
    'the same pattern for two types',
    [treeAt('/var/log/thing', 'usr_t')],
    [
      'fileContexts[0]: `/var/log/thing(/.*)?` is labelled twice, `own:log` and `usr_t` | may[1].fileContexts[0] labels it too: remove one of them',
    ],
  ],
  [
    'a file below a tree with a longer fixed start',
    [{ pattern: '/var/l[o]g/thing/x', kind: 'any', type: 'usr_t' }],
    [
      'fileContexts[0]: `/var/l[o]g/thing/x` labels nothing: `/var/log/thing(/.*)?` shadows it | may[1].fileContexts[0] wins for every path of it: remove one, or make this one more specific',
    ],
  ],
  ['a tree inside another', [treeAt('/var/log/thing/special', 'usr_t')], []],
] as const)('file contexts: %s', (_, fileContexts, expected) => {
  expect(problems({ fileContexts })).toEqual(expected);
});

test.each([
  ['var/log', '`var/log` is not an absolute path'],
  ['/var/log/a b', '`/var/log/a b` holds a blank'],
  ['/var//log', '`/var//log` never matches a real path'],
  ['/etc/thing.conf', '`/etc/thing.conf` has a dot that stands for any character'],
  ['/etc/thing[', '`/etc/thing[` is not a regular expression: Unterminated character class'],
])('the pattern %s is refused', (pattern, message) => {
  const [found] = problems({ fileContexts: [{ pattern, kind: 'any', type: 'usr_t' }] });
  expect(found).toContain(`fileContexts[0]: ${message} |`);
});

test.each([
  [
    'a named transition',
    {
      kind: 'type-transition',
      parent: 'home_root_t',
      result: 'own:log',
      classes: ['dir'],
      name: 'logs',
    },
    'a transition by file name cannot stand under the tunable `more`',
  ],
  [
    'ioctl commands',
    ioctls('self', 'udp_socket', { SIOCGIFINDEX: 0x8933 }),
    'ioctl commands cannot stand under the tunable `more`',
  ],
  [
    'an optional',
    { kind: 'optional', requires: { types: ['x_t'] }, statements: [allow('x_t', 'file', 'read')] },
    'an `optional` cannot stand under the tunable `more`',
  ],
] as const)(
  '%s under a tunable is refused, as the policy language refuses it',
  (_, statement, message) => {
    const [found] = problems({
      tunables: [{ name: 'more', default: false, can: 'do more', why: 'rarely' }],
      may: [
        ...sound.may,
        ability({ blocks: [{ why: 'more', when: 'more', selinux: [statement] }] }),
      ],
    });
    expect(found).toContain(`may[2].blocks[0].selinux[0]: ${message} |`);
  },
);

test('a hostile value where a list should be is a message, not a crash', () => {
  expect(problems({ may: 'everything', tunables: null, never: 7, program: undefined })).toEqual([
    'program: missing | give it: an object',
    'tunables: not a list | write a list',
    'may: not a list | write a list',
    'never: not a list | write a list',
  ]);
});

test('an ability twice is one too many', () => {
  expect(problems({ may: [...sound.may, capturePackets(), capturePackets()] })).toEqual([
    'may[3]: the ability `capturePackets` is given twice | may[2] has it already: join their options',
  ]);
});

test.each([
  'permissive',
  'enforcing',
  { enforcing: 'without evidence' },
  { enforcing: { evidence: 'evidence/enforcing.json', sha256: 'ab'.repeat(32) } },
])('the rollout %j is sound', (rollout) => {
  expect(problems({ rollout })).toEqual([]);
});

test.each([
  [
    { enforcing: 'yes' },
    'rollout.enforcing: not one of the possible values | write one of `without evidence`',
  ],
  [{ enforced: 'without evidence' }, 'rollout.enforced: a description has no such field | '],
  [
    { enforcing: { evidence: '/etc/report', sha256: 'ab'.repeat(32) } },
    'rollout.enforcing.evidence: evidence is a file below the profile’s directory, as `evidence/enforcing.json` | correct it',
  ],
  [
    { enforcing: { evidence: 'evidence/../../report', sha256: 'ab'.repeat(32) } },
    'rollout.enforcing.evidence: evidence is a file below the profile’s directory, as `evidence/enforcing.json` | correct it',
  ],
  [
    { enforcing: { evidence: 'evidence/enforcing.json', sha256: 'AB' } },
    'rollout.enforcing.sha256: a SHA-256 is 64 hexadecimal digits, as sha256sum prints it | correct it',
  ],
  [
    { enforcing: { evidence: 'evidence/enforcing.json' } },
    'rollout.enforcing.sha256: missing | give it: a string',
  ],
])('the rollout %j is told what is wrong', (rollout, problem) => {
  expect(problems({ rollout }).some((line) => line.startsWith(problem))).toBe(true);
});

test('what an enforcing rollout rests on', () => {
  const evidence = { evidence: 'evidence/enforcing.json', sha256: 'ab'.repeat(32) };
  expect(rolloutEvidence({ rollout: { enforcing: evidence } })).toEqual(evidence);
  expect(rolloutEvidence({ rollout: { enforcing: 'without evidence' } })).toBeUndefined();
  expect(rolloutEvidence({ rollout: 'enforcing' })).toBeUndefined();
  expect(shipsPermissive({ rollout: 'permissive' })).toBe(true);
  expect(shipsPermissive({ rollout: { enforcing: evidence } })).toBe(false);
});

test.each([
  ['etc/shadow', 'is not an absolute path', 'start it with `/`'],
  ['/etc/../etc/shadow', 'is not the name of a place', 'write `/etc/shadow`'],
  ['/etc/./shadow', 'is not the name of a place', 'write `/etc/shadow`'],
  ['/etc//shadow/', 'is not the name of a place', 'write `/etc/shadow`'],
  ['HOME/../root', 'is not the name of a place', 'write `HOME/root`'],
  ['$HOME/.ssh', 'does not begin with a directory', 'write `HOME/.ssh`'],
  ['~/.ssh', 'does not begin with a directory', 'write `HOME/.ssh`'],
  ['%h/.ssh', 'does not begin with a directory', 'write `HOME/.ssh`'],
])('nothing can be below %s, so a never about it would prove nothing', (path, message, hint) => {
  const [found] = problems({ never: [readBelow([path], 'a test')] });
  expect(found).toContain(`never[0].below[0]: \`${path}\` ${message}`);
  expect(found).toContain(hint);
  const [excepted] = problems({
    never: [readBelow(['/etc'], 'a test', { except: [{ path, why: 'a test' }] })],
  });
  expect(excepted).toContain(`never[0].except[0].path: \`${path}\` ${message}`);
});

test('paths that are places, and the root', () => {
  for (const path of ['/', '/etc/shadow', 'HOME', 'HOME/.ssh', '/srv/a..b']) {
    expect(problems({ never: [readBelow([path], 'a test')] }), path).toEqual([]);
  }
});

test.each([
  ['below', readBelow([], 'a test')],
  ['channels', egressBy([], 'a test')],
])('a never about nothing is none: %s', (list, never) => {
  expect(problems({ never: [never] })).toEqual([
    `never[0].${list}: the list is empty, so nothing is forbidden | give at least one`,
  ]);
});

test.each([
  ['bad name;', 'is not a type or attribute name'],
  ['own:nope', 'the module declares no type `nope`'],
  ['a.b', 'is not a type or attribute name'],
])('the sources of a rule are names too: %s', (source, message) => {
  const rule = { ...allow('etc_t', 'file', 'read'), sources: [source] };
  const more = ability({ blocks: [{ why: 'a test', selinux: [rule] }] });
  expect(problems({ may: [...sound.may, more] })[0]).toContain(message);
});

test('an interface takes several classes as the policy writes them, and nothing else in braces', () => {
  const calling = (classes: string): string[] => {
    const statements = [call('files_tmp_filetrans', 'self', 'etc_t', classes)];
    return problems({
      may: [...sound.may, ability({ blocks: [{ why: 'a test', selinux: statements }] })],
    });
  };
  expect(calling('{ dir file }')).toEqual([]);
  expect(calling('{ dir; file }')[0]).toContain('is not a type or attribute name');
});

test('a note has a heading and a text', () => {
  expect(problems({ notes: [{ about: 'names', text: 'They come late.' }] })).toEqual([]);
  expect(problems({ notes: [{ about: 'names', text: '' }] })[0]).toContain('notes[0].text');
});

test.each([
  [{ source: 'bad name;' }, 'is not a type or attribute name'],
  [{ source: 'own:nope' }, 'the module declares no type `nope`'],
  [{ name: 'x"; allow init_t' }, 'is no name that a transition can be about'],
  [{ name: "it's" }, 'is no name that a transition can be about'],
  [{ name: 'a/b' }, 'is no name that a transition can be about'],
  [{ name: '' }, 'is no name that a transition can be about'],
])('so are those of a transition: %o', (part, message) => {
  const transition = {
    kind: 'type-transition' as const,
    parent: 'var_t',
    result: 'etc_t',
    classes: ['file'],
    ...part,
  };
  const more = ability({ blocks: [{ why: 'a test', selinux: [transition] }] });
  expect(problems({ may: [...sound.may, more] })[0]).toContain(message);
});

test.each([
  ['"logs"', []],
  ['"a b.log"', []],
  ['"x"); allow init_t self:process *; #', ['is not a type or attribute name']],
  ['"x" "y"', ['is not a type or attribute name']],
  ['"', ['is not a type or attribute name']],
])('an argument in quotes is one file name: %s', (argument, messages) => {
  const statement = call('logging_log_filetrans', 'self', 'own:domain', 'file', argument);
  const more = ability({ blocks: [{ why: 'a test', selinux: [statement] }] });
  const found = problems({ may: [...sound.may, more] });
  expect(found).toHaveLength(messages.length);
  for (const [i, message] of messages.entries()) expect(found[i]).toContain(message);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a rule without fields', { kind: 'allow' }, 'selinux[0].targets: missing'],
  ['a call without a name', { kind: 'interface' }, 'selinux[0].name: missing'],
  ['a choice of nothing', { kind: 'either' }, 'selinux[0].choices: missing'],
  ['an optional of nothing', { kind: 'optional' }, 'selinux[0].requires: missing'],
  ['commands of nothing', { kind: 'ioctls' }, 'selinux[0].targets: missing'],
  [
    'a kind that is none',
    { kind: 'alow' },
    'selinux[0].kind: there is no kind `alow` | did you mean `allow`?',
  ],
  [
    'a rule in an optional block',
    { kind: 'optional', requires: {}, statements: [{ kind: 'dontaudit', targets: ['a_t'] }] },
    'selinux[0].statements[0].classes: missing',
  ],
  [
    'a word where a list belongs',
    { kind: 'allow', targets: ['a_t'], classes: ['file'], permissions: 'read' },
    'selinux[0].permissions: not a list',
  ],
])('what is no statement is said with its place: %s', (_, statement, message) => {
  const may = [
    ...sound.may,
    { name: 'own', title: 'Own', blocks: [{ why: 'w', selinux: [statement] }] },
  ];
  expect(problems({ may: may as never }).join('\n')).toContain(message);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'an unknown nature',
    { types: [{ name: 'x', nature: 'logg', what: 'w' }] },
    'types[0].nature: not one of',
  ],
  [
    'an entry from nowhere',
    { entries: [{ from: 'usr' }] },
    'entries[0].from: there is no from `usr` | did you mean `user`?',
  ],
  ['a directory without a mode', { directories: [{ path: '/a' }] }, 'directories[0].mode: missing'],
  ['labels for packets without names', { secmark: {} }, 'secmark.resolver: missing'],
  ['a field that is none', { blocs: [] }, 'blocs: a description has no such field'],
])('what is no ability is said with its place: %s', (_, fields, message) => {
  const may = [...sound.may, { name: 'own', title: 'Own', blocks: [], ...fields }];
  expect(problems({ may: may as never }).join('\n')).toContain(message);
});

test.each<[Record<string, unknown>, string]>([
  [{ kind: 'flow-from', why: 'w' }, 'never[0].sources: missing'],
  [{ kind: 'flow-from', why: 'w', sources: ['a_t'], minWeight: 11 }, 'never[0].minWeight'],
  [{ kind: 'read', why: 'w', below: 'HOME', except: [] }, 'never[0].below: not a list'],
  [{ kind: 'capabilities', why: 'w' }, 'never[0].except: missing'],
  [
    { kind: 'read', why: 'w', below: ['HOME'], exept: [] },
    'never[0].exept: a description has no such field',
  ],
  [{ why: 'w' }, 'never[0].kind: missing'],
])('what is no never is said with its place: %o', (never, message) => {
  expect(problems({ never: [never] as never }).join('\n')).toContain(message);
});

const aid = {
  name: 'aid',
  title: 'a helper',
  executables: ['/usr/bin/aid'],
  may: [startFromShell({ users: ['unconfined'] })],
  never: [],
};

function problemsWith(parts: Partial<Description>): string[] {
  try {
    confine({ ...sound, ...parts });
    return [];
  } catch (error) {
    if (!(error instanceof ConfinementProblems)) throw error;
    return error.problems.map(({ path, message, hint }) => `${path}: ${message} (${hint})`);
  }
}

test('a further domain is a confinement of its own in the same module', () => {
  const thing = confine({ ...sound, domains: [aid] });
  const [further] = thing.further!;
  expect(further).toMatchObject({ name: 'thing_aid', domain: 'thing_aid_t' });
  expect(further!.module).toEqual(thing.module);
  expect(typeName(further!, 'own:log')).toBe('thing_aid_log_t');
  expect(typeName(further!, 'module:log')).toBe('thing_log_t');
  expect(typeName(thing, 'module:aid_exec')).toBe('thing_aid_exec_t');
  expect('module' in confine(sound) || 'further' in confine(sound)).toBe(false);
});

test.each<[string, Partial<Description>, string]>([
  [
    'two domains with one name',
    { domains: [aid, { ...aid, executables: ['/usr/bin/other'] }] },
    'domains[1].name: the domain `aid` is described twice (domains[0] has the same name: join them, or give one another name)',
  ],
  [
    'a domain that the description has not',
    { may: [...sound.may, runHelper({ domains: ['aide'] })], domains: [aid] },
    'may[2].starts: the description has no other domain `aide` (did you mean `aid`?)',
  ],
  [
    'one that is named where there are none',
    { may: [...sound.may, runHelper({ domains: ['aid'] })] },
    'may[2].starts: the description has no other domain `aid` (describe it under `domains`)',
  ],
  [
    'a domain that nothing enters',
    { domains: [{ ...aid, may: [shareFiles({ read: ['log'] })] }] },
    'domains[0].may: nothing enters the domain `aid` (start it with `runHelper({ domains: […] })` of another domain, or say who does: startFromShell, runAsDaemon)',
  ],
  [
    'a file of a type that no domain has',
    { domains: [{ ...aid, may: [...aid.may, shareFiles({ read: ['lag'] })] }] },
    'domains[0].may[1].blocks[1].selinux[0]: no domain of the module declares a type `lag` (did you mean `log`?)',
  ],
  [
    'an exception for a domain that is none',
    { never: [leaveTheDomain('w', { except: [{ domain: 'ait' }] })], domains: [aid] },
    'never[0].except[0].domain: the description has no other domain `ait` (did you mean `aid`?)',
  ],
  [
    'one that is left out and is none',
    { never: [leavingOut('ait', executeAnything('w'))], domains: [aid] },
    'never[0].leavesOut[0]: the description has no other domain `ait` (did you mean `aid`?)',
  ],
  [
    'two things of one type',
    { domains: [{ ...aid, name: 'log' }] },
    'domains[0].name: the type `thing_log_t` is declared for two things (name declares it too: give one of them another name)',
  ],
  [
    'one program in two domains',
    { domains: [{ ...aid, executables: ['/usr/bin/thing'] }] },
    'domains[0].executables[0]: `/usr/bin/thing` is labelled twice, `own:exec` and `module:aid_exec` (program.executables[0] labels it too: remove one of them)',
  ],
  [
    'AppArmor',
    { mechanisms: ['selinux', 'apparmor'], domains: [aid] },
    'domains: AppArmor profiles are written for one program, and the description has several domains (leave `apparmor` out of `mechanisms`, or describe each program by itself)',
  ],
  [
    'a mistake within',
    { domains: [{ ...aid, executables: ['bin/aid'] }] },
    'domains[0].executables[0]: `bin/aid` is not an absolute path (name the installed file, as `/usr/bin/program`)',
  ],
  [
    'a field that is none',
    { domains: [{ ...aid, nevers: [] } as never] },
    'domains[0].nevers: a description has no such field (did you mean `never`?)',
  ],
])('of several domains: %s', (_, parts, problem) => {
  expect(problemsWith(parts)).toContain(problem);
});
