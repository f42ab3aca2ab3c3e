import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Compiled, readCompiled } from '../../src/apparmor/index.ts';
import { apparmorParser, type ParserSuite } from '../../src/toolchain/index.ts';

const directory = join(import.meta.dirname, '../../data/apparmor');

/** Names of kernels' feature sets: `linux-6.12`. */
export const FEATURES: readonly string[] = readdirSync(directory)
  .filter((file) => file.startsWith('features-'))
  .map((file) => file.slice('features-'.length))
  .sort();

export function featuresFile(name: string): string {
  return join(directory, `features-${name}`);
}

/** Each compiler with each feature set that it takes. */
export const BUILDS: readonly { suite: ParserSuite; features: string }[] = (
  ['bookworm', 'trixie', 'sid'] as const
).flatMap((suite) => FEATURES.map((features) => ({ suite, features })));

export async function compileBytes(
  text: string,
  { suite, features }: { suite: ParserSuite; features: string },
): Promise<Uint8Array> {
  const parser = await apparmorParser(suite);
  return parser.compile(text, featuresFile(features));
}

export async function compile(
  text: string,
  build: { suite: ParserSuite; features: string },
): Promise<Compiled> {
  return readCompiled(await compileBytes(text, build));
}
