import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Confinement, ConfinementProblems } from '../confinement/index.ts';
import type { Ruleset } from '../guarantee/index.ts';
import type { Io } from './io.ts';
import { UsageError } from './verb.ts';

/** The profile that a verb works on when none is named. */
export const DEFAULT_PROFILE = 'profiles/rustnet';

export interface Profile {
  readonly confinement: Confinement;
  /** Absolute; generated files stand below it. */
  readonly directory: string;
  /** As a person would write it. */
  readonly shown: string;
}

/** Loads a profile: a directory with a `confinement.ts`, or that file itself. Throws UsageError, or ConfinementProblems with every mistake. */
export async function loadProfile(io: Io, named: string = DEFAULT_PROFILE): Promise<Profile> {
  const path = resolve(io.cwd, named);
  if (!existsSync(path)) {
    throw new UsageError(
      `there is no profile \`${named}\``,
      'name a directory that has a confinement.ts',
    );
  }
  const file = statSync(path).isDirectory() ? join(path, 'confinement.ts') : path;
  const directory = resolve(file, '..');
  if (!existsSync(file)) {
    throw new UsageError(
      `\`${named}\` has no confinement.ts`,
      'write the description there; profiles/tcpdump is a small example',
    );
  }
  const exported = await importDescription(file, named);
  if (!isConfinement(exported)) {
    throw new UsageError(
      `\`${relative(io.cwd, file)}\` exports no confinement`,
      'end it with `export default confine({ … })`',
    );
  }
  return { confinement: exported, directory, shown: relative(io.cwd, directory) || '.' };
}

/** The ruleset that the profile's package installs, if its description labels packets. */
export function rulesetOf({ confinement, directory, shown }: Profile): Ruleset | undefined {
  const file = `nftables/${confinement.name}-secmark`;
  const path = join(directory, file);
  return existsSync(path)
    ? { name: `${shown}/${file}`, text: readFileSync(path, 'utf8') }
    : undefined;
}

async function importDescription(file: string, named: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof ConfinementProblems) throw error;
    const { name, message } = error as Error;
    throw new UsageError(
      `\`${named}\` cannot be loaded: ${name}: ${message.split('\n')[0]}`,
      'correct the file; `npx tsc` names the line',
    );
  }
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
