import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type CompiledProfile, readCompiled } from '../apparmor/compiled/index.ts';
import { fileName, profileNames } from '../apparmor/profile/index.ts';
import {
  type ProfileSubject,
  type ProvedOfProfile,
  proveProfiles,
} from '../apparmor/prove/index.ts';
import { type Confinement, residualsOf } from '../description/index.ts';
import { apparmorParser } from '../targets/index.ts';
import { chosenFeatureSets, type FeatureSet } from './feature-sets.ts';
import type { Io } from './io.ts';
import { loadCompiled } from './load-compiled.ts';
import type { Profile } from './load-profile.ts';
import { step } from './progress.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

/** The nevers of a description, proved over one compiled form of an AppArmor profile. */
export interface ApparmorColumn {
  /** The features that it was compiled for; undefined for a file that was compiled already. */
  readonly features?: string;
  readonly title: string;
  readonly proved: readonly ProvedOfProfile[];
}

/** Proves a description over an AppArmor profile: as text, compiled for each set of features, or compiled already, for the kernel it was compiled for. */
export async function proveApparmor(
  io: Io,
  { confinement }: Profile,
  path: string,
  features: readonly string[] | undefined,
): Promise<readonly ApparmorColumn[]> {
  if (!isCompiled(readWhole(resolve(io.cwd, path), path))) {
    return proveTexts(io, confinement, chosenFeatureSets(io, features), () => path);
  }
  if (features !== undefined) {
    throw new UsageError(
      `\`${path}\` is compiled already, for the features of one kernel`,
      'give the text of the profile, or leave --features out',
    );
  }
  return [{ title: 'as compiled', proved: provedIn(confinement, loadCompiled(io, path)) }];
}

/** The same of the profile that `confine build` wrote below the description, for each set of features the one with the abi for it. */
export async function proveBuiltApparmor(
  io: Io,
  { confinement, directory, shown }: Profile,
  features: readonly string[] | undefined,
): Promise<readonly ApparmorColumn[]> {
  const name = fileName(confinement);
  const sets = chosenFeatureSets(io, features);
  return proveTexts(io, confinement, sets, ({ abi }) => {
    const found = [`apparmor/abi-${abi}/${name}`, `apparmor/${name}`]
      .map((path) => join(directory, path))
      .find(existsSync);
    if (found !== undefined) return found;
    throw new UsageError(
      `\`${shown}\` has no AppArmor profile apparmor/${name}`,
      '`confine build` writes it where the description names that mechanism; another one is proved by `confine prove --apparmor FILE`',
    );
  });
}

async function proveTexts(
  io: Io,
  confinement: Confinement,
  sets: readonly FeatureSet[],
  pathFor: (set: FeatureSet) => string,
): Promise<readonly ApparmorColumn[]> {
  const columns: ApparmorColumn[] = [];
  for (const set of sets) {
    const file = resolve(io.cwd, pathFor(set));
    const profiles = await step(io, `compiled for ${set.title}`, () => compiled(file, set));
    columns.push({ features: set.id, title: set.title, proved: provedIn(confinement, profiles) });
  }
  return columns;
}

/** Its first value is the number of the version, named: 4, a length of 8 in two bytes, `version`. */
function isCompiled(bytes: Uint8Array): boolean {
  return bytes[0] === 4 && bytes[1] === 8 && bytes[2] === 0;
}

/** The abi line of the text holds: it is part of what is proved. Includes are found beside the profile, and then among the compiler's own. */
async function compiled(
  file: string,
  { suite, file: kernel }: FeatureSet,
): Promise<readonly CompiledProfile[]> {
  const parser = await apparmorParser(suite);
  const beside = dirname(file);
  // A profile for another abi stands one deeper than what it includes.
  const include = basename(beside).startsWith('abi-') ? [beside, dirname(beside)] : [beside];
  const text = new TextDecoder().decode(readWhole(file, file));
  return readCompiled(await parser.compile(text, { kernel, include })).profiles;
}

/** Proves a description over what was compiled together. Throws UsageError where its own profile is not among that. */
export function provedIn(
  confinement: Confinement,
  profiles: readonly CompiledProfile[],
): readonly ProvedOfProfile[] {
  const names = profileNames(confinement);
  const own = profiles.find(({ name }) => names.includes(name));
  // Another program's profile says nothing of this one, whatever holds in it.
  if (own === undefined) {
    throw new UsageError(
      `none of the profiles ${profiles.map(({ name }) => `\`${name}\``).join(', ')} is that of ${confinement.name}`,
      `one is that is called ${names.join(' or ')}`,
    );
  }
  return proveProfiles(
    subjectOf(confinement, [own, ...profiles.filter((profile) => profile !== own)]),
    confinement.never,
  );
}

/** What is proved about compiled profiles of a description, of which the first is its own. */
export function subjectOf(
  confinement: Confinement,
  profiles: readonly CompiledProfile[],
): ProfileSubject {
  return {
    profiles,
    executables: confinement.program.executables,
    own: ownPaths(confinement),
    on: confinement.tunables.filter((tunable) => tunable.default).map(({ name }) => name),
    residuals: residualsOf(confinement, 'apparmor'),
  };
}

/** The paths of what carries an own type: directories that are made with it, and those below which it is given to what is created. */
function ownPaths({ may }: Confinement): Record<string, readonly string[]> {
  const own: Record<string, string[]> = {};
  for (const { types = [], directories = [] } of may) {
    for (const { name, below = [] } of types) own[name] = [...(own[name] ?? []), ...below];
    for (const { type, path } of directories) {
      const name = type.slice('own:'.length);
      own[name] = [...(own[name] ?? []), path];
    }
  }
  return own;
}
