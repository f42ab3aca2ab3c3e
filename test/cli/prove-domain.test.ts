import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CIL_PRELUDE, policyFileFromCil } from '../support/policy.ts';
import type { CliResult } from '../support/run-cli.ts';
import { runConfine } from '../support/run-confine.ts';

const EXAMPLE = 'docs/examples/httpd-nevers.ts';
const directory = mkdtempSync(join(tmpdir(), 'confine-nevers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function suite(list: string): string {
  const file = join(directory, `suite-${files++}.mts`);
  writeFileSync(file, `import * as c from 'confine-mac';\nexport default ${list};\n`);
  return file;
}

/** As a process of its own: the test runner's modules are not those that a suite imports. */
const prove = (argv: readonly string[]): Promise<CliResult> =>
  runConfine(['prove', ...argv], process.cwd());

interface Line {
  readonly id: string;
  readonly outcome: string;
  readonly assumes: readonly string[];
  readonly notes: readonly string[];
  readonly reasons?: readonly string[];
  readonly witnesses?: readonly { readonly rules: readonly string[] }[];
}

function nevers({ out }: CliResult): readonly Line[] {
  return JSON.parse(out).nevers;
}

const policy = (rules: string): Promise<string> =>
  policyFileFromCil(`${CIL_PRELUDE}
(typeattribute domain) (typeattributeset domain (web_t other_t))
(type web_t) (type web_exec_t) (type other_t) (type other_exec_t) (type bin_t) (type etc_t)
(allow domain domain (process (signull)))
(allow web_t web_exec_t (file (entrypoint execute execute_no_trans read open map)))
(allow other_t other_exec_t (file (entrypoint)))
${rules}`);

describe('on Debian 13’s own policy', () => {
  test('the example says what Apache may not do, and what it may', async () => {
    const answer = await prove([
      ...[EXAMPLE, '--domain', 'httpd_t'],
      ...['--policy', 'debian-13', '--base', 'debian-13', '--json'],
    ]);
    expect(nevers(answer).map(({ id, outcome }) => `${id}: ${outcome}`)).toEqual([
      'load-kernel-module: holds',
      'change-policy: holds',
      'ptrace: holds',
      'read: holds',
      'connect-tcp: violated',
      'execute: violated',
    ]);
    expect(answer.code).toBe(1);
  });
});

describe('what only a description has is said to be absent', () => {
  test('its own executable is the one entrypoint, as an assumption', async () => {
    const answer = await prove([
      ...[suite("[c.executeAnything('no')]"), '--domain', 'web_t'],
      ...['--policy', await policy(''), '--json'],
    ]);
    const [execute] = nevers(answer);
    expect(execute!.outcome).toBe('holds');
    expect(execute!.assumes.join('\n')).toContain(
      'the files of web_exec_t, the one entrypoint of web_t and of no other domain, are',
    );
  });

  test.each([
    ['shared', '(allow other_t web_exec_t (file (entrypoint)))', 'is an entrypoint of 2 domains'],
    ['one of two', '(allow web_t bin_t (file (entrypoint)))', '2 types are entrypoints of web_t'],
  ])(
    'an entrypoint that is %s is not taken for its own: executing it counts',
    async (_, rules, says) => {
      const answer = await prove([
        ...[suite("[c.executeAnything('no')]"), '--domain', 'web_t'],
        ...['--policy', await policy(rules), '--json'],
      ]);
      const [execute] = nevers(answer);
      expect(execute!.outcome).toBe('violated');
      expect(execute!.notes.join('\n')).toContain(says);
    },
  );

  test('paths without file contexts are undecided', async () => {
    const answer = await prove([
      ...[suite("[c.readBelow(['/etc/shadow'], 'no')]"), '--domain', 'web_t'],
      ...['--policy', await policy('(allow web_t etc_t (file (read open)))'), '--json'],
    ]);
    expect(nevers(answer)[0]!.outcome).toBe('undecided');
    expect(answer.code).toBe(4);
  });

  test('own types, tunables and packet labels are refused, all at once', async () => {
    const file = suite(`[
      c.writeFiles('no', { except: [{ own: 'log' }] }),
      c.useCapabilities('no', { except: [{ names: ['net_raw'], when: 'on' }] }),
      c.sendUdp('no', { except: c.resolver({ when: 'dns', packets: 'dns_packet' }) }),
    ]`);
    const { code, err } = await prove([
      ...[file, '--domain', 'web_t', '--policy', await policy('')],
    ]);
    expect(code).toBe(2);
    expect(err).toContain('never[0].except[0].own: `log` is a type of a description');
    expect(err).toContain('never[1].except[0].when: `on` is a tunable of a description');
    expect(err).toContain('never[2].except.packets: `dns_packet` is a packet label');
  });
});

describe('what proves nothing is refused', () => {
  test.each([
    [
      'a type that is no domain',
      "[c.ptrace('no')]",
      'etc_t',
      '`etc_t` is a type of the policy, and no domain',
    ],
    ['a domain that is not there', "[c.ptrace('no')]", 'wbe_t', 'the policy has no type `wbe_t`'],
    ['an attribute', "[c.ptrace('no')]", 'domain', '`domain` is an attribute'],
    ['an empty list', '[]', 'web_t', 'never: the list is empty'],
    ['no list', "c.ptrace('no')", 'web_t', 'exports no list of nevers'],
    [
      'a wrong never',
      "[{ kind: 'ptrce', why: 'no' }]",
      'web_t',
      'there is no never of kind `ptrce`',
    ],
  ])('%s', async (_, list, domain, says) => {
    const argv = [suite(list), '--domain', domain, '--policy', await policy('')];
    const { code, out, err } = await prove(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  test('a list without --domain is told so', async () => {
    const { code, err } = await prove([suite("[c.ptrace('no')]")]);
    expect(code).toBe(2);
    expect(err).toContain('--domain httpd_t');
  });
});
