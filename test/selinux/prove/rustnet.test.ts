import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, describe as group, test } from 'vitest';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import { processIo } from '../../../src/cli/io.ts';
import { loadFileContexts } from '../../../src/cli/load-file-contexts.ts';
import { loadPolicySet } from '../../../src/cli/load-policy-set.ts';
import { labelsBelow, labelsMatching } from '../../../src/selinux/file-contexts/index.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import {
  KERNEL_CHECKS,
  type Proved,
  prove,
  type Verdict,
} from '../../../src/selinux/prove/index.ts';
import { type Asked, Inquiry } from '../../../src/selinux/prove/inquiry/inquiry.ts';
import { typesBelow } from '../../../src/selinux/prove/inquiry/paths.ts';
import { subjectOf } from '../../../src/selinux/prove/inquiry/subject.ts';
import { formatRule, ruleOf } from '../../../src/selinux/query/index.ts';
import {
  basePolicy,
  distribution,
  type LinkedPolicy,
  type TargetId,
} from '../../../src/targets/index.ts';
import { linkedPolicy, linkedWith } from '../../support/linked-policy.ts';
import { peer } from '../../support/peer.ts';
import { runCli } from '../../support/run-cli.ts';

async function proofOn(
  target: TargetId,
  { policy, fileContexts }: LinkedPolicy,
): Promise<readonly Proved[]> {
  const own = await linkedPolicy(target);
  const base = readPolicy(readFileSync(own.policy));
  return prove(loadPolicySet(processIo(), { policy, fileContexts, base }, undefined), rustnet);
}

/** Verdict, base and assumptions in one line. */
function line({ id, verdict }: Proved): string {
  const base = verdict.base.map(({ rule }) => ` beyond ${formatRule(rule)}`).join('');
  return `${id}: ${verdict.outcome}${base}${verdict.assumes.map((text) => ` assuming ${/ruleset|BPF|perf/.exec(text)?.[0]}`).join('')}`;
}

const EXPECTED: readonly string[] = [
  'send-udp: holds-as-set assuming ruleset',
  'connect-tcp: holds-as-set assuming ruleset',
  'listen: holds',
  'egress: holds',
  'unix-sockets: holds beyond allow domain setrans_t:unix_stream_socket connectto; beyond allow application_domain_type sshd_t:unix_stream_socket { accept append bind connect getattr getopt ioctl listen read setattr setopt shutdown write };',
  'execute: holds',
  'transition: holds',
  'load-kernel-module: holds',
  'change-policy: holds',
  'ptrace: holds assuming BPF assuming perf',
  'executable-memory: holds beyond allow domain textrel_shlib_t:file { execmod execute getattr ioctl map open read };',
  'mount: holds',
  'capabilities: holds',
  'read: holds assuming BPF',
  'read-2: holds assuming BPF',
  'write: holds',
  'inject-keystrokes: holds',
];

test.each(['debian-12', 'debian-13'] as const)(
  "rustnet's nevers on %s's default policy",
  async (target) => {
    const proved = await proofOn(target, await linkedWith(target, rustnet));
    expect(proved.map(line)).toEqual(EXPECTED);
  },
);

const ASKED: Asked = {
  never: { kind: 'listen', why: 'a test' },
  question: 'be asked in a test',
  ...{ residuals: [], considered: [], presupposes: [] },
};

test('sesearch finds the same rules behind every kernel check', async () => {
  const { policy } = await linkedWith('debian-13', rustnet);
  const { stdout } = await peer('sesearch', ['-A', '-s', 'rustnet_t', policy]);
  const theirs = stdout.split('\n').flatMap((text) => {
    const match = /^allow \S+ \S+:(\S+) (?:\{ ([^}]*) \}|([^;]*));/.exec(text);
    if (match === null) return [];
    return [{ text, tclass: match[1]!, permissions: (match[2] ?? match[3]!).trim().split(' ') }];
  });
  expect(theirs.length).toBeGreaterThan(100);

  const db = readPolicy(readFileSync(policy));
  const subject = subjectOf({ db }, rustnet, { domain: db.types.ids.get('rustnet_t')! });
  const inquiry = new Inquiry(subject, ASKED);
  for (const { id, classes, permissions, capability } of KERNEL_CHECKS) {
    if (capability !== undefined && !db.capabilities.includes(capability)) continue;
    const ours = inquiry.grants(id).map(({ rule }) => formatRule(ruleOf(db, rule)));
    const expected = theirs
      .filter(({ tclass }) => classes.includes(tclass))
      .filter(
        (rule) => permissions.length === 0 || rule.permissions.some((p) => permissions.includes(p)),
      )
      .map(({ text }) => text);
    expect([...new Set(ours)].sort(), id).toEqual([...new Set(expected)].sort());
  }
});

test('no label below a directory is missed by looking at the entries that can matter alone', async () => {
  const dist = await distribution('debian-13');
  const { policy, fileContexts } = await basePolicy(dist);
  const db = readPolicy(readFileSync(policy));
  const labels = loadFileContexts(processIo(), { fileContexts });
  const subject = subjectOf({ db, fileContexts: labels }, rustnet, {
    domain: db.types.ids.get('init_t')!,
  });
  const everyType = [...db.types.ids.values()];
  const fullOf = (path: string): ReturnType<typeof labelsBelow> =>
    path === 'HOME' ? labelsMatching(labels, '/home/[^/]+(/.*)?') : labelsBelow(labels, path);
  for (const path of ['HOME', '/root', '/etc/selinux', '/var/lib', '/usr/lib', '/dev', '/run']) {
    const full = [...fullOf(path).types.keys()].flatMap((name) => db.types.ids.get(name) ?? []);
    expect(full.length).toBeGreaterThan(0);
    for (const part of [1, 2, 3]) {
      const concerned = new Set(everyType.filter((type) => type % part === 0));
      const inquiry = new Inquiry(subject, ASKED);
      const found = typesBelow(inquiry, [path], concerned);
      const missed = full.filter((type) => concerned.has(type) && !found.has(type));
      expect(
        missed.map((type) => db.types.names[type]),
        path,
      ).toEqual([]);
    }
  }
});

group('another module beside it on the real policy', () => {
  /** What a careless or hostile module could add; each line breaks the never of its key. */
  const BESIDE: Readonly<Record<string, string>> = {
    'send-udp': '(allow beside_reached self (udp_socket (write)))',
    'connect-tcp':
      '(booleanif beside_on (true (allow rustnet_t http_port_t (tcp_socket (name_connect)))))',
    listen: '(allow rustnet_t beside_port_t (tcp_socket (name_bind)))',
    egress: '(allow rustnet_t self (icmp_socket (create)))',
    'unix-sockets': '(allow rustnet_t system_dbusd_t (unix_stream_socket (connectto)))',
    execute: '(allow beside_reached exec_type (file (execute_no_trans)))',
    transition: '(allow rustnet_t unconfined_t (process (transition)))',
    'load-kernel-module': '(allow rustnet_t kernel_t (system (module_request)))',
    'change-policy': '(allow rustnet_t selinux_config_t (file (write open)))',
    ptrace: '(allow rustnet_t domain (process (ptrace)))',
    'executable-memory':
      '(booleanif beside_off (false (allow rustnet_t self (process (execmem)))))',
    mount: '(allow rustnet_t fs_t (filesystem (remount)))',
    capabilities: '(allow rustnet_t self (capability (net_admin)))',
    read: '(allow rustnet_t ssh_home_t (file (read open)))',
    'read-2': '(allow rustnet_t shadow_t (file (read open)))',
    write: '(allow rustnet_t etc_t (file (append open)))',
    'inject-keystrokes': '(allow rustnet_t sshd_devpts_t (chr_file (ioctl)))',
  };
  /** All of these are open as set. This one is not, and must be told apart. */
  const LATER = '(booleanif beside_off (true (allow rustnet_t self (alg_socket (create)))))';
  const MODULE = `(typeattribute beside_reached) (typeattributeset beside_reached (rustnet_t))
(boolean beside_on true) (boolean beside_off false)
(type beside_port_t) (roletype object_r beside_port_t)
(portcon tcp (3000 4000) (system_u object_r beside_port_t ((s0) (s0))))
${Object.values(BESIDE).join('\n')}
${LATER}
`;
  const verdicts = new Map<string, Verdict>();
  let policy: string;

  beforeAll(async () => {
    const found = await linkedWith('debian-13', rustnet, MODULE);
    policy = found.policy;
    for (const { id, verdict } of await proofOn('debian-13', found)) verdicts.set(id, verdict);
  });

  test.each(Object.entries(BESIDE))('%s is violated, by that rule', (id, cil) => {
    const verdict = verdicts.get(id)!;
    expect(verdict.outcome).toBe('violated');
    if (verdict.outcome !== 'violated') return;
    const [, , tclass, permission] = /\(allow (\S+) \S+ \((\S+) \((\S+?)[ )]/.exec(cil)!;
    const rules = verdict.witnesses.flatMap((witness) => witness.rules.map(formatRule));
    expect(rules.some((rule) => rule.includes(`:${tclass} `) && rule.includes(permission!))).toBe(
      true,
    );
  });

  test('what another setting opens stands apart', () => {
    const verdict = verdicts.get('egress')!;
    const breaks = verdict.outcome === 'violated' ? verdict.breaks : [];
    expect(breaks.map(({ rules, settings }) => [rules.map(formatRule), settings])).toEqual([
      [
        ['allow rustnet_t rustnet_t:alg_socket create; [ beside_off ]:True'],
        [{ boolean: 'beside_off', value: true }],
      ],
    ]);
  });

  test('the range of ports is in the witness', () => {
    const verdict = verdicts.get('listen')!;
    expect(verdict.outcome === 'violated' && verdict.witnesses[0]!.what).toContain('tcp 3000-4000');
  });

  test('the command says so and ends with 1; as data too', async () => {
    const text = await runCli(['prove', '--policy', policy]);
    expect(text.code).toBe(1);
    expect(text.err).toBe('');
    expect(text.out).toContain('17 nevers: 17 violated');
    expect(text.out).toContain('allow rustnet_t shadow_t:file { open read };');

    const data = await runCli(['prove', '--policy', policy, '--json']);
    expect(data.code).toBe(1);
    const { domain, nevers } = JSON.parse(data.out);
    expect(domain).toBe('rustnet_t');
    expect(nevers.find(({ id }: { id: string }) => id === 'ptrace').witnesses[0]).toMatchObject({
      rules: ['allow rustnet_t domain:process ptrace;'],
      settings: [],
      checks: ['ptrace-attach'],
    });
  });
});

group('the command', () => {
  test('ends with 0 where everything holds', async () => {
    const { policy } = await linkedWith('debian-13', rustnet);
    const { code, out } = await runCli(['prove', '--policy', policy, '--base', 'debian-13']);
    expect(out).toContain('17 nevers: 15 holds (2 beyond base, 3 assuming), 2 holds as set');
    expect(code).toBe(0);
  });

  test('with the distribution’s policy, a rule that another module wrote for every domain is none of it', async () => {
    const dist = await distribution('debian-13');
    const base = (await basePolicy(dist)).policy;
    const { policy } = await linkedWith(
      'debian-13',
      rustnet,
      '(allow domain bin_t (file (execute_no_trans)))(allow domain spc_t (unix_stream_socket (connectto)))',
    );
    const without = await runCli(['prove', '--policy', policy]);
    // Whose rule it is cannot be told without, so it is no base and no offence.
    expect(without.out).toMatch(/^execute +undecided/m);
    expect(without.out).toContain('whose origin is unknown');
    expect(without.code).toBe(4);
    const { code, out } = await runCli(['prove', '--policy', policy, '--base', base]);
    expect(out).toMatch(/^execute +violated/m);
    expect(out).toMatch(/^unix-sockets +violated/m);
    expect(out).toContain('allow domain spc_t:unix_stream_socket connectto;');
    expect(out).toMatch(/base .*setrans_t:unix_stream_socket connectto/);
    // That a file is the distribution's policy alone is the caller's word, and said; of a release's own it is known.
    expect(out).toContain('policy without modules of others');
    const known = await runCli(['prove', '--policy', policy, '--base', 'debian-13']);
    expect(known.out).not.toContain('modules of others');
    expect(known.code).toBe(1);
    expect(code).toBe(1);
  });

  test('ends with 4 where the module is not in the policy, and says what to do', async () => {
    const dist = await distribution('debian-13');
    const { policy } = await basePolicy(dist);
    const { code, out } = await runCli(['prove', '--policy', policy]);
    expect(code).toBe(4);
    expect(out).toContain('link the module rustnet into it first');
  });

  test('ends with 3 where the policy cannot be read', async () => {
    const here = join(dirname(import.meta.filename), 'rustnet.test.ts');
    expect((await runCli(['prove', '--policy', here])).code).toBe(3);
    expect((await runCli(['prove', '--policy', '/nowhere'])).code).toBe(3);
  });
});
