import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import {
  defaultPermissionMap,
  informationFlow,
  parsePermissionMap,
  typeNamed,
} from '../../../src/selinux/query/index.ts';
import { peerMap } from '../../oracle/path-answers.ts';
import { randomPolicy } from '../../oracle/random-policy.ts';
import { linkedPolicy } from '../../support/linked-policy.ts';
import { peer } from '../../support/peer.ts';
import { CIL_PRELUDE, policyFileFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const POLICY = `${CIL_PRELUDE}
(type web_t) (type cache_t) (type log_t) (type mail_t) (type secret_t)
(typeattribute readers) (typeattributeset readers (web_t mail_t))
(boolean mail_logs false)
(allow web_t cache_t (file (write)))
(allow readers cache_t (file (read getattr)))
(allow mail_t secret_t (file (setattr)))
(allow web_t log_t (file (append)))
(booleanif mail_logs (true (allow mail_t log_t (file (read)))))
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'confine-flows-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('confine query flows', () => {
  let policy: string;
  beforeAll(async () => {
    policy = await policyFileFromCil(POLICY);
  });
  const ask = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['query', 'flows', '--policy', policy, ...args]);

  test('a step is told with the rules that carry it, and their weight', async () => {
    const { code, out } = await ask('-s', 'web_t', '-t', 'mail_t', '-S', '--full');
    expect(code).toBe(0);
    expect(out).toBe(`Flow 1:
  Step 1: web_t -> cache_t
    10  allow web_t cache_t:file write;
  Step 2: cache_t -> mail_t
    10  allow readers cache_t:file { getattr read };
Flow 2:
  Step 1: web_t -> log_t
    10  allow web_t log_t:file append;
  Step 2: log_t -> mail_t
    10  allow mail_t log_t:file read; [ mail_logs ]:True

2 information flows found.
`);
  });

  test('direct flows, out and in', async () => {
    expect((await ask('-s', 'web_t')).out).toBe(
      'Flow 1: web_t -> cache_t\nFlow 2: web_t -> log_t\n\n2 information flows found.\n',
    );
    expect((await ask('-s', 'log_t', '-r')).out).toBe(
      'Flow 1: web_t -> log_t\n\n1 information flow found.\n',
    );
  });

  test('booleans as set, minimum weight and exclusions each leave flows out', async () => {
    const paths = async (...args: string[]): Promise<string[][]> =>
      JSON.parse((await ask('-s', 'web_t', '-t', 'secret_t', '-S', '--json', ...args)).out).paths;
    const byCache = ['web_t', 'cache_t', 'mail_t', 'secret_t'];
    const byLog = ['web_t', 'log_t', 'mail_t', 'secret_t'];
    expect(await paths()).toEqual([byCache, byLog]);
    expect(await paths('-b', 'default')).toEqual([byCache]);
    expect(await paths('-b', 'mail_logs:true')).toEqual([byCache, byLog]);
    expect(await paths('cache_t')).toEqual([byLog]);
    expect(await paths('-w', '8')).toEqual([]);
    expect((await ask('-s', 'web_t', '-t', 'secret_t', '-S', '-w', '8')).code).toBe(1);
  });

  test('a map of the reader’s own decides, and what it does not know is said', async () => {
    const map = join(directory, 'map');
    writeFileSync(map, '1\n\nclass file 2\n read r 10\n append w 2\n');
    const { out, err, code } = await ask('-m', map, '-s', 'web_t', '-t', 'mail_t', '-S', '-w', '2');
    expect(code).toBe(0);
    expect(out).toContain('Step 1: web_t -> log_t');
    expect(out).not.toContain('cache_t');
    expect(err).toMatch(/the permission map does not know \d+ permissions of the policy/);
  });

  test('permissive types, which may do more than any rule says, are named', async () => {
    const permissive = await policyFileFromCil(`${POLICY}(typepermissive mail_t)\n`);
    for (const question of ['flows', 'transitions']) {
      const words = ['query', question, '-p', permissive, '-s', 'log_t'];
      const { err } = await runCli(words);
      expect(err).toContain('1 permissive type may do more than the rules say');
      expect(err).toContain('mail_t');
      expect(JSON.parse((await runCli([...words, '--json'])).out).asked.permissive).toEqual([
        'mail_t',
      ]);
    }
  });

  test('what cannot be asked is an error of use that says why', async () => {
    const broken = join(directory, 'broken');
    writeFileSync(broken, '1\nclass file 1\n read up 10\n');
    for (const [args, message] of [
      [['-s', 'web_t', '-w', '11'], '--min_weight takes a whole number from 1 to 10'],
      [['-s', 'web_t', '-t', 'log_t', '-S', '-r'], '--reverse is for flows without a target'],
      [['-s', 'readers'], '`readers` is an attribute'],
      [['-s', 'web_t', '-m', broken], 'line 3: expected `PERMISSION r|w|b|n|u WEIGHT`'],
    ] as const) {
      const { code, out, err } = await ask(...args);
      expect(code, err).toBe(2);
      expect(out).toBe('');
      expect(err).toContain(message);
    }
  });
});

describe('a permission map', () => {
  test.each([
    ['', 'the file says nothing'],
    ['0\n', 'line 1: the number of classes is a whole number above 0'],
    ['1\nclass file\n', 'line 2: expected `class NAME NUMBER-OF-PERMISSIONS`'],
    ['1\nclass file 1\nread r 11\n', 'line 3: a weight is a whole number from 1 to 10'],
    ['1\nclass file 2\nread r 1\n', 'the file ends before all that it announces'],
    ['2\nclass file 1\nread r 1\n', 'the file ends before all that it announces'],
    ['1\nclass file 1\nread r 1\nclass dir 1\n', 'class `dir` is one more than the file announces'],
    ['1\nclass file 1\nread constructor 1\n', 'line 3: expected'],
  ])('%j is refused', (text, message) => {
    expect(() => parsePermissionMap(text)).toThrow(message);
  });

  test('confine’s own knows every permission of the distributions’ policies', async () => {
    for (const [target, flavour] of [
      ['debian-12', 'default'],
      ['debian-13', 'mls'],
    ] as const) {
      const { policy } = await linkedPolicy(target, flavour);
      const map = defaultPermissionMap();
      const { unmapped } = informationFlow(readPolicy(readFileSync(policy)), {
        map,
        minimumWeight: 1,
      });
      expect(unmapped).toEqual([]);
    }
  }, 600_000);

  test('confine’s own agrees with setools’ on where content goes', async () => {
    // Independent judgements of the same permissions: reading and writing content must not be the other way round.
    const theirs = parsePermissionMap(readFileSync(await peerMap(), 'utf8'));
    const opposite: string[] = [];
    for (const [tclass, permissions] of defaultPermissionMap()) {
      for (const [permission, { direction, weight }] of permissions) {
        const other = theirs.get(tclass)?.get(permission);
        if (other === undefined || weight < 8 || other.weight < 8) continue;
        const pair = [direction, other.direction].sort().join();
        if (pair === 'read,write') opposite.push(`${tclass}:${permission}`);
      }
    }
    // The target is the module's file: its content goes into the kernel in the caller's name, and nothing goes into the file.
    expect(opposite).toEqual(['system:module_load']);
  });
});

describe('a distribution’s policy', () => {
  test('is answered at the cost of its rules, not of its pairs of types', async () => {
    const { policy } = await linkedPolicy('debian-13');
    const db = readPolicy(readFileSync(policy));
    const before = process.memoryUsage();
    const answers = informationFlow(db, { map: defaultPermissionMap(), minimumWeight: 1 });
    const found = answers.shortest(typeNamed(db, 'httpd_t'), typeNamed(db, 'shadow_t'), 1_000);
    const after = process.memoryUsage();
    expect(found.paths.length).toBeGreaterThan(0);
    const used = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(used).toBeLessThan(100 * 1024 * 1024);
  }, 600_000);
});

describe('the command gives the same flows as seinfoflow', () => {
  const { cil, domains, files } = randomPolicy(99, 20);
  test.each([
    ['-S', '-w', '3'],
    ['-A', '2', '-w', '5'],
    ['-A', '3', '-w', '1', domains[7]!, files[3]!],
  ])('%s %s %s %s', async (...options) => {
    const policy = await policyFileFromCil(cil);
    const args = ['-s', domains[0]!, '-t', domains[1]!, ...options];
    const map = await peerMap();
    const theirs = await peer('seinfoflow', ['-p', policy, '-m', map, ...args]);
    const ours = await runCli(['query', 'flows', '-p', policy, '-m', map, '-l', '0', ...args]);
    expect(flowsIn(ours.out)).toEqual(flowsIn(theirs.stdout));
    expect(flowsIn(ours.out).length).toBeGreaterThan(0);
  });
});

/** The paths of either tool's output, each as its steps. */
function flowsIn(output: string): string[] {
  return output
    .split(/^Flow \d+:$/m)
    .slice(1)
    .map((part) => [...part.matchAll(/Step \d+: (\S+ -> \S+)/g)].map((m) => m[1]).join(', '))
    .sort();
}
