import { expect, describe as group, test } from 'vitest';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import tcpdump from '../../../profiles/tcpdump/confinement.ts';
import { fedoraFacts } from '../../../src/cli/load-facts.ts';
import {
  type Confinement,
  call,
  confine,
  type Description,
  readBelow,
} from '../../../src/description/index.ts';
import { labelOf } from '../../../src/selinux/file-contexts/index.ts';
import { artefacts } from '../../../src/selinux/module/index.ts';
import type { Proved, Verdict } from '../../../src/selinux/prove/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { accessesOf } from '../../support/accesses.ts';
import { onFedoraFacts, withFedoraBase } from '../../support/facts-policy.ts';

function line({ id, verdict }: Proved): string {
  const base = [...new Set(verdict.base.map(({ rule }) => rule.target))].sort();
  return `${id}: ${verdict.outcome}${base.length > 0 ? ` beyond ${base.join(' ')}` : ''}`;
}

test("rustnet's nevers on Fedora's facts: 17 hold, some beyond the base, three as set", async () => {
  const { proved } = await onFedoraFacts(rustnet);
  expect(proved.map(line)).toEqual([
    'send-udp: holds-as-set beyond afs_t',
    'connect-tcp: holds-as-set',
    'listen: holds',
    'egress: holds',
    'unix-sockets: holds beyond setrans_t sshd_t systemd_nsresourced_t',
    'execute: holds beyond abrt_helper_t prelink_exec_t',
    'transition: holds beyond abrt_helper_t',
    'load-kernel-module: holds beyond kernel_t',
    'change-policy: holds',
    'ptrace: holds',
    'executable-memory: holds beyond textrel_shlib_t',
    'mount: holds',
    'capabilities: holds',
    'read: holds beyond admin_home_t base_ro_file_type',
    'read-2: holds',
    'write: holds-as-set beyond crypt_device_t ica_tmpfs_t kmsg_device_t rkhunter_var_lib_t tmpfile',
    'inject-keystrokes: holds',
  ]);
  const write = verdictOf(proved, 'write');
  expect(write.outcome === 'holds-as-set' && write.breaks.map(({ settings }) => settings)).toEqual([
    [{ boolean: 'rustnet_can_read_user_home', value: true }],
  ]);
});

test('what optional blocks require is there: names of Fedora alone are granted, and no other’s', async () => {
  const { db } = await onFedoraFacts(rustnet);
  const accesses = accessesOf(db, 'rustnet_t');
  expect(accesses).toContain('config_home_t dir search');
  expect(accesses).toContain('systemd_resolved_t unix_stream_socket connectto');
  expect([...accesses].filter((access) => access.startsWith('xdg_'))).toEqual([]);
});

test.each([
  ['rustnet', rustnet],
  ['tcpdump', tcpdump],
] as const)('both forms of %s grant the same there', async (_, confinement) => {
  const { db: fromTe, base } = await onFedoraFacts(confinement);
  const cil = artefacts(confinement).find(({ role }) => role === 'cil')!.text;
  const fromCil = await withFedoraBase(base, cil);
  const own = fromTe.types.names.filter((name) => name.startsWith(`${confinement.name}_`));
  for (const type of own.filter(
    (name) => !fromTe.types.attributes.has(fromTe.types.ids.get(name)!),
  )) {
    for (const kind of ['allow', 'dontaudit'] as const) {
      const [te, form] = [accessesOf(fromTe, type, kind), accessesOf(fromCil, type, kind)];
      expect(
        [...te].filter((access) => !form.has(access)),
        `${type} ${kind}: .te alone`,
      ).toEqual([]);
      expect(
        [...form].filter((access) => !te.has(access)),
        `${type} ${kind}: .cil alone`,
      ).toEqual([]);
    }
  }
  expect(accessesOf(fromTe, confinement.domain).size).toBeGreaterThan(10_000);
});

group('what must be noticed there', () => {
  test('an interface that is called for its dontaudit and opens the X server', async () => {
    const { proved } = await onFedoraFacts(calling('xserver_dontaudit_stream_connect'));
    const found = verdictOf(proved, 'unix-sockets');
    expect(found.outcome).toBe('violated');
    expect(found.outcome === 'violated' && found.witnesses[0]!.rules.map(formatRule)).toEqual([
      'allow rustnet_t xserver_t:unix_stream_socket connectto;',
    ]);
  });

  test('an interface of which nothing is known makes every never undecided, by its name', async () => {
    const facts = fedoraFacts();
    const without = { ...facts, given: new Map(facts.given) };
    without.given.delete('dev_read_sysfs');
    const { proved } = await onFedoraFacts(rustnet, without);
    for (const { id, verdict } of proved) {
      expect(verdict.outcome, id).toBe('undecided');
      expect(verdict.outcome === 'undecided' && verdict.reasons.join(), id).toContain(
        '`dev_read_sysfs`',
      );
    }
  });

  test('a never about a path whose labels are not known', async () => {
    const { proved } = await onFedoraFacts(
      described({ never: [readBelow(['/var/lib/mysql'], 'a test')] }),
    );
    const found = verdictOf(proved, 'read');
    expect(found.outcome).toBe('undecided');
    expect(found.outcome === 'undecided' && found.reasons).toEqual([
      'the labels of what is below /var/lib/mysql are not among what is known of this policy',
    ]);
  });

  test.each([
    ['files_read_all_files', 'read'],
    ['files_manage_generic_spool', 'write'],
    ['corecmd_exec_bin', 'execute'],
    ['corenet_tcp_connect_all_ports', 'connect-tcp'],
    ['dev_rw_input_dev', 'inject-keystrokes'],
  ])('%s breaks %s', async (name, id) => {
    expect(fedoraFacts().given.has(name)).toBe(true);
    expect(verdictOf((await onFedoraFacts(calling(name))).proved, id).outcome).toBe('violated');
  });
});

test('labels are Fedora’s, with the module’s own in them', async () => {
  const { labels } = await onFedoraFacts(rustnet);
  const label = (path: string): string | undefined => labelOf(labels, path, 'file').context?.type;
  expect(label('/home/ada/.ssh/id_ed25519')).toBe('ssh_home_t');
  expect(label('/home/ada/notes')).toBe('user_home_t');
  expect(label('/home/ada/.config/rustnet/settings')).toBe('rustnet_home_t');
  expect(label('/usr/bin/rustnet')).toBe('rustnet_exec_t');
  expect(label('/etc/shadow')).toBe('shadow_t');
});

/** rustnet with one more call. */
function calling(name: string): Confinement {
  const more = {
    name: 'more',
    title: 'More',
    blocks: [
      {
        why: 'a test',
        selinux: [call(name)],
        apparmor: [{ kind: 'nothing' as const, why: 'a test' }],
      },
    ],
  };
  return described({ may: [...rustnet.may, more] });
}

function described(changes: Partial<Description>): Confinement {
  const { domain: _, executableType: __, roleAttribute: ___, ...description } = rustnet;
  return confine({ ...description, fileContexts: [], residuals: [], ...changes });
}

function verdictOf(proved: readonly Proved[], wanted: string): Verdict {
  return proved.find(({ id }) => id === wanted)!.verdict;
}
