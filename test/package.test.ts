import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { installedPackage } from './support/installed-package.ts';
import { linkedPolicy } from './support/linked-policy.ts';

const root = join(import.meta.dirname, '..');
let directory: string;
let program: string;

beforeAll(async () => {
  ({ directory, program } = await installedPackage());
}, 240_000);

async function confine(
  argv: readonly string[],
  node: readonly string[] = [],
): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...node, program, ...argv], {
    cwd: directory,
    reject: false,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

test('the installed package runs every verb but the lab, which has a machine to itself', async () => {
  const { policy } = await linkedPolicy('debian-13');
  cpSync(join(root, 'docs/examples/audit.log'), join(directory, 'audit.log'));
  const runs: [readonly string[], number, string | RegExp][] = [
    [['--version'], 0, /^\d+\.\d+\.\d+$/],
    [['help', 'check'], 0, 'Usage: confine check'],
    [['init', 'lister'], 0, 'written  lister/confinement.mts'],
    [['build', 'lister'], 0, 'lister/selinux/lister.te'],
    [['check', 'lister'], 0, 'Debian 13: 16 nevers: 16 holds'],
    [['query', 'info', '--policy', policy], 0, 'policy version'],
    [['query', 'types', 'etc_t', '--policy', policy], 0, 'etc_t'],
    [['package', 'rpm', 'lister', '--output', 'out'], 0, ''],
    [['review', 'lister', 'audit.log', '--policy', policy], 0, ''],
    [['doctor'], 0, 'apt-get'],
    // Its module is not in that policy: no verdict, but the verb runs.
    [['prove', 'lister', '--policy', policy], 4, 'undecided'],
  ];
  for (const [argv, code, says] of runs) {
    const ran = await confine(argv);
    expect({ argv, code: ran.code, err: ran.code === code ? '' : ran.err }).toEqual({
      argv,
      code,
      err: '',
    });
    expect(ran.out, argv.join(' ')).toMatch(says);
  }
}, 240_000);

test('its types are found by the compiler of a project', async () => {
  const { exitCode, stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    [
      ...['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck'],
      ...['--ignoreConfig', 'lister/confinement.mts'],
    ],
    { cwd: directory, reject: false },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
}, 60_000);

test('a Node that is too old is told in one sentence', async () => {
  const old = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.2"}})`;
  expect(await confine(['--version'], ['--import', old])).toEqual({
    code: 3,
    out: '',
    err: 'confine: Node 20.19.2 is too old; it needs 22.18 or newer',
  });
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(engines.node).toBe('>=22.18');
});
