import { expect, test } from 'vitest';
import {
  type CompiledProfile,
  execModeOf,
  granted,
  LINK_SUBSET,
  matchBytes,
  nextState,
  PERM,
  type Permissions,
  permissionsOf,
  readCompiled,
} from '../../src/apparmor/compiled/index.ts';
import { execModeText, filePermissions, pathWitness } from '../../src/apparmor/query/index.ts';
import { wholeMatch } from '../../src/patterns/index.ts';
import { Random } from '../hostile/mutation.ts';
import { BUILDS, compileBytes } from './compile.ts';
import {
  expression,
  matches,
  type RandomProfile,
  randomPath,
  randomProfile,
  saidOf,
} from './random-profile.ts';

const LETTERS = {
  r: PERM.read,
  w: PERM.write,
  a: PERM.append,
  k: PERM.lock,
  l: PERM.link,
  m: PERM.mmapExec,
  x: PERM.exec,
};

function lettersOf(bits: number): string {
  return Object.entries(LETTERS)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([letter]) => letter)
    .sort()
    .join('');
}

const PROFILES = Number(process.env.CONFINE_RANDOM_PROFILES ?? 20);
const PATHS = 300;

test.each(BUILDS)(
  'random profiles by $suite for $features say of random paths what their rules say',
  { timeout: 600_000 },
  async (build) => {
    const disagreements: string[] = [];
    for (let seed = 1; seed <= PROFILES; seed++) {
      const random = new Random(seed * 7919);
      const profile = randomProfile(random);
      const compiled = readCompiled(await compileBytes(profile.text, build)).profiles[0]!;
      for (let i = 0; i < PATHS; i++) {
        const path = randomPath(random, profile);
        const said = saidOf(profile, path);
        const found = foundFor(compiled, path);
        if (JSON.stringify(found) !== JSON.stringify(said)) {
          disagreements.push(
            `seed ${seed}: ${path}: rules ${JSON.stringify(said)}, compiled ${JSON.stringify(found)}\n${profile.text}`,
          );
        }
        disagreements.push(
          ...linkDisagreements(compiled, profile, path, randomPath(random, profile)),
        );
      }
    }
    expect(disagreements.slice(0, 3).join('\n')).toBe('');
  },
);

function foundFor(compiled: CompiledProfile, path: string): ReturnType<typeof saidOf> {
  const { owner, other } = filePermissions(compiled, path);
  const executable = lettersOf(granted(owner)).includes('x');
  return {
    owner: lettersOf(granted(owner)),
    other: lettersOf(granted(other)),
    quiet: { owner: lettersOf(quiet(owner)), other: lettersOf(quiet(other)) },
    ...(executable && { exec: spelled(owner.xindex, compiled) }),
  };
}

const quiet = (permissions: Permissions): number => permissions.quiet;

/** A target that is a child is written in full by the compiler. */
function spelled(xindex: number, compiled: CompiledProfile): string {
  const text = execModeText(execModeOf(xindex, compiled.files!.names));
  return text === 'Px -> p//child' ? 'Cx -> child' : text;
}

test.each(BUILDS)(
  'a shortest witness within a language is what the rules grant, by $suite for $features; without one nothing is found at random',
  { timeout: 600_000 },
  async (build) => {
    const counts = { found: 0, none: 0 };
    for (let seed = 1; seed <= PROFILES; seed++) {
      const random = new Random(seed * 15_485_863);
      const profile = randomProfile(random);
      const compiled = readCompiled(await compileBytes(profile.text, build)).profiles[0]!;
      for (let i = 0; i < 10; i++) {
        const glob = random.pick(random.pick([profile, randomProfile(random)]).rules).glob;
        const letter = random.pick(['r', 'w', 'x', 'm'] as const);
        const within = wholeMatch(expression(glob).source.slice(1, -1).replaceAll('\\0', '\\x00'));
        const found = pathWitness(compiled, (allow) => (allow & LETTERS[letter]) !== 0, {
          within,
          without: IMPLICIT,
        });
        const grants = (path: string): boolean => {
          const said = saidOf(profile, path);
          return said.owner.includes(letter) || said.other.includes(letter);
        };
        if (found === undefined) {
          counts.none++;
          for (let k = 0; k < 50; k++) {
            const path = randomPath(random, profile);
            expect(
              matches(glob, path) && isName(path) && grants(path),
              `${path} ${glob} ${letter}\n${profile.text}`,
            ).toBe(false);
          }
        } else {
          counts.found++;
          const { path } = found as { path: string };
          expect(
            matches(glob, path) && isName(path) && grants(path),
            `${path} ${glob} ${letter}\n${profile.text}`,
          ).toBe(true);
        }
      }
    }
    expect(counts.found).toBeGreaterThan(PROFILES / 4);
    expect(counts.none).toBeGreaterThan(PROFILES / 4);
  },
);

/** The compiler grants of itself what changing profiles needs: attributes below /proc, and whether AppArmor is on. */
const IMPLICIT = [wholeMatch('/(proc|sys)(/.*)?')];

function isName(path: string): boolean {
  return !/\/\/|\/\.\.?(\/|$)/.test(path);
}

/** The second half of a pair: whether a link of the first name may lead to the second. */
function linkDisagreements(
  compiled: CompiledProfile,
  profile: RandomProfile,
  link: string,
  target: string,
): string[] {
  const rules = compiled.files!;
  const at = matchBytes(rules.dfa, rules.fileStart, Buffer.from(link));
  const pair = matchBytes(rules.dfa, nextState(rules.dfa, at, 0), Buffer.from(target));
  const { owner } = permissionsOf(rules, pair);
  const allowed =
    (granted(owner) & PERM.link) !== 0 &&
    (granted(permissionsOf(rules, at).owner) & PERM.link) !== 0;
  const subset = (granted(owner) & LINK_SUBSET) !== 0;
  const says = (letter: string, deny: boolean, name: string): boolean =>
    profile.rules.some(
      (r) => r.deny === deny && r.permissions.includes(letter) && matches(r.glob, name),
    );
  // A glob whose `[^a]` takes the NUL matches the whole pair as if it were one name.
  const both = `${link}\0${target}`;
  const denied = says('l', true, link) || says('l', true, both);
  const exact = profile.links.filter((l) => matches(l.link, link) && matches(l.target, target));
  const wide = says('l', false, link) && target !== '/';
  const named = says('l', false, link) || profile.links.some((l) => matches(l.link, link));
  const expected = !denied && named && (exact.length > 0 || wide || says('l', false, both));
  if (allowed !== expected) {
    return [`link ${link} -> ${target}: rules ${expected}, compiled ${allowed}\n${profile.text}`];
  }
  // The compilers write the test of the subset into the owner's half only.
  const locks = says('k', false, both) && !says('k', true, both);
  const expectedSubset = wide || exact.some((l) => l.subset) || locks;
  return allowed && subset !== expectedSubset
    ? [
        `link ${link} -> ${target}: subset by rules ${expectedSubset}, compiled ${subset}\n${profile.text}`,
      ]
    : [];
}
