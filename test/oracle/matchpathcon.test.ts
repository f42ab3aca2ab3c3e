import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type FileContexts,
  labelOf,
  readFileContexts,
} from '../../src/selinux/file-contexts/index.ts';
import { type FileKind, formatContext } from '../../src/selinux/words/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peer } from '../support/peer.ts';
import type { MATCHPATHCON_DIFFERENCES } from './matchpathcon-differences.ts';
import { type Choices, choices } from './random-policy.ts';

/** matchpathcon's letters. */
const MODES: readonly (readonly [FileKind, string])[] = [
  ['file', 'f'],
  ['dir', 'd'],
  ['symlink', 'l'],
  ['socket', 's'],
  ['pipe', 'p'],
  ['block', 'b'],
  ['char', 'c'],
];

const work = mkdtempSync(join(tmpdir(), 'confine-'));
afterAll(() => rmSync(work, { recursive: true }));

describe.each(['default', 'mls'] as const)('labels by Debian 13’s file contexts, %s', (flavour) => {
  let fc: FileContexts;
  let base: string;
  beforeAll(async () => {
    const linked = await linkedPolicy('debian-13', flavour);
    base = linked.fileContexts;
    fc = contextsAt(base);
  }, 600_000);

  test('are matchpathcon’s, for 4,200 paths made from the entries and mutated', async () => {
    const pick = choices(20_250_213);
    let labelled = 0;
    for (const [kind, mode] of MODES) {
      const paths = Array.from({ length: 600 }, () => pathLike(pick, pick.one(fc.entries).pattern));
      labelled += await compare(fc, base, paths, kind, mode);
    }
    // Most of the paths are under a real entry, not under the last resort.
    expect(labelled).toBeGreaterThan(2000);
  });
});

describe('labels by random file contexts', () => {
  test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
    'are matchpathcon’s (%i)',
    async (seed) => {
      const pick = choices(seed);
      const base = join(work, `file_contexts${seed}`);
      writeFileSync(base, randomEntries(pick, 60));
      writeFileSync(`${base}.homedirs`, randomEntries(pick, 10));
      writeFileSync(`${base}.local`, randomEntries(pick, 10));
      writeFileSync(`${base}.subs_dist`, '/s /a\n/a/c/s /b\n');
      writeFileSync(`${base}.subs`, '/t /s/a\n');
      const fc = contextsAt(base);
      for (const [kind, mode] of [MODES[0]!, MODES[1]!, MODES[2]!]) {
        const paths = Array.from({ length: 100 }, () =>
          pick.chance(50) ? pathLike(pick, pick.one(fc.entries).pattern) : randomPath(pick),
        );
        await compare(fc, base, paths, kind, mode);
      }
    },
  );
});

describe('on purpose, not as matchpathcon', () => {
  const answers = async (entries: string, path: string): Promise<string> => {
    const base = join(work, 'odd');
    writeFileSync(base, entries);
    const { stdout } = await peer('matchpathcon', ['-N', '-n', '-f', base, '-m', 'f', path], {
      accept: [0, 1],
    });
    return stdout.trim();
  };
  const refuses = (entries: string, path: string): void => {
    const fc = readFileContexts({ base: { name: 'odd', text: entries } });
    labelOf(fc, path, 'file');
  };

  const cases: Readonly<
    Record<keyof typeof MATCHPATHCON_DIFFERENCES, readonly [string, string, RegExp]>
  > = {
    'a context that is none': ['/a noise\n', 'noise', /`odd`, line 1: `noise` is no context/],
    'a regular expression that cannot be read': ['/(a u:r:t:s0\n', '', /`odd`, line 1: /],
  };
  test.each(Object.entries(cases))('%s', async (_, [entries, theirs, ours]) => {
    expect(await answers(entries, '/a')).toBe(theirs);
    expect(() => refuses(entries, '/a')).toThrow(ours);
  });
});

function contextsAt(base: string): FileContexts {
  const file = (extension: string) => {
    try {
      return { name: base + extension, text: readFileSync(base + extension, 'utf8') };
    } catch {
      return undefined;
    }
  };
  return readFileContexts({
    base: file('')!,
    homeDirectories: file('.homedirs'),
    local: file('.local'),
    distributionSubstitutions: file('.subs_dist'),
    substitutions: file('.subs'),
  });
}

/** All paths in one process; how many of them have a label of their own. */
async function compare(
  fc: FileContexts,
  base: string,
  paths: readonly string[],
  kind: FileKind,
  mode: string,
): Promise<number> {
  const { stdout } = await peer('matchpathcon', ['-N', '-n', '-f', base, '-m', mode, ...paths]);
  const theirs = stdout.trimEnd().split('\n');
  let labelled = 0;
  const ours = paths.map((path) => {
    const { outcome, context } = labelOf(fc, path, kind);
    if (outcome === 'labelled' && context!.type !== 'default_t') labelled++;
    // matchpathcon says <<none>> for both.
    return context === undefined ? '<<none>>' : formatContext(context);
  });
  const different = paths
    .map((path, i) => `${kind} ${path}: ${ours[i]}, matchpathcon ${theirs[i]}`)
    .filter((_, i) => ours[i] !== theirs[i]);
  expect(different).toEqual([]);
  return labelled;
}

/** A path that an entry's pattern may match: its special parts filled in by chance, sometimes with something changed. */
function pathLike(pick: Choices, pattern: string): string {
  const filled = pattern
    .replace(
      /\(([^()|]*)(?:\|([^()]*))?\)([?*+]?)/g,
      (_, a: string, b: string | undefined, times: string) =>
        times === '?' && pick.chance(40)
          ? ''
          : b !== undefined && pick.chance(50)
            ? b.split('|')[0]!
            : a,
    )
    .replace(/\[\^\/\][*+]?|\.[*+?]/g, () => pick.one(['', 'x', 'lib', 'a.b', 'x/y']))
    .replace(/\[(.)[^\]]*\][*+?]?/g, '$1')
    .replace(/\\(.)/g, '$1')
    .replace(/[()|^$*+?]/g, '');
  const path = filled.startsWith('/') ? filled : `/${filled}`;
  switch (pick.below(8)) {
    case 0:
      return `${path}/${pick.one(['x', 'lib', '.hidden', 'a b'])}`;
    case 1:
      return path.slice(0, 1 + pick.below(path.length)) || '/';
    case 2: {
      const at = 1 + pick.below(path.length);
      return path.slice(0, at) + pick.one(['x', '/', '.', '0', 'ä']) + path.slice(at);
    }
    case 3:
      return path.replace(/^\/usr\/(bin|lib|sbin)/, '/$1').replace(/^\/run/, '/var/run');
    default:
      return path || '/';
  }
}

function randomEntries(pick: Choices, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    const kind = pick.one(['', '', '', '--', '-d', '-l']);
    const context = pick.chance(12) ? '<<none>>' : `u:r:t${pick.below(9)}_t:s0`;
    text += `${randomPattern(pick)}\t${kind}\t${context}\n`;
  }
  return text;
}

function randomPattern(pick: Choices): string {
  const part = (): string =>
    pick.one([
      'a',
      'b',
      'c',
      'd',
      'a',
      'b',
      '[^/]+',
      '.*',
      '[ab]',
      '(a|b)',
      'a?b',
      '\\.x',
      'a\\-b',
      '[^a]',
      'b{1,2}',
      '[[:alpha:]]',
      '\\w+',
      '[]b]+',
      '\\@a',
      'a+b*',
      '(ab)*c',
    ]);
  const parts = Array.from({ length: 1 + pick.below(4) }, part).join('/');
  return `/${parts}${pick.one(['', '', '', '(/.*)?', '/.*', '.*', '|/b', '(/c)?'])}`;
}

function randomPath(pick: Choices): string {
  const part = (): string =>
    pick.one(['a', 'b', 'c', 'd', 'ab', 'bb', '.x', 'a-b', 's', 't', 'a', 'b', '@a', ']b', 'abc']);
  const slash = pick.chance(5) ? '//' : '/';
  return `/${Array.from({ length: 1 + pick.below(5) }, part).join(slash)}`;
}
