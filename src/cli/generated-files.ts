import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../packaging/index.ts';

/** How a generated file stands on disk. */
export interface FileState {
  readonly path: string;
  readonly state: 'same' | 'differs' | 'missing' | 'stale';
  /** What is on disk, where it differs. */
  readonly found?: string;
  readonly wanted?: GeneratedFile;
}

/** Compares what would be generated with a profile's directory. A file beside generated ones that nothing generates is stale. */
export function compareGenerated(
  directory: string,
  files: readonly GeneratedFile[],
): readonly FileState[] {
  const states: FileState[] = files.map((file) => {
    const path = join(directory, file.path);
    if (!existsSync(path)) return { path: file.path, state: 'missing', wanted: file };
    const found = readFileSync(path, 'utf8');
    const executable = (statSync(path).mode & 0o100) !== 0;
    const same = found === file.text && executable === file.executable;
    return same
      ? { path: file.path, state: 'same' }
      : { path: file.path, state: 'differs', found, wanted: file };
  });
  const wanted = new Set(files.map(({ path }) => path));
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    const full = join(directory, folder);
    if (!existsSync(full)) continue;
    const files = readdirSync(full, { withFileTypes: true }).filter((one) => !one.isDirectory());
    for (const name of files.map(({ name }) => name).sort()) {
      if (!wanted.has(`${folder}/${name}`))
        states.push({ path: `${folder}/${name}`, state: 'stale' });
    }
  }
  return states;
}
