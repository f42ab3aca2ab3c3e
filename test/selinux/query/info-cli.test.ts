import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPONENTS } from '../../../src/selinux/query/index.ts';
import { buildFixture } from '../../support/fixtures.ts';
import { runCli } from '../../support/run-cli.ts';

let policy: string;
let directory: string;

beforeAll(async () => {
  policy = await buildFixture({
    source: 'everything.cil',
    version: 34,
    mls: true,
    attributes: true,
  });
  directory = mkdtempSync(join(tmpdir(), 'confine-query-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const query = (...args: string[]) => runCli(['query', ...args, '--policy', policy]);

test('info says the same as text and as data', async () => {
  const text = await query('info');
  const { counts, version } = JSON.parse((await query('info', '--json')).out);
  expect(version).toBe(34);
  expect(text.code).toBe(0);
  expect(text.out).toMatch(/^policy version +34\nMLS +enabled\nunknown permissions +allow\n/);
  expect(text.out).toMatch(new RegExp(`^allow +${counts.allow}$`, 'm'));
  const shown = [...text.out.matchAll(/ (\d+)$/gm)].map(([, count]) => Number(count));
  expect(shown.slice(1).sort()).toEqual(Object.values(counts).sort());
});

test('what Android writes into a policy is said by info, and by every other query beside its answer', async () => {
  const bytes = readFileSync(policy);
  const android = join(directory, 'android');
  const header = Buffer.from(bytes);
  header.writeUInt32LE((bytes.readUInt32LE(20) | 0xc000_0080) >>> 0, 20);
  writeFileSync(android, Buffer.concat([header, Buffer.alloc(16)]));
  const ask = (...args: string[]) => runCli(['query', ...args, '--policy', android]);
  const said = [
    /bit 31 \(netlink_route\).*`nlmsg_readpriv`, not by `nlmsg_read`/,
    /bit 30 \(netlink_getneigh\).*`nlmsg_getneigh`/,
    /configuration bits 0x80, .*ignore them/,
    /16 bytes follow the last section/,
  ];
  const info = await ask('info');
  expect([info.code, info.err]).toEqual([0, '']);
  const { notes } = JSON.parse((await ask('info', '--json')).out);
  const types = await ask('types', 'init_t');
  expect([types.code, types.out]).toEqual([0, 'init_t\n']);
  for (const [i, note] of said.entries()) {
    expect(info.out).toMatch(note);
    expect(notes[i]).toMatch(note);
    expect(types.err.split('\n')[i]).toMatch(note);
  }
  expect(JSON.parse((await query('info', '--json')).out).notes).toEqual([]);
  const difference = await runCli(['query', 'diff', policy, android]);
  expect(difference.out).toContain('Android netlink bits');
});

test('a listing selects, expands, and says no with exit code 1', async () => {
  expect(await query('types', 'init_t')).toEqual({ code: 0, out: 'init_t\n', err: '' });
  expect((await query('types', 'init_t', '-x')).out).toBe(
    'type init_t alias { init_alias_t other_alias_t }, domain;\n',
  );
  expect(JSON.parse((await query('types', 'init_t', '--json')).out)).toEqual({
    types: [{ name: 'init_t', aliases: ['init_alias_t', 'other_alias_t'], attributes: ['domain'] }],
  });
  expect(await query('types', 'initt')).toEqual({
    code: 1,
    out: '',
    err: 'none: no types for initt; did you mean `init_t`?\n',
  });
});

test('ports are selected by containment, as the kernel matches them', async () => {
  expect((await query('ports', '80')).out).toBe(
    'portcon sctp 1-65535 system_u:object_r:etc_t:s0\nportcon tcp 80 system_u:object_r:port_t:s1:c0,c2\n',
  );
  expect((await query('ports', '1000-2001')).out).not.toContain('udp');
  for (const wrong of ['http', '80-70', '65536', '-1']) {
    expect((await query('ports', '--', wrong)).code, wrong).toBe(2);
  }
});

test.each(COMPONENTS.map(({ name }) => name))(
  '%s has help, text and data that agree',
  async (name) => {
    const { out: help } = await runCli(['query', name, '--help']);
    expect(help.match(/^ {2}confine query /gm)).toHaveLength(2);
    const { code, out } = await query(name);
    const data = JSON.parse((await query(name, '--json')).out)[name];
    expect(code).toBe(0);
    expect(out.split('\n').length - 1).toBe(data.length);
  },
);

test.each([
  ['absent', 'cannot open `FILE`: there is no such file or directory'],
  ['directory', 'cannot read `FILE`: it is a directory'],
  [
    'short',
    'cannot read `FILE`: header, offset 0: the file ends here: 4 more bytes are needed and 2 left',
  ],
  ['cut', 'cannot read `FILE`: type attribute map, offset '],
  ['huge', 'cannot read `FILE`: it has 300 MiB, more than any policy'],
])('a policy that is %s ends with 3 and one sentence', async (kind, sentence) => {
  const file = kind === 'directory' ? directory : join(directory, kind);
  if (kind === 'short') writeFileSync(file, 'hi');
  if (kind === 'cut') writeFileSync(file, readFileSync(policy).subarray(0, -1));
  if (kind === 'huge') {
    writeFileSync(file, '');
    truncateSync(file, 300 * 2 ** 20);
  }
  const { code, out, err } = await runCli(['query', 'info', '--policy', file]);
  expect([code, out]).toEqual([3, '']);
  expect(err.startsWith(`confine: ${sentence.replace('FILE', file)}`), err).toBe(true);
});

test('control characters in a policy’s names never reach a terminal', async () => {
  const bytes = readFileSync(policy);
  const at = bytes.indexOf('never_used_t');
  bytes[at] = 0x1b;
  bytes[at + 1] = 0x5b;
  const file = join(directory, 'hostile');
  writeFileSync(file, bytes);
  const { out } = await runCli(['query', 'types', '--policy', file, '-x']);
  expect(out).toContain('\\x1b[ver_used_t');
  expect(out).not.toContain('\x1b');
});
