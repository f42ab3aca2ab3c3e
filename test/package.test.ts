import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { writeAuditLog } from '../bench/audit-log.ts';
import { installedPackage } from './support/installed-package.ts';
import { linkedPolicy } from './support/linked-policy.ts';

const root = join(import.meta.dirname, '..');
let directory: string;
let program: string;

beforeAll(async () => {
  ({ directory, program } = await installedPackage());
});

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
    [['completion', 'fish'], 0, 'complete -c confine'],
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
});

test('an answer that nobody can get is no yes: the standard output is closed', async () => {
  const installed = join(directory, 'node_modules/.bin/confine');
  const said = (line: string) =>
    execa('sh', ['-c', line, 'sh', installed], {
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
      reject: false,
    });
  expect(await said('"$1" --version >&-')).toMatchObject({
    exitCode: 3,
    stdout: '',
    stderr: 'confine: the standard output is closed, so the result would be lost',
  });
  expect(await said('"$1" --version > /dev/null')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await said('"$1" --version')).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a log that is read by several threads: each begins with a file that no import names', async () => {
  const { policy } = await linkedPolicy('debian-13');
  writeAuditLog(join(directory, 'large.log'), 260_000);
  expect(statSync(join(directory, 'large.log')).size).toBeGreaterThan(70 << 20);
  const { code, out, err } = await confine(['review', 'lister', 'large.log', '--policy', policy]);
  expect(code, err).toBe(0);
  expect(out).toMatch(/130,?000/);
});

test('its types are found by the compiler of a project', async () => {
  expect(await compiled('lister/confinement.mts')).toEqual({ exitCode: 0, stdout: '' });
});

test('the tutorial’s blocks, one below the other, are a description that is right for the compiler and that checks', async () => {
  const blocks = blocksOf('tutorial.md');
  expect(blocks.length).toBe(3);
  await expectChecks('tcpdump', blocks.join(''), 'Debian 13: 3 nevers: 3 holds');
});

test('an ability of one’s own, pasted as its page says', async () => {
  const [ability, may] = blocksOf('own-abilities.md');
  const first = readFileSync(join(directory, 'lister/confinement.mts'), 'utf8');
  const pasted = first
    .replace('const confinement', `${ability}\nconst confinement`)
    .replace('  may: [\n', may!);
  await expectChecks('certified', pasted, 'Debian 13: 16 nevers: 16 holds');
  const te = readFileSync(join(directory, 'certified/selinux/lister.te'), 'utf8');
  expect(te).toContain('# The bundle in /etc/ssl/certs, by which it tells whom it talks to.');
  expect(te).toContain('allow lister_t cert_t:file { getattr open read };');
});

test('an ability of one’s own calls any interface; one that no policy has is a mistake, and no stack trace', async () => {
  const text = readFileSync(join(directory, 'certified/confinement.mts'), 'utf8');
  const calling = async (name: string): ReturnType<typeof confine> => {
    writeFileSync(
      join(directory, 'certified/confinement.mts'),
      text
        .replace("[allow('self', 'process', ['getrlimit'])]", `[call('${name}')]`)
        .replace('type Ability, allow }', 'type Ability, call, allow }'),
    );
    return confine(['build', 'certified']);
  };
  const known = await calling('miscfiles_read_generic_certs');
  expect(known.code, known.err).toBe(0);
  const cil = readFileSync(join(directory, 'certified/selinux/lister.cil'), 'utf8');
  expect(cil).toMatch(/\(allow lister_t cert_t \(file \(.*read.*\)\)\)/);
  const { code, err } = await calling('miscfiles_read_no_such_thing');
  expect(code).toBe(2);
  expect(err).toContain('`miscfiles_read_no_such_thing`');
  expect(err).not.toMatch(/^ +at /m);
});

test('the page of the manual is in it, and npm knows where', () => {
  const installed = join(directory, 'node_modules/confine-mac');
  const { man } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(readFileSync(join(installed, man), 'utf8')).toMatch(/^\.TH CONFINE 1 /);
});

test('every package that is bundled is in the file of licences, with its text', () => {
  const dist = join(directory, 'node_modules/confine-mac/dist');
  const code = globSync('**/*.js', { cwd: dist }).map((file) =>
    readFileSync(join(dist, file), 'utf8'),
  );
  // The bundler says before each module where it comes from.
  const modules = code.flatMap((text) => text.match(/^\/\/ node_modules\/.*$/gm) ?? []);
  const names = new Set(
    modules.map((line) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(line)![1]!),
  );
  expect(names).toContain('commander');
  const licences = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of names) {
    const installed = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const [file] = globSync('[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*', { cwd: installed });
    expect(licences).toContain(`${name} ${version} (`);
    expect(licences).toContain(readFileSync(join(installed, file!), 'utf8').trim());
  }
});

async function compiled(file: string): Promise<{ exitCode: number | undefined; stdout: string }> {
  const { exitCode, stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    [
      ...['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck'],
      ...['--ignoreConfig', file],
    ],
    { cwd: directory, reject: false },
  );
  return { exitCode, stdout };
}

/** The TypeScript of a page, block by block. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
}

/** As a reader does: save it, let the compiler look, build, check. */
async function expectChecks(profile: string, description: string, says: string): Promise<void> {
  mkdirSync(join(directory, profile));
  writeFileSync(join(directory, profile, 'confinement.mts'), description);
  expect(await compiled(`${profile}/confinement.mts`)).toEqual({ exitCode: 0, stdout: '' });
  expect((await confine(['build', profile])).code).toBe(0);
  const { code, out, err } = await confine(['check', profile, '--target', 'debian-13']);
  expect({ code, err: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, err: '' });
  expect(out).toContain(says);
}

test('a Node that is too old is told, with what brings a newer one', async () => {
  const old = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.2"}})`;
  expect(await confine(['--version'], ['--import', old])).toEqual({
    code: 3,
    out: '',
    err: 'confine: Node 20.19.2 is too old; it needs 22.18 or newer\nhint: `npm install node@24` puts one into the project, and `npx confine` takes it',
  });
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(engines.node).toBe('>=22.18');
});
