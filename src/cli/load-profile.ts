import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Confinement } from '../description/index.ts';
import type { Ruleset } from '../selinux/prove/index.ts';
import { printable } from '../text/index.ts';
import { importProfile } from './import-profile.ts';
import type { Io } from './io.ts';
import { step } from './progress.ts';
import { UsageError } from './verb.ts';
import { writeOutCalls } from './write-out-calls.ts';

/** The profile that a verb works on when none is named and the current directory is none. */
export const DEFAULT_PROFILE = 'profiles/rustnet';

/** What a profile's description is called; `.mts` where a project's own compiler takes `.ts` for CommonJS. */
export const DESCRIPTIONS = ['confinement.ts', 'confinement.mts'] as const;

export interface Profile {
  readonly confinement: Confinement;
  /** The description, absolute. */
  readonly file: string;
  /** Absolute; generated files stand below it. */
  readonly directory: string;
  /** As a person would write it. */
  readonly shown: string;
}

/** A directory's description, or undefined if it is no profile. */
export function descriptionIn(directory: string): string | undefined {
  return DESCRIPTIONS.map((name) => join(directory, name)).find(existsSync);
}

/** Where a directory's first description is written: `.mts` where the project is CommonJS. */
export function newDescription(directory: string): string {
  return join(directory, isCommonJs(directory) ? DESCRIPTIONS[1] : DESCRIPTIONS[0]);
}

/** Whether the project's own tools take `.ts` there for CommonJS, which a description is not. */
function isCommonJs(directory: string): boolean {
  for (let at = directory; ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) {
      try {
        return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type !== 'module';
      } catch {
        return true;
      }
    }
    if (dirname(at) === at) return false;
  }
}

/** The profile that is meant where none is named: the one of the current directory, if there is one. */
function meant(io: Io, named: string): string {
  return named === DEFAULT_PROFILE && descriptionIn(io.cwd) !== undefined ? '.' : named;
}

/** Loads a profile: a directory with a `confinement.ts`, or that file itself. Throws UsageError, or ConfinementProblems with every mistake. */
export async function loadProfile(io: Io, named: string = DEFAULT_PROFILE): Promise<Profile> {
  const path = resolve(io.cwd, meant(io, named));
  if (!existsSync(path)) {
    throw new UsageError(
      named === DEFAULT_PROFILE ? 'no profile is named' : `there is no profile \`${named}\``,
      profilesNear(io.cwd),
    );
  }
  const file = statSync(path).isDirectory() ? descriptionIn(path) : path;
  if (file === undefined) {
    throw new UsageError(
      `\`${named}\` has no confinement.ts`,
      `write the description there; \`confine init\` makes a first one`,
    );
  }
  const directory = resolve(file, '..');
  const exported = await importProfile(io, file);
  if (!isConfinement(exported)) {
    throw new UsageError(`\`${relative(io.cwd, file)}\` exports no confinement`, instead(exported));
  }
  await writeOutCalls(io, exported);
  return { confinement: exported, file, directory, shown: relative(io.cwd, directory) || '.' };
}

/** What to do about a default export that is no confinement, by what it is. */
function instead(exported: unknown): string {
  if (Array.isArray(exported)) {
    return 'it is a list of nevers: name the domain that they are for, as `--domain httpd_t`';
  }
  if (typeof exported === 'function') return 'its default is a function: export what it returns';
  if (typeof exported === 'object' && exported !== null) {
    return 'its default is an object that was not checked: `export default confine({ … })`';
  }
  return 'end it with `export default confine({ … })`';
}

/** The same as a step that is told, where one is there to be told of: who named no profile has no `profiles/rustnet` that could fail. */
export async function describedBy(io: Io, named: string): Promise<Profile> {
  if (named === DEFAULT_PROFILE && !existsSync(resolve(io.cwd, meant(io, named)))) {
    return loadProfile(io, named);
  }
  return step(io, `description ${printable(meant(io, named))}`, () => loadProfile(io, named));
}

/** What to name: the profiles of the current directory, where it has some. */
function profilesNear(cwd: string): string {
  const found = readdirSync(cwd, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && descriptionIn(join(cwd, entry.name)) !== undefined)
    .map(({ name }) => name)
    .sort();
  return found.length === 0
    ? 'name a directory that has a confinement.ts; `confine init` makes a first one'
    : `name one: ${found.slice(0, 5).map(printable).join(', ')}`;
}

/** The ruleset that the profile's package installs, if its description labels packets. */
export function rulesetOf({ confinement, directory, shown }: Profile): Ruleset | undefined {
  const file = `nftables/${confinement.name}-secmark`;
  const path = join(directory, file);
  return existsSync(path)
    ? { name: `${shown}/${file}`, text: readFileSync(path, 'utf8') }
    : undefined;
}

function isConfinement(value: unknown): value is Confinement {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.isFrozen(value) &&
    'domain' in value &&
    'may' in value
  );
}
