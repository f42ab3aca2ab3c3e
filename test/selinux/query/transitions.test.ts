import { beforeAll, describe, expect, test } from 'vitest';
import type { PolicyDb } from '../../../src/selinux/policydb/index.ts';
import { domainTransitions, typeNamed } from '../../../src/selinux/query/index.ts';
import { linkedPolicy } from '../../support/linked-policy.ts';
import { peer } from '../../support/peer.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const TYPES = `
(type init_t) (type web_t) (type web_exec_t) (type cgi_t) (type cgi_exec_t) (type shell_exec_t)
`;
const INIT_TO_WEB = [
  '(allow init_t web_t (process (transition)))',
  '(allow init_t web_exec_t (file (execute)))',
  '(allow web_t web_exec_t (file (entrypoint)))',
  '(typetransition init_t web_exec_t process web_t)',
];
const WEB_TO_CGI = [
  '(boolean cgi_allowed false)',
  '(booleanif cgi_allowed (true (allow web_t cgi_t (process (transition)))))',
  '(allow web_t self (process (setexec)))',
  '(allow web_t cgi_exec_t (file (execute)))',
  '(allow cgi_t cgi_exec_t (file (entrypoint)))',
  '(allow web_t cgi_t (process2 (nnp_transition)))',
  '(policycap nnp_nosuid_transition)',
];
const policyText = (...lines: readonly string[]): string =>
  `${CIL_PRELUDE}${TYPES}${lines.join('\n')}\n`;

describe('confine query transitions', () => {
  let policy: string;
  beforeAll(async () => {
    policy = await policyFileFromCil(policyText(...INIT_TO_WEB, ...WEB_TO_CGI));
  });
  const ask = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['query', 'transitions', '--policy', policy, ...args]);

  test('a step is told with every rule that makes it possible', async () => {
    const { code, out } = await ask('-s', 'init_t', '-t', 'cgi_t', '-S', '--full');
    expect(code).toBe(0);
    expect(out).toBe(`Domain transition path 1:
  Step 1: init_t -> web_t
    domain transition:
      allow init_t web_t:process transition;
    entrypoint web_exec_t:
      entrypoint:
        allow web_t web_exec_t:file entrypoint;
      execute:
        allow init_t web_exec_t:file execute;
      type transition:
        type_transition init_t web_exec_t:process web_t;
    with no_new_privs: refused
    from a nosuid mount: refused

  Step 2: web_t -> cgi_t
    domain transition:
      allow web_t cgi_t:process transition; [ cgi_allowed ]:True
    set execution context:
      allow web_t web_t:process setexec;
    entrypoint cgi_exec_t:
      entrypoint:
        allow cgi_t cgi_exec_t:file entrypoint;
      execute:
        allow web_t cgi_exec_t:file execute;
    with no_new_privs: allowed by
      allow web_t cgi_t:process2 nnp_transition;
    from a nosuid mount: refused


1 domain transition path found.
`);
  });

  test('no path is the answer no', async () => {
    const { code, out } = await ask('-s', 'cgi_t', '-t', 'init_t', '-S');
    expect(out).toBe('\n0 domain transition paths found.\n');
    expect(code).toBe(1);
  });

  test('with booleans as set, only the rules in force count', async () => {
    expect((await ask('-s', 'web_t', '-t', 'cgi_t', '-S', '-b', 'default')).code).toBe(1);
    expect((await ask('-s', 'web_t', '-t', 'cgi_t', '-S', '-b', 'cgi_allowed:true')).code).toBe(0);
  });

  test('an excluded domain or entrypoint is not on any path', async () => {
    expect((await ask('-s', 'init_t', '-t', 'cgi_t', '-S', 'web_t')).code).toBe(1);
    expect((await ask('-s', 'init_t', '-t', 'cgi_t', '-S', 'web_exec_t')).code).toBe(1);
    expect((await ask('-s', 'init_t', '-t', 'cgi_t', '-S', 'shell_exec_t')).code).toBe(0);
  });

  test('in reverse, a path is told from its end', async () => {
    const { out } = await ask('-s', 'cgi_t', '-t', 'init_t', '-A', '3', '-r', '--json');
    expect(JSON.parse(out)).toMatchObject({ found: 1, paths: [['cgi_t', 'web_t', 'init_t']] });
    expect((await ask('-s', 'web_t', '-r')).out).toBe(
      'Transition 1: init_t -> web_t\n\n1 domain transition found.\n',
    );
  });

  test('what cannot be asked is an error of use that says why', async () => {
    for (const [args, message] of [
      [['-s', 'web_t', '-S'], 'a path needs a target'],
      [['-s', 'web_t', '-t', 'cgi_t'], 'a target needs a way of looking for paths'],
      [['-s', 'web_t', '-t', 'cgi_t', '-A', '0'], '--all_paths takes a whole number from 1 to 100'],
      [['-s', 'web_t', '-t', 'web_t', '-S'], 'the source and the target are the same type'],
      [['-s', 'web_u'], 'the policy has no type `web_u`'],
      [['-s', 'web_t', '-b', 'cgi'], '`cgi` is not NAME:true or NAME:false'],
      [['-s', 'web_t', '-b', 'nobool:true'], 'the policy has no boolean `nobool`'],
    ] as const) {
      const { code, out, err } = await ask(...args);
      expect(code, err).toBe(2);
      expect(out).toBe('');
      expect(err).toContain(message);
    }
  });
});

describe('every requirement is required', () => {
  test.each([
    ...INIT_TO_WEB.map((line) => ['init_t', 'web_t', line] as const),
    ...WEB_TO_CGI.slice(2, 5).map((line) => ['web_t', 'cgi_t', line] as const),
  ])('%s -> %s without %s', async (source, target, line) => {
    const lines = [...INIT_TO_WEB, ...WEB_TO_CGI];
    const without = await policyFromCil(policyText(...lines.filter((other) => other !== line)));
    expect(count(without, source, target)).toBe(0);
    expect(count(await policyFromCil(policyText(...lines)), source, target)).toBe(1);
  });

  test('setexec on another domain is not setexec', async () => {
    const lines = [...INIT_TO_WEB, ...WEB_TO_CGI].map((line) =>
      line.replace('web_t self (process (setexec))', 'web_t init_t (process (setexec))'),
    );
    expect(count(await policyFromCil(policyText(...lines)), 'web_t', 'cgi_t')).toBe(0);
  });

  test('a dynamic transition needs setcurrent, and no program', async () => {
    const dyntransition = '(allow web_t cgi_t (process (dyntransition)))';
    const setcurrent = '(allow web_t self (process (setcurrent)))';
    expect(count(await policyFromCil(policyText(dyntransition)), 'web_t', 'cgi_t')).toBe(0);
    expect(count(await policyFromCil(policyText(setcurrent)), 'web_t', 'cgi_t')).toBe(0);
    expect(
      count(await policyFromCil(policyText(dyntransition, setcurrent)), 'web_t', 'cgi_t'),
    ).toBe(1);
  });

  test('without setexec, an entrypoint whose type transition leads elsewhere does not count', async () => {
    const lines = [...INIT_TO_WEB.slice(0, 3), '(typetransition init_t web_exec_t process cgi_t)'];
    expect(count(await policyFromCil(policyText(...lines)), 'init_t', 'web_t')).toBe(0);
  });
});

describe('no_new_privs', () => {
  const answer = async (...lines: string[]): Promise<string> => {
    const db = await policyFromCil(policyText(...INIT_TO_WEB, ...lines));
    const step = domainTransitions(db).step(typeNamed(db, 'init_t'), typeNamed(db, 'web_t'));
    return step.onExec!.underNoNewPrivs.answer;
  };
  const granted = '(allow init_t web_t (process2 (nnp_transition)))';

  test('is asked of process2 only where the policy has the capability', async () => {
    expect(await answer('(policycap nnp_nosuid_transition)', granted)).toBe('rules');
    expect(await answer(granted)).toBe('refused');
    expect(await answer('(policycap nnp_nosuid_transition)')).toBe('refused');
  });

  test('lets a domain become one that it bounds', async () => {
    // The bounded domain must not have more than its parent.
    const parent = '(allow init_t web_exec_t (file (entrypoint)))';
    expect(await answer('(typebounds init_t web_t)', parent)).toBe('bounded');
  });
});

describe('a policy with very many paths', () => {
  const [WIDE, LONG] = [12, 6];
  const layer = (i: number): string[] => Array.from({ length: WIDE }, (_, k) => `layer${i}_${k}_t`);
  let db: PolicyDb;
  let policy: string;
  beforeAll(async () => {
    const lines = ['(typeattribute doms)', '(allow doms self (process (setcurrent)))'];
    const members = ['init_t', 'web_t'];
    for (let i = 0; i < LONG; i++) {
      lines.push(
        `(typeattribute layer${i})`,
        `(typeattributeset layer${i} (${layer(i).join(' ')}))`,
      );
      lines.push(...layer(i).map((type) => `(type ${type})`));
      members.push(...layer(i));
      lines.push(
        `(allow ${i === 0 ? 'init_t' : `layer${i - 1}`} layer${i} (process (dyntransition)))`,
      );
    }
    lines.push(`(allow layer${LONG - 1} web_t (process (dyntransition)))`);
    // Inside the last layer too, so that there are many more longer paths.
    lines.push(`(allow layer${LONG - 1} layer${LONG - 1} (process (dyntransition)))`);
    lines.push(`(typeattributeset doms (${members.join(' ')}))`);
    policy = await policyFileFromCil(policyText(...lines));
    db = await policyFromCil(policyText(...lines));
  });

  test('is answered with the first ones and the exact number of the shortest', async () => {
    const answers = domainTransitions(db);
    const found = answers.shortest(typeNamed(db, 'init_t'), typeNamed(db, 'web_t'), 10);
    expect(found.paths.length).toBe(10);
    expect(found.total).toBe(WIDE ** LONG);
    expect(found.stopped).toBe('limit');
    const { out } = await runCli([
      ...['query', 'transitions', '--policy', policy],
      ...['-s', 'init_t', '-t', 'web_t', '-S', '-l', '2'],
    ]);
    expect(out).toContain(
      'The first 2 domain transition paths of 2,985,984 (-l N lists N of them).',
    );
  });

  test('all paths up to a depth stop at the limit and say so', async () => {
    const found = domainTransitions(db).upTo(
      typeNamed(db, 'init_t'),
      typeNamed(db, 'web_t'),
      LONG + 8,
      5_000,
    );
    expect(found.paths.length).toBe(5_000);
    expect(new Set(found.paths.map((path) => path.map(({ target }) => target).join())).size).toBe(
      5_000,
    );
    expect([found.stopped, found.total]).toEqual(['limit', undefined]);
  });
});

describe('the commands give the same paths', () => {
  test.each([
    ['sshd_t', 'staff_sudo_t', ['-S']],
    ['init_t', 'systemd_nspawn_t', ['-A', '2']],
    ['staff_sudo_t', 'sshd_t', ['-S', '-r']],
  ])('%s to %s %j', async (source, target, options) => {
    const { policy } = await linkedPolicy('debian-13');
    const args = ['-s', source, '-t', target, ...options];
    const theirs = await peer('sedta', ['-p', policy, ...args]);
    const ours = await runCli(['query', 'transitions', '-p', policy, '-l', '0', ...args]);
    expect(pathsIn(ours.out)).toEqual(pathsIn(theirs.stdout));
    expect(pathsIn(ours.out).length).toBeGreaterThan(0);
  });
});

function count(db: PolicyDb, source: string, target: string): number {
  return domainTransitions(db).shortest(typeNamed(db, source), typeNamed(db, target), 10).paths
    .length;
}

/** The paths of either tool's output, each as its steps. */
function pathsIn(output: string): string[] {
  return output
    .split(/^Domain transition path \d+:$/m)
    .slice(1)
    .map((part) => [...part.matchAll(/Step \d+: (\S+ -> \S+)/g)].map((m) => m[1]).join(', '))
    .sort();
}
