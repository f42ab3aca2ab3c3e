import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest, run } from '../targets/index.ts';

/** What every profile's attacks are made with, unless it brings one of its own. */
const PROBE_SOURCE: string = join(import.meta.dirname, 'probe.c');

/** An attack program, compiled statically so that it runs on any distribution, and cached by its source. */
export async function probeBinary(source: string = PROBE_SOURCE): Promise<Uint8Array> {
  const text = readFileSync(source, 'utf8');
  const directory = await cached(`probe/${digest('static-1', text)}`, async (work) => {
    await run('cc', ['-static', '-O2', '-Wall', '-Wextra', '-o', join(work, 'probe'), source]);
  });
  return readFileSync(join(directory, 'probe'));
}
