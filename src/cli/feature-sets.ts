import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suggestion } from '../selinux/words/index.ts';
import type { ParserSuite } from '../targets/index.ts';
import type { Io } from './io.ts';
import { UsageError } from './verb.ts';

/** What a kernel's AppArmor asks about, and the compiler that is used for it. */
export interface FeatureSet {
  readonly id: string;
  readonly title: string;
  /** As `apparmor_parser --kernel-features` takes it. */
  readonly file: string;
  readonly suite: ParserSuite;
  /** The abi that says most of what it asks about, among those that profiles are written for. */
  readonly abi: string;
}

/** Those of data/apparmor. */
export const FEATURE_SETS: readonly FeatureSet[] = [
  known('linux-6.12', 'Debian 13', 'trixie', '4.0'),
  known('abi-4.0', 'AppArmor 4.0', 'trixie', '4.0'),
  known('linux-7.2', 'Linux 7.2', 'sid', '5.0'),
];

function known(id: string, title: string, suite: ParserSuite, abi: string): FeatureSet {
  const file = join(import.meta.dirname, '../../data/apparmor', `features-${id}`);
  return { id, title, file, suite, abi };
}

/** Sets by their names, or files with features; all that are known where none is named. Throws UsageError for what is neither. */
export function chosenFeatureSets(
  io: Io,
  named: readonly string[] | undefined,
): readonly FeatureSet[] {
  if (named === undefined) return FEATURE_SETS;
  return named.map((name) => {
    const found = FEATURE_SETS.find(({ id }) => id === name);
    if (found !== undefined) return found;
    const file = resolve(io.cwd, name);
    // The newest compiler knows what a kernel that is not known here may ask.
    if (existsSync(file)) return { id: name, title: name, file, suite: 'sid', abi: '5.0' };
    const ids = FEATURE_SETS.map(({ id }) => id);
    throw new UsageError(
      `there are no features \`${name}\``,
      suggestion(name, ids) ?? `they are ${ids.join(', ')}, or a file as apparmor_parser takes it`,
    );
  });
}
