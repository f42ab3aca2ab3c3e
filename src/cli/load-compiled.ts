import { resolve } from 'node:path';
import {
  CompiledFormatError,
  type CompiledProfile,
  readCompiled,
} from '../apparmor/compiled/index.ts';
import { suggestion } from '../selinux/words/index.ts';
import type { Io } from './io.ts';
import { UnreadablePolicy } from './load-policy.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

/** Reads the compiled AppArmor profiles of a file by its path as a person gave it. */
export function loadCompiled(io: Io, path: string): readonly CompiledProfile[] {
  const bytes = readWhole(resolve(io.cwd, path), path);
  try {
    return readCompiled(bytes).profiles;
  } catch (error) {
    if (!(error instanceof CompiledFormatError)) throw error;
    throw new UnreadablePolicy(path, `${error.part}, offset ${error.offset}: ${error.problem}`);
  }
}

/** The one that is asked about: by its name, or the first of the file. */
export function chosenProfile(
  profiles: readonly CompiledProfile[],
  name: string | undefined,
): CompiledProfile {
  if (name === undefined) return profiles[0]!;
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => profile.name);
  const near = suggestion(name, names);
  throw new UsageError(
    `the file has no profile \`${name}\``,
    near ?? `it has ${names.map((each) => `\`${each}\``).join(', ')}`,
  );
}
