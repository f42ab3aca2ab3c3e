import { describe, expect, test } from 'vitest';
import nginx from '../../../profiles/nginx/confinement.ts';
import * as abilities from '../../../src/abilities/index.ts';
import { fedoraFacts } from '../../../src/cli/load-facts.ts';
import {
  type Confinement,
  call,
  confine,
  domainsOf,
  executeAnything,
  optional,
  ptrace,
} from '../../../src/description/index.ts';
import {
  artefacts,
  fedoraNameProblems,
  interfaceProblems,
  unwrittenCalls,
} from '../../../src/selinux/module/index.ts';
import { distribution, headerInterfaces, TARGETS } from '../../../src/targets/index.ts';
import { bothForms } from '../../support/both-forms.ts';

/** A description that uses every ability there is, each with all of its options. */
const every: Confinement = confine({
  name: 'every',
  title: 'a program that does everything',
  version: '1.0.0',
  released: '2026-11-28',
  program: {
    name: 'every',
    version: '1',
    homepage: 'https://example.org/',
    executables: ['/usr/local/bin/every'],
  },
  rollout: 'permissive',
  tunables: ['one', 'dns'].map((name) => ({ name, default: false, can: 'do more', why: 'Why.' })),
  may: [
    abilities.capturePackets({ chooseByRoute: true }),
    abilities.connectTo({
      services: [
        ...(['dns', 'http', 'http-proxy', 'ldap', 'mail', 'memcached'] as const),
        ...(['mysql', 'postgresql', 'redis', 'syslog'] as const),
      ],
      types: ['ntp_port_t'],
    }),
    abilities.keepCache({ directory: '/var/cache/every' }),
    abilities.keepState({ directory: '/var/lib/every', mapped: true }),
    abilities.listenOn({ protocol: 'tcp', own: [1883], types: ['http_port_t'], privileged: true }),
    abilities.logToSystem(),
    abilities.lookUpUsers(),
    abilities.observeProcesses(),
    abilities.readAllFiles(),
    abilities.readCertificates({ own: ['/etc/every/tls'] }),
    abilities.readConfiguration({ paths: ['/etc/every'], mapped: true }),
    abilities.readContent({ own: ['/srv/every'], published: true }),
    abilities.readGeoip(),
    abilities.readSettings({
      config: ['every'],
      data: ['every'],
      workingDirectory: { when: 'one', why: 'It may be anywhere.' },
    }),
    abilities.readSystemFiles(),
    abilities.readUserDocuments({ when: 'one', temporary: true }),
    abilities.refuseClipboard(),
    abilities.refuseContainerNames(),
    abilities.resolveNames({ direct: { when: 'dns' } }),
    abilities.rotateLogs(),
    abilities.runAsDaemon({
      notify: true,
      sockets: ['tcp_socket', 'unix_stream_socket'],
      capabilities: ['setgid', 'setuid'],
    }),
    abilities.runAsRoot({ when: 'one' }),
    abilities.runAsService({ when: 'one' }),
    abilities.runAsTimerJob({ cron: true }),
    abilities.runGeneratedCode(),
    abilities.runHelper({
      programs: ['/usr/lib/every/helper'],
      shell: true,
      domains: ['aid'],
    }),
    abilities.runSystemPrograms(),
    abilities.serveUnixSocket({
      directory: '/run/every/socket',
      clients: ['staff_t'],
      files: true,
    }),
    abilities.setClock({ hardware: true }),
    abilities.shareMemory({ systemV: true }),
    abilities.startFromShell({ users: ['unconfined', 'staff'] }),
    abilities.talkToUnixSocket({
      to: [{ domain: 'mysqld_t', sockets: ['mysqld_runtime_t', 'mysqld_var_run_t'] }],
    }),
    abilities.temporaryFiles({ mapped: true }),
    abilities.traceWithBpf({ kprobes: { when: 'one' }, oldKernels: { when: 'one' } }),
    abilities.useBus({
      own: true,
      calls: ['init_t', 'policykit_t', 'systemd_logind_t'],
      callers: ['unconfined_t'],
    }),
    abilities.useIoUring({ kernelThread: true }),
    abilities.useRuntimeDirectory({ directory: '/run/every' }),
    abilities.useSpool({ directory: '/var/spool/every' }),
    abilities.useTerminal(),
    abilities.writeLogs({ directory: '/var/log/every' }),
    abilities.writeOutput({
      directory: '/var/log/every-output',
      group: 'every',
      home: { when: 'one' },
      temporary: { when: 'one' },
    }),
  ],
  never: [],
  residuals: [],
  domains: [
    {
      name: 'aid',
      title: 'a helper in a domain of its own',
      executables: ['/usr/lib/every/aid'],
      may: [
        abilities.runHelper({ domains: ['last'] }),
        abilities.readSettings({
          config: ['every-aid'],
          data: ['every-aid'],
          workingDirectory: { when: 'one', why: 'It may be anywhere.' },
        }),
        abilities.shareFiles({ read: ['conf'], manage: ['state'] }),
      ],
      never: [executeAnything('w', { except: [{ domain: 'last' }] }), ptrace('w')],
    },
    {
      name: 'last',
      title: 'a tool that controls it',
      executables: ['/usr/bin/everyctl'],
      may: [
        abilities.startFromShell({ users: ['unconfined', 'staff'] }),
        abilities.runAsDaemon(),
        abilities.writeLogs({ directory: '/var/log/every-last' }),
        abilities.controlDaemon({ socket: 'socket', port: 'port', signals: true }),
      ],
      never: [],
    },
  ],
});

/** A new file in a home directory gets one type: this stands beside no writeOutput with `home`. */
const documents = confine({
  name: 'documents',
  title: 'a tool',
  version: '1.0.0',
  released: '2026-11-28',
  program: {
    name: 'documents',
    version: '1',
    homepage: 'https://example.org/',
    executables: ['/usr/local/bin/documents'],
  },
  rollout: 'permissive',
  tunables: [{ name: 'one', default: false, can: 'do more', why: 'Why.' }],
  may: [abilities.writeUserDocuments({ when: 'one', replace: true })],
  never: [],
  residuals: [],
});

/** What a description cannot have beside the others: it labels packets in another way. */
const datagrams: Confinement = confine({
  ...beside(every, 'other'),
  tunables: every.tunables.filter(({ name }) => name === 'one'),
  may: [
    abilities.sendDatagrams({ to: [123], from: [53], when: 'one' }),
    abilities.listenOn({ protocol: 'udp', own: [53], answers: false, privileged: true }),
    abilities.listenOn({ protocol: 'tcp', own: [53], privileged: true }),
  ],
});

/** Of a module beside the others: no two label one path. */
function beside({ program, tunables, title, version, released }: Confinement, name: string) {
  const rollout = 'permissive' as const;
  const own = { ...program, executables: [`/usr/local/bin/${name}`] };
  return {
    name,
    program: own,
    tunables,
    title,
    version,
    released,
    rollout,
    never: [],
    residuals: [],
  };
}

/** Calls that no table has written out: attributes that are joined, roles, conditions, file transitions, patterns, and interfaces that the releases give more and less. */
const anyInterface: Confinement = confine({
  ...beside(every, 'thing'),
  tunables: [],
  may: [
    {
      name: 'doThing',
      title: 'Do a thing',
      types: [{ name: 'data', nature: 'state', what: 'data' }],
      blocks: [
        {
          why: 'it must',
          selinux: [
            call('dbus_system_bus_client'),
            call('cron_system_entry', 'self', 'own:exec'),
            call('auth_use_nsswitch'),
            call('files_var_lib_filetrans', 'self', 'own:data', '{ dir file }'),
            call('files_var_lib_filetrans', 'self', 'own:data', 'sock_file', '"thing"'),
            call('manage_sock_files_pattern', 'self', 'own:data', 'own:data'),
            optional({ types: ['init_runtime_t'] }, [call('miscfiles_read_generic_tls_privkey')]),
          ],
        },
      ],
    },
  ],
});

const ALL: readonly Confinement[] = [every, documents, datagrams];

test('the descriptions use every ability', () => {
  const used = new Set(ALL.flatMap(domainsOf).flatMap(({ may }) => may.map(({ name }) => name)));
  expect([...used].sort()).toEqual(Object.keys(abilities).sort());
});

test('what each ability calls is written out, and exists in every target with its arguments', async () => {
  expect(ALL.flatMap(unwrittenCalls)).toEqual([]);
  const fedora = fedoraFacts();
  const headers = await Promise.all(
    TARGETS.map(async ({ id, title }) => ({
      target: title,
      interfaces: headerInterfaces(await distribution(id)),
    })),
  );
  const tables = [{ target: 'Fedora', interfaces: fedora.interfaces }, ...headers];
  for (const description of ALL) {
    expect(interfaceProblems(description, tables)).toEqual([]);
    expect(fedoraNameProblems(description, fedora)).toEqual([]);
  }
});

test('what the .te and .if say is plain ASCII without quotes that m4 would read', () => {
  for (const { name, text } of ALL.flatMap(artefacts)) {
    expect([...text.matchAll(/[^\x00-\x7f]/g)].map(String), name).toEqual([]);
    if (!/\.(te|if)$/.test(name)) continue;
    expect(text.split('\n').filter((line) => /^#.*[`']/.test(line))).toEqual([]);
  }
});

describe.each(TARGETS.map(({ id, title }) => [title, id] as const))('%s', (_, id) => {
  test('every ability, any interface and a label by a file’s name give the same in the .te and in the .cil', async () => {
    expect(unwrittenCalls(anyInterface).length).toBeGreaterThan(4);
    const all = [every, documents, anyInterface, nginx, datagrams];
    const atLeast = [300, 3, 100, 50, 50];
    // What labels packets says something of every domain: it is linked by itself, so that it stands in for nothing that another lacks.
    const both = [
      ...(await bothForms(id, [every, documents, anyInterface, nginx])),
      ...(await bothForms(id, [datagrams])),
    ];
    both.forEach(({ te, cil }, i) => {
      const { name } = all[i]!;
      expect(te.length, name).toBeGreaterThan(atLeast[i]!);
      expect(cil, name).toEqual(te);
    });
    expect(both.at(-2)!.te.filter((line) => line.startsWith('type_transition'))).toEqual(
      expect.arrayContaining(
        ['nginx_t', 'unconfined_t'].map(
          (maker) => `type_transition ${maker} var_run_t:file nginx_runtime_t nginx.pid;`,
        ),
      ),
    );
  }, 1_200_000);
});
