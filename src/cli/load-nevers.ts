import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Never, nevers } from '../description/index.ts';
import { importProfile } from './import-profile.ts';
import type { Io } from './io.ts';
import { UsageError } from './verb.ts';

/** Nevers in a file of their own. */
export interface NeverSuite {
  readonly never: readonly Never[];
  /** Absolute. */
  readonly file: string;
  /** As a person would write it. */
  readonly shown: string;
}

/** The list of nevers that a file exports by default. Throws UsageError, or ConfinementProblems with every mistake. */
export async function loadNevers(io: Io, named: string): Promise<NeverSuite> {
  const file = resolve(io.cwd, named);
  const shown = relative(io.cwd, file);
  if (!existsSync(file)) {
    throw new UsageError(`there is no file \`${named}\``, EXAMPLE);
  }
  if (statSync(file).isDirectory()) throw new UsageError(`\`${named}\` is a directory`, EXAMPLE);
  const exported = await importProfile(io, file);
  if (!Array.isArray(exported)) {
    throw new UsageError(`\`${shown}\` exports no list of nevers`, EXAMPLE);
  }
  return { never: nevers(exported), file, shown };
}

const EXAMPLE =
  "with --domain the file is a list of nevers: `export default nevers([ptrace('…')])`; a description names its domain itself";
