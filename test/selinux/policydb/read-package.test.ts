import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PolicyFormatError, readPackage } from '../../../src/selinux/policydb/index.ts';
import { peer } from '../../support/peer.ts';
import { runCli } from '../../support/run-cli.ts';

const CONTEXTS =
  '/opt/m(/.*)?\tsystem_u:object_r:m_t:s0\n# a comment\n/opt/m/run\t--\tsystem_u:object_r:m_t:s0\n';
let directory: string;
let file: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'confine-package-'));
  file = join(directory, 'm.pp');
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('m.te'), 'module m 1.2;\nrequire { class file { read }; }\ntype m_t;\n');
  writeFileSync(at('m.fc'), CONTEXTS);
  await peer('checkmodule', ['-M', '-m', '-o', at('m.mod'), at('m.te')]);
  await peer('semodule_package', ['-o', file, '-m', at('m.mod'), '-f', at('m.fc')]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a package made by semodule_package says what it is', () => {
  const { sections, ...rest } = readPackage(readFileSync(file));
  expect(rest).toEqual({
    kind: 'module',
    name: 'm',
    moduleVersion: '1.2',
    version: expect.any(Number),
    mls: true,
    fileContexts: CONTEXTS,
  });
  expect(sections.map(({ kind }) => kind)).toEqual(['module', 'file contexts']);
});

test('a bare module says what it is', () => {
  const { name, fileContexts } = readPackage(readFileSync(join(directory, 'm.mod')));
  expect([name, fileContexts]).toEqual(['m', undefined]);
});

test('a package changed at any byte or cut anywhere is read or refused', () => {
  const bytes = readFileSync(file);
  const attempt = (changed: Uint8Array): void => {
    try {
      readPackage(changed);
    } catch (error) {
      if (!(error instanceof PolicyFormatError)) throw error;
    }
  };
  for (let at = 0; at < bytes.length; at++) {
    attempt(bytes.subarray(0, at));
    const was = bytes[at]!;
    for (const is of [was ^ 1, was ^ 0xff, 0]) {
      bytes[at] = is;
      attempt(bytes);
    }
    bytes[at] = was;
  }
});

test.each([
  ['BZh91AY&SY', 'package, offset 0: it is compressed: uncompress it (`bunzip2`)'],
  ['\x8c\xff\x7c\xf9', 'package, offset 0: this is a linked policy, not a module'],
  ['module m 1.0;', 'package, offset 0: this is no module package (.pp)'],
])('%j is refused with what it is', (start, problem) => {
  expect(() => readPackage(Buffer.from(start, 'latin1'))).toThrow(problem);
});

test('the command line prints the labels and nothing else', async () => {
  const { code, out } = await runCli(['query', 'module', file, '--file-contexts']);
  expect([code, out]).toEqual([0, CONTEXTS]);
  const said = await runCli(['query', 'module', file]);
  expect(said.out).toMatch(
    /^module m 1\.2\nmodule format \d+, MLS enabled\nmodule: [\d,]+ bytes\n/,
  );
  expect(said.out).toMatch(/2 file contexts\n$/);
  const wrong = await runCli(['query', 'module', join(directory, 'm.te')]);
  expect([wrong.code, wrong.out]).toEqual([3, '']);
});
