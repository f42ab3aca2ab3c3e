import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { apparmorParser, type FeatureFiles, type ParserSuite } from '../../src/targets/index.ts';

const directory = join(import.meta.dirname, '../../data/apparmor');

/** Names of kernels' feature sets: `linux-6.12`. */
export const FEATURES: readonly string[] = readdirSync(directory)
  .filter((file) => file.startsWith('features-'))
  .map((file) => file.slice('features-'.length))
  .sort();

function featuresFile(name: string): string {
  return join(directory, `features-${name}`);
}

/** Everything that a kernel mediates, whatever the abi of the profile; `abi`: as the profile's own line says. */
export function featuresOf(name: string, policy: 'all' | 'abi' = 'all'): FeatureFiles {
  const kernel = featuresFile(name);
  return policy === 'abi' ? { kernel } : { kernel, policy: kernel };
}

/** Each compiler with each feature set that it takes. */
export const BUILDS: readonly { suite: ParserSuite; features: string }[] = (
  ['bookworm', 'trixie', 'sid'] as const
).flatMap((suite) => FEATURES.map((features) => ({ suite, features })));

export async function compileBytes(
  text: string,
  { suite, features }: { suite: ParserSuite; features: string },
  policy: 'all' | 'abi' = 'all',
): Promise<Uint8Array> {
  const parser = await apparmorParser(suite);
  return parser.compile(text, featuresOf(features, policy));
}
