import { beforeAll, describe, expect, test } from 'vitest';
import {
  CompiledFormatError,
  type CompiledProfile,
  classStart,
  execModeOf,
  matchBytes,
  PERM,
  permissionsOf,
  readCompiled,
} from '../../src/apparmor/compiled/index.ts';
import { mutated } from '../hostile/mutation.ts';
import { BUILDS, compileBytes } from './compile.ts';
import { EVERYTHING } from './everything.ts';

const bytes = new Map<string, Uint8Array>();
const nameOf = ({ suite, features }: { suite: string; features: string }): string =>
  `${suite} for ${features}`;
beforeAll(async () => {
  for (const build of BUILDS) bytes.set(nameOf(build), await compileBytes(EVERYTHING, build));
});

const filePermissions = (profile: CompiledProfile, path: string) =>
  permissionsOf(
    profile.files!,
    matchBytes(profile.files!.dfa, profile.files!.fileStart, Buffer.from(path)),
  );

describe.each(BUILDS)('$suite for $features', (build) => {
  const profiles = (): readonly CompiledProfile[] =>
    readCompiled(bytes.get(nameOf(build))!).profiles;
  const profile = (name: string): CompiledProfile => profiles().find((p) => p.name === name)!;

  test('profiles, children and hats, with their modes', () => {
    expect(
      profiles()
        .map(
          ({ name, mode, hat, audit }) =>
            `${name} ${mode}${hat ? ' hat' : ''}${audit ? ' audit' : ''}`,
        )
        .sort(),
    ).toEqual([
      'everything enforce',
      'everything//child enforce',
      'everything//hat enforce hat',
      'killer kill audit',
      'other complain',
    ]);
  });

  test('what stands outside the automata', () => {
    const { capabilities, limits, paths, attachment } = profile('everything');
    expect(capabilities.allow).toBe((1n << 13n) | (1n << 38n) | (1n << 23n));
    expect(capabilities.audit).toBe(1n << 23n);
    expect(capabilities.quiet).toBe(1n << 21n);
    expect([...limits]).toEqual([[7, 100n]]);
    expect(paths.attachDisconnected).toBe(true);
    expect(attachment?.attributes).toEqual(['user.one']);
  });

  test('what paths are granted, to the owner and to others', () => {
    const p = profile('everything');
    const both = (path: string): [number, number] => {
      const { owner, other } = filePermissions(p, path);
      return [owner.allow & 0xf, other.allow & 0xf];
    };
    expect(both('/etc/passwd')).toEqual([PERM.read, PERM.read]);
    expect(both('/etc/passwd2')).toEqual([0, 0]);
    expect(both('/etc/shadow')).toEqual([0, 0]);
    expect(both('/home/u/.xa/b/c')).toEqual([PERM.read | PERM.write | PERM.append, 0]);
    expect(filePermissions(p, '/etc/shadow').owner.quiet & PERM.read).toBe(PERM.read);
    expect(filePermissions(p, '/tmp/x').other.audit & PERM.write).toBe(PERM.write);
    expect(filePermissions(p, '/lib/x').other.allow & PERM.mmapExec).toBe(PERM.mmapExec);
  });

  test('what executing does', () => {
    const p = profile('everything');
    const mode = (path: string) => {
      const { other } = filePermissions(p, path);
      expect(other.allow & PERM.exec).toBe(PERM.exec);
      return execModeOf(other.xindex, p.files!.names);
    };
    expect(mode('/bin/sh')).toEqual({ to: 'named', target: 'other', unsafe: false });
    expect(mode('/bin/ls')).toEqual({ to: 'none', otherwise: 'inherit', unsafe: false });
    expect(mode('/bin/cat')).toEqual({
      to: 'named',
      target: 'everything//child',
      unsafe: false,
    });
    expect(mode('/bin/u')).toEqual({ to: 'none', otherwise: 'unconfined', unsafe: false });
    expect(mode('/bin/p')).toEqual({ to: 'profile', otherwise: 'inherit', unsafe: true });
  });

  test('which classes are mediated', () => {
    expect(classStart(profile('everything').classes, 14)).not.toBe(0);
    expect(classStart(profile('everything').classes, 63)).toBe(0);
  });
});

/** One of each layout of permissions; small, so that every byte can be tried. */
const LAYOUTS = [
  { suite: 'bookworm', features: 'linux-6.12' },
  { suite: 'trixie', features: 'linux-7.2' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;
const SMALL = 'profile p /x { owner /a* r, /b Px -> q, capability kill, ^h { /y w, } }';

describe.each(LAYOUTS)('hostile: $suite for $features', (build) => {
  test('cut at every byte it is refused there, or is whole profiles', async () => {
    const whole = await compileBytes(SMALL, build);
    const all = readCompiled(whole).profiles.length;
    for (let length = 0; length < whole.length; length++) {
      try {
        expect(readCompiled(whole.subarray(0, length)).profiles.length).toBeLessThan(all);
      } catch (error) {
        if (!(error instanceof CompiledFormatError)) throw error;
        expect(error.offset).toBeLessThanOrEqual(length);
      }
    }
  });

  test('broken at random it is refused with an offset, or answers', async () => {
    const seeds = [await compileBytes(SMALL, build), bytes.get(nameOf(build))!];
    const counts = { refused: 0, read: 0 };
    for (let seed = 1; seed <= 3000; seed++) counts[attempt(mutated(seeds, seed))]++;
    expect(counts.read).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(10);
  });
});

test('differences that go in a circle are refused, and never followed', async () => {
  const broken = Uint8Array.from(
    await compileBytes(SMALL, { suite: 'sid', features: 'linux-7.2' }),
  );
  const view = new DataView(broken.buffer);
  const magic = Buffer.from(broken).lastIndexOf(Buffer.from([0x1b, 0x5e, 0x78, 0x3d]));
  view.setUint16(magic + 12, 1);
  for (let at = magic + view.getUint32(magic + 4); ; ) {
    const [table, size] = [view.getUint16(at), view.getUint16(at + 2)];
    // State 2 becomes a difference to itself.
    if (table === 2) view.setUint32(at + 12 + 8, 0x80000000);
    if (table === 4) {
      view.setUint16(at + 12 + 4, 2);
      break;
    }
    at += Math.ceil((12 + view.getUint32(at + 8) * size) / 8) * 8;
  }
  expect(() => readCompiled(broken)).toThrow(/the differences of state 2 go in a circle/);
});

/** Reads bytes that may be anything and asks each automaton for a path: everything but an answer or a refusal is thrown. */
function attempt(broken: Uint8Array): 'refused' | 'read' {
  try {
    for (const profile of readCompiled(broken).profiles) {
      for (const rules of [profile.files, profile.classes, profile.attachment?.rules]) {
        if (rules === undefined) continue;
        for (const byte of [0, 1, 14, 47, 255]) {
          permissionsOf(rules, matchBytes(rules.dfa, rules.start, [byte, 47, 97, 0, 255, byte]));
        }
      }
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof CompiledFormatError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(broken.length);
    return 'refused';
  }
}
