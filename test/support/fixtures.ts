import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyFileFromCil, policyFileFromConf } from './policy.ts';

export interface Build {
  readonly source: 'everything.cil' | 'everything.conf';
  readonly version: number;
  readonly mls: boolean;
  readonly attributes: boolean;
}

/**
 * The committed policies with one of everything, at the versions that the compilers write (15 to 34; to 18 there is no MLS): each
 * version from CIL, and those at which the format changes much from policy.conf too.
 */
export const BUILDS: readonly Build[] = [
  ...builds('everything.cil', range(15, 34)),
  ...builds('everything.conf', [15, 17, 19, 20, 23, 24, 27, 30, 31, 33, 34]),
];

function builds(source: Build['source'], versions: readonly number[]): Build[] {
  return versions.flatMap((version) =>
    (version < 19 ? [false] : [false, true]).map((mls) => ({
      source,
      version,
      mls,
      attributes: true,
    })),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The binary of one build. */
export function buildFixture(build: Build): Promise<string> {
  const { source, version, mls, attributes } = build;
  const text = readFileSync(join(import.meta.dirname, '../policies', source), 'utf8')
    .split('\n')
    .filter((line) => Number(/[;#] since (\d+)$/.exec(line)?.[1] ?? 0) <= version)
    .filter((line) => !line.endsWith(mls ? '# no mls' : '# mls'))
    .filter((line) => attributes || !/[;#] attribute$/.test(line))
    .join('\n');
  const withOrWithout = attributes
    ? text
    : text.replaceAll(/\bdomain\b/g, 'init_t').replaceAll(/\bfiles\b/g, 'file_t');
  const options = { version, mls };
  return source === 'everything.cil'
    ? policyFileFromCil(withOrWithout, options)
    : policyFileFromConf(mls ? withOrWithout : withoutLevels(withOrWithout), options);
}

/** A context in a policy.conf has a range with MLS and must have none without. */
function withoutLevels(conf: string): string {
  return conf.replaceAll(/(system_u:\w+:\w+):s\d(:c[\d.c,]+)?( - s2:c0\.c3)?/g, '$1');
}
