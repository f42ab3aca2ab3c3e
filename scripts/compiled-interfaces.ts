/**
 * Writes src/selinux/module/source/compiled-interfaces.ts, what the interfaces grant that abilities call and nobody has written down by hand:
 * `node scripts/compiled-interfaces.ts`. A test holds the file against the compilers.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIo } from '../src/cli/io.ts';
import { compileCalls } from '../src/cli/write-out-calls.ts';
import { call } from '../src/description/index.ts';
import { CALLS_OF_ABILITIES } from '../src/selinux/module/index.ts';

const calls = CALLS_OF_ABILITIES.map(([name, ...args]) => call(name!, ...args));
const compiled = await compileCalls(processIo(), calls);
const file = join(import.meta.dirname, '../src/selinux/module/source/compiled-interfaces.ts');
writeFileSync(
  file,
  `import type { CompiledCall } from './compiled-call.ts';

/** Made by \`node scripts/compiled-interfaces.ts\` from the compilers of Debian 12 and 13 and what is known of Fedora: do not edit. */
export const COMPILED: readonly CompiledCall[] = ${JSON.stringify(compiled, null, 2)};
`,
);
execFileSync('npx', ['biome', 'check', '--write', file], { stdio: 'inherit' });
