import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/upkeep/index.ts';
import { elfFacts } from '../../src/upkeep/program/elf.ts';
import { pathsIn } from '../../src/upkeep/program/program-paths.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let work: string;
const at = (name: string): string => join(work, name);

const OLD = `
#include <stdio.h>
int main(void) { FILE *f = fopen("/etc/hosts", "r"); return f == NULL; }
`;
const NEW = `
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char **argv) {
  FILE *f = fopen("/etc/hosts", "r");
  FILE *g = fopen("/etc/shadow", "r");
  FILE *h = fopen("/etc/resolv.conf", "r");
  puts("--headless  run without a terminal");
  if (argc > 1) execv("/usr/bin/xclip", argv);
  return listen(socket(AF_INET, SOCK_STREAM, 0), 5) + (f == NULL) + (g == NULL) + (h == NULL);
}
`;
/** As Rust and Go do it: texts behind each other, without an end mark. */
const PACKED = `
#include <unistd.h>
static const char all[] = "/etc/hosts/etc/host.confresolving";
int main(void) { write(1, all, 10); write(1, all + 10, 14); write(1, all + 24, 9); return 0; }
`;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'confine-program-'));
  for (const [name, text] of Object.entries({ old: OLD, new: NEW, packed: PACKED })) {
    writeFileSync(at(`${name}.c`), text);
    await execa('cc', ['-O1', '-o', at(name), at(`${name}.c`)]);
  }
  await execa('cc', ['-static', '-o', at('static'), at('new.c')]);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

const findingsOf = ({ out }: CliResult): Finding[] => JSON.parse(out).parts[0].findings;

const upkeep = (now: string, before: string): Promise<CliResult> =>
  runCli(['upkeep', '--program', at(now), '--from', at(before), '--json']);

describe('an ELF file', () => {
  test('imports and libraries are those that readelf lists', async () => {
    const facts = elfFacts(readFileSync(process.execPath))!;
    const symbols = await execa('readelf', ['--dyn-syms', '-W', process.execPath]);
    const wanted = symbols.stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[6] === 'UND' && fields[7] !== undefined)
      .map((fields) => fields[7]!.replace(/@.*/, ''));
    expect(facts.imports).toEqual([...new Set(wanted)].sort());
    expect(facts.imports.length).toBeGreaterThan(100);
    const dynamic = await execa('readelf', ['-d', '-W', process.execPath]);
    expect(facts.libraries).toEqual(
      [...dynamic.stdout.matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name!).sort(),
    );
  });

  test('texts without an end mark are cut where the code refers to', () => {
    const { literals } = elfFacts(readFileSync(at('packed')))!;
    expect([...literals]).toEqual(
      expect.arrayContaining(['/etc/hosts', '/etc/host.conf', 'resolving']),
    );
  });

  test('a static one has no imports, and its texts', () => {
    const facts = elfFacts(readFileSync(at('static')))!;
    expect(facts.libraries).toEqual([]);
    expect(pathsIn(facts.literals).whole).toContain('/etc/resolv.conf');
  });

  test('cut off or damaged, it is none or one with less in it', () => {
    const bytes = readFileSync(at('new'));
    for (let cut = 0; cut < bytes.length; cut += 97) elfFacts(bytes.subarray(0, cut));
    for (let place = 0; place < 4096; place++) {
      const damaged = Buffer.from(bytes);
      damaged[place] = damaged[place]! ^ 0xff;
      elfFacts(damaged);
    }
    expect(elfFacts(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
  });
});

test('the same program asks for nothing new', async () => {
  const result = await upkeep('old', 'old');
  expect(findingsOf(result)).toEqual([]);
  expect(result.code).toBe(0);
});

test('what came is told by what it is for, each with the ability or never that it is about', async () => {
  const result = await upkeep('new', 'old');
  expect(result.code).toBe(4);
  const findings = findingsOf(result);
  const about = (what: string): Finding => findings.find((one) => one.what.includes(what))!;
  expect(about('start other programs').changes).toEqual(['+ execv']);
  expect(about('start other programs').concerns.map(({ part }) => part)).toEqual([
    'never execute',
    'never transition',
  ]);
  expect(about('wait for others').changes).toEqual(['+ listen']);
  expect(about('may not read (`shadow_t`)').changes).toEqual(['+ /etc/shadow']);
  expect(about('may read (`net_conf_t`)')).toMatchObject({
    level: 'nothing',
    changes: ['+ /etc/resolv.conf'],
    concerns: [{ part: 'resolveNames' }],
  });
  expect(about('other options').changes).toEqual(['+ --headless']);
  // What is gone is told, and asks for nothing.
  const back = findingsOf(await upkeep('old', 'new'));
  expect(back.every(({ level }) => level === 'nothing')).toBe(true);
  expect(back.flatMap(({ changes }) => changes)).toContain('- execv');
});

/** A package with a program, a unit and a capability. */
async function packageOf(
  name: string,
  program: string,
  unit: string,
  setcap: string,
): Promise<void> {
  const root = at(name);
  for (const each of ['DEBIAN', 'usr/bin', 'usr/lib/systemd/system']) {
    mkdirSync(join(root, each), { recursive: true });
  }
  writeFileSync(
    join(root, 'DEBIAN/control'),
    'Package: rustnet\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody <nobody@example.org>\nDescription: test\n',
  );
  writeFileSync(join(root, 'DEBIAN/postinst'), `#!/bin/sh\nsetcap '${setcap}' /usr/bin/rustnet\n`, {
    mode: 0o755,
  });
  writeFileSync(join(root, 'usr/bin/rustnet'), readFileSync(at(program)), { mode: 0o755 });
  writeFileSync(join(root, 'usr/lib/systemd/system/rustnet.service'), unit);
  await execa('dpkg-deb', ['--build', '--root-owner-group', root, at(`${name}.deb`)]);
}

test('of a package: capabilities, directives of units, files', async () => {
  await packageOf('was', 'old', '[Service]\nExecStart=/usr/bin/rustnet\n', 'cap_net_raw+ep');
  mkdirSync(at('is/etc/rustnet'), { recursive: true });
  writeFileSync(at('is/etc/rustnet/rustnet.conf'), '');
  await packageOf(
    'is',
    'old',
    '[Service]\nExecStart=/usr/bin/rustnet\nAmbientCapabilities=CAP_NET_ADMIN\n',
    'cap_net_admin,cap_net_raw+ep',
  );
  expect(findingsOf(await upkeep('was.deb', 'was.deb'))).toEqual([]);
  const result = await upkeep('is.deb', 'was.deb');
  expect(result.code).toBe(1);
  const [capabilities, units, files, ...others] = findingsOf(result);
  expect(others).toEqual([]);
  expect(capabilities).toMatchObject({
    level: 'edit',
    changes: ['+ cap_net_admin,cap_net_raw+ep', '- cap_net_raw+ep'],
    concerns: [{ part: 'never capabilities' }],
    edit: expect.stringMatching(/^decide about net_admin: /),
  });
  expect(units!.changes).toEqual([
    '+ rustnet.service: [Service] AmbientCapabilities=CAP_NET_ADMIN',
  ]);
  expect(files!.changes).toEqual(['+ /etc/rustnet/rustnet.conf']);
});

test('of a source tree: texts, calls of libc, units; tests are left out', async () => {
  const tree = (name: string, main: string): void => {
    mkdirSync(at(`${name}/src`), { recursive: true });
    mkdirSync(at(`${name}/tests`), { recursive: true });
    writeFileSync(at(`${name}/src/main.rs`), main);
    writeFileSync(at(`${name}/tests/all.rs`), 'fn t() { open("/etc/gshadow"); }');
  };
  tree('tree-1', 'fn main() { open("/etc/hosts"); }');
  tree(
    'tree-2',
    'fn main() { open("/etc/hosts"); open("/etc/shadow"); unsafe { libc::execv(a, b) } }\n#[cfg(test)]\nmod t { const A: &str = "/etc/passwd"; }',
  );
  expect(findingsOf(await upkeep('tree-1', 'tree-1'))).toEqual([]);
  const changes = findingsOf(await upkeep('tree-2', 'tree-1')).flatMap((one) => one.changes);
  expect(changes).toEqual(['+ execv', '+ /etc/shadow']);
});

test('what is no program, and options that do not go together, are refused', async () => {
  const refused = async (...words: string[]): Promise<string> => {
    const { code, err } = await runCli(['upkeep', ...words]);
    expect(code).toBe(2);
    return err;
  };
  expect(await refused('--program', 'nowhere')).toContain('there is no program `nowhere`');
  expect(await refused('--lab')).toContain('`--lab` is about a new release of the program');
  expect(await refused('--program', '1.7.0', '--target', 'fedora')).toContain('`--target`');
  expect(await refused('profiles/tcpdump', '--program', at('new'))).toContain('`--from`');
  expect(await refused('--program', at('new.c'), '--from', at('old'))).toContain(
    'holds neither a source nor a binary of rustnet',
  );
  const old = join(mkdtempSync(join(tmpdir(), 'confine-')), 'old-32');
  const bytes = Buffer.from(readFileSync(at('old')));
  // EI_CLASS: 32 bits.
  bytes[4] = 1;
  writeFileSync(old, bytes);
  const { out } = await runCli(['upkeep', '--program', old, '--from', at('old'), '--json']);
  expect(findingsOf({ out, code: 0, err: '' }).map(({ what }) => what)).toContainEqual(
    expect.stringContaining('is no 64-bit ELF file'),
  );
  // Less than building the release of the scenarios takes: a mistake is told before that.
});
