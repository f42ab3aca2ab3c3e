import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DomainView, Report } from '../../src/report/index.ts';
import { readPolicy } from '../../src/selinux/policydb/index.ts';
import type { Grant } from '../../src/selinux/query/index.ts';
import { basePolicy, distribution } from '../../src/targets/index.ts';
import { peer } from '../support/peer.ts';
import { CIL_PRELUDE, policyFileFromCil } from '../support/policy.ts';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'confine-explain-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

type Explained = DomainView & { grants: { on: string; grants: Grant[] }[] };

async function explained(...argv: string[]): Promise<Explained> {
  const { code, out, err } = await runCli(['explain', ...argv, '--json'], { cwd: root });
  expect(err).not.toContain('confine:');
  expect(code).toBe(0);
  return JSON.parse(out) as Explained;
}

const SMALL = `${CIL_PRELUDE}
(type init_t) (type admin_t) (type editor_t) (type web_t) (type cgi_t) (type web_exec_t) (type cgi_exec_t)
(type log_t) (type secret_t) (type neighbour_t)
(typeattribute daemon) (typeattributeset daemon (web_t neighbour_t))
(boolean web_writes_logs true) (boolean web_reads_secrets false)
(allow init_t web_t (process (transition)))
(allow init_t web_exec_t (file (execute)))
(allow web_t web_exec_t (file (entrypoint)))
(typetransition init_t web_exec_t process web_t)
(allow admin_t web_t (process (transition)))
(allow admin_t self (process (setexec)))
(allow admin_t web_exec_t (file (execute)))
(allow editor_t web_t (process (transition)))
(allow web_t cgi_t (process (dyntransition)))
(allow web_t self (process (setcurrent)))
(allow daemon log_t (file (read)))
(booleanif web_writes_logs (true (allow web_t log_t (file (append)))))
(booleanif web_reads_secrets (true (allow web_t secret_t (file (read)))))
(allow neighbour_t secret_t (file (write)))
`;

describe('a domain of any policy', () => {
  test('who can enter it, what it may do, what booleans open, what it can become', async () => {
    const policy = await policyFileFromCil(SMALL);
    const view = await explained('--domain', 'web_t', '--policy', policy);
    const on = [policy];
    // editor_t may transition and has no program to do it with; neighbour_t's rules are its own.
    expect(view.entrances).toEqual([
      { domain: 'init_t', how: 'by itself', by: ['web_exec_t'], on },
      { domain: 'admin_t', how: 'on request', by: ['web_exec_t'], on },
    ]);
    expect(view.becomes).toEqual([{ domain: 'cgi_t', how: 'in place', by: ['dyntransition'], on }]);
    expect(view.access.filter(({ through }) => through === 'daemon')).toEqual([
      { area: 'reads', targets: ['log_t'], access: '', through: 'daemon', on },
    ]);
    expect(view.access.filter(({ when }) => when !== undefined)).toEqual([
      {
        area: 'writes',
        targets: ['log_t'],
        access: 'file { append }',
        when: 'web_writes_logs',
        on,
      },
      { area: 'reads', targets: ['secret_t'], access: '', when: 'web_reads_secrets', on },
    ]);
    expect(view.conditions).toEqual([
      { when: 'web_writes_logs', inForce: on },
      { when: 'web_reads_secrets', inForce: [] },
    ]);
    expect(view.reach[0]!.domains).toBe(1);
    expect(JSON.stringify(view)).not.toContain('neighbour_t');
  });

  test('a permissive domain is said to be one before anything else', async () => {
    const policy = await policyFileFromCil(`${SMALL}(typepermissive web_t)\n`);
    const { out } = await runCli(['explain', '--domain', 'web_t', '--policy', policy]);
    const note = out.indexOf('the domain is permissive there: nothing that follows is refused');
    expect(note).toBeGreaterThan(0);
    expect(note).toBeLessThan(out.indexOf('Who can enter'));
    const page = join(work, 'permissive.html');
    await runCli(['explain', '--domain', 'web_t', '--policy', policy, '--html', page]);
    expect(readFileSync(page, 'utf8')).toContain('the domain is permissive there');
  });

  test('what httpd_t may do is what sesearch finds, and who enters it what sedta finds', async () => {
    const view = await explained('--domain', 'httpd_t', '--policy', 'debian-13');
    const { policy } = await basePolicy(await distribution('debian-13'));
    const db = readPolicy(readFileSync(policy));
    const ours = new Map<string, Set<string>>();
    for (const { target, tclass, permissions } of view.grants[0]!.grants) {
      const key = `${target === 'self' ? 'httpd_t' : target}:${tclass}`;
      ours.set(key, new Set([...(ours.get(key) ?? []), ...permissions]));
    }
    const { stdout } = await peer('sesearch', ['-A', '-s', 'httpd_t', policy]);
    const rules = [...stdout.matchAll(/^allow (\S+) (\S+):(\S+) (?:\{ ([^}]*) \}|(\S+));/gm)];
    expect(rules.length).toBeGreaterThan(500);
    const theirs = new Set<string>();
    const missing: string[] = [];
    for (const [, , target, tclass, many, one] of rules) {
      for (const permission of (many ?? one)!.trim().split(' ')) {
        theirs.add(`${target}:${tclass} ${permission}`);
        // What is granted by name too is told once, of the attribute that brings it to all.
        const type = db.types.ids.get(target!)!;
        const places = [
          target!,
          ...[...db.types.members].flatMap(([attribute, types]) =>
            types.has(type) ? [db.types.names[attribute]!] : [],
          ),
        ];
        if (!places.some((place) => ours.get(`${place}:${tclass}`)?.has(permission))) {
          missing.push(`${target}:${tclass} ${permission}`);
        }
      }
    }
    expect(missing).toEqual([]);
    const more = [...ours].flatMap(([key, permissions]) =>
      [...permissions].map((permission) => `${key} ${permission}`),
    );
    expect(more.filter((grant) => !theirs.has(grant))).toEqual([]);

    const sedta = await peer('sedta', ['-p', policy, '-s', 'httpd_t', '-r']);
    const found = [...sedta.stdout.matchAll(/^Transition \d+: (\S+) -> httpd_t/gm)];
    expect(found.map(([, domain]) => domain).sort()).toEqual(
      view.entrances.map(({ domain }) => domain).sort(),
    );
  }, 600_000);

  test('the page and the picture are written, and the terminal says the same', async () => {
    const policy = await policyFileFromCil(SMALL);
    const [html, svg] = [join(work, 'web.html'), join(work, 'web.svg')];
    const { code, out } = await runCli([
      'explain',
      '--domain',
      'web_t',
      '--policy',
      policy,
      '--html',
      html,
      '--svg',
      svg,
    ]);
    expect(code).toBe(0);
    for (const text of [out, readFileSync(html, 'utf8')]) {
      expect(text).toContain('web_t can be entered from 2 domains');
      expect(text).toContain('web_reads_secrets');
      expect(text).toContain(`confine query transitions --policy ${policy} -s web_t -r --full`);
    }
    expect(readFileSync(svg, 'utf8')).toContain('Can start it: init_t, admin_t.');
  });
});

test('a profile on a target: its nevers as check proves them, its entrances as check has them', async () => {
  const view = await explained('--target', 'debian-13');
  const checked = await runCli(['check', '--target', 'debian-13', '--json'], { cwd: root });
  const [target] = (JSON.parse(checked.out) as { targets: CheckedTarget[] }).targets;
  const byItself = view.entrances.filter(({ how }) => how === 'by itself');
  expect(byItself.map(({ domain }) => domain).sort()).toEqual(target!.entrances);
  const words = { holds: ['held', 'beyond the base'], 'holds-as-set': ['as set'] } as Record<
    string,
    string[]
  >;
  for (const { kind, on } of view.stopped) {
    const outcomes = target!.nevers.filter(({ never }) => never.kind === kind);
    expect(outcomes.length).toBeGreaterThan(0);
    const worst = outcomes.some(({ outcome }) => outcome !== 'holds') ? 'holds-as-set' : 'holds';
    expect(words[worst]).toContain(on[0]!.standing);
  }
  expect(view.residuals).toHaveLength(5);
});

test('of several domains each has its page, and names the others', async () => {
  const tools = 'docs/examples/mosquitto-tools';
  const whole = await explained(tools, '--target', 'debian-13');
  expect(whole.domain).toBe('mosquitto_t');
  const view = await explained(tools, '--domain', 'passwd', '--target', 'debian-13');
  expect(view.domain).toBe('mosquitto_passwd_t');
  expect(view.programs).toEqual(['/usr/bin/mosquitto_passwd']);
  expect(view.stopped.map(({ kind }) => kind)).not.toEqual(whole.stopped.map(({ kind }) => kind));
  expect(view.commands.map(({ command }) => command)).toEqual([
    `confine explain ${tools} --domain mosquitto_passwd_t`,
    `confine check ${tools}`,
    `confine explain ${tools}`,
    `confine explain ${tools} --domain mosquitto_ctrl_t`,
  ]);
  expect(whole.commands).toHaveLength(4);
});

interface CheckedTarget {
  readonly entrances: string[];
  readonly nevers: { readonly never: { readonly kind: string }; readonly outcome: string }[];
}

test.each([
  [['--policy', 'debian-13'], '`--policy` is for a domain that is named'],
  [['profiles/rustnet', '--domain', 'httpd_t'], 'the description has no domain `httpd_t`'],
  [
    ['profiles/rustnet', '--domain', 'rustnet_t', '--policy', 'debian-13'],
    '`--policy` asks a policy, not a profile',
  ],
  [['--domain', 'httpd_t', '--target', 'debian-13'], 'asks a policy, and no targets'],
  [['--domain', 'htpd_t', '--policy', 'debian-13'], 'htpd_t'],
])('explain %j is a wrong invocation', async (argv, says) => {
  const { code, err, out } = await runCli(['explain', ...argv], { cwd: root });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
});

test('a report of AppArmor is written again with what SELinux holds beside it, and only about its profile', async () => {
  const file = join(root, 'profiles/rustnet/evidence/debian-13/report.json');
  const {
    targets: _,
    since: __,
    ships: ___,
    domain: ____,
    ...report
  } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const again = async (domain: string) => {
    const changed = join(work, 'apparmor.json');
    const lab = { ...report.lab, mechanism: 'apparmor' as const, domain };
    writeFileSync(changed, JSON.stringify({ ...report, lab }));
    return runCli(['lab', '--from', changed, '--json'], { cwd: root });
  };
  const { out } = await again('rustnet');
  expect(JSON.parse(out)).toMatchObject({ lab: { mechanism: 'apparmor', domain: 'rustnet' } });
  const { targets, ...rest } = JSON.parse(out) as Report;
  // The machine's own column is there already, unless the profile proves otherwise today: here the proofs are another mechanism's.
  expect(targets!.map(({ title }) => title)).toEqual([
    ...['SELinux, Debian 12', 'SELinux, Debian 13', 'SELinux, Fedora facts'],
    ...['AppArmor, Debian 13', 'AppArmor 4.0', 'AppArmor, Linux 7.2'],
  ]);
  expect(rest).not.toHaveProperty('domain');
  expect(rest).not.toHaveProperty('since');
  const other = await again('rustnet_t');
  expect(other.code).toBe(2);
  expect(other.err).toContain('is about rustnet_t, not rustnet');
});

test('a report is written again only where it is one, of this domain and of these nevers', async () => {
  const file = join(root, 'profiles/rustnet/evidence/debian-13/report.json');
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const again = async (value: unknown): Promise<{ code: number; err: string }> => {
    const changed = join(work, 'report.json');
    writeFileSync(changed, typeof value === 'string' ? value : JSON.stringify(value));
    return runCli(['lab', '--from', changed], { cwd: root });
  };
  const { lab } = report;
  for (const [value, says] of [
    ['{', 'is no report of the lab'],
    [null, 'is no report of the lab'],
    [{ ...report, nevers: undefined }, 'is no report of the lab'],
    [{ ...report, lab: { ...lab, domain: 'other_t' } }, 'is about other_t, not rustnet_t'],
    [{ ...report, nevers: report.nevers.slice(1) }, 'other nevers than the description has now'],
  ] as const) {
    const { code, err } = await again(value);
    expect(code).toBe(2);
    expect(err).toContain(says);
  }
});
