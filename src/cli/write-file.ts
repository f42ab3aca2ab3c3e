import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file whole or not at all: beside its place first, then renamed. */
export function writeWhole(path: string, text: string | Uint8Array, mode: number = 0o644): void {
  makeDirectory(dirname(path));
  const partial = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(partial, text);
    chmodSync(partial, mode);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    // Nobody asked for the name beside it.
    if (error instanceof Error && 'path' in error) throw Object.assign(error, { path });
    throw error;
  }
}

/** Node says of a file system that is read-only that the directory is not there. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    let above = directory;
    while (!existsSync(above)) above = dirname(above);
    accessSync(above, constants.W_OK);
    throw error;
  }
}
