import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Where a program of this machine is, or a file that is named by its absolute path; undefined if it is not there. The system's own
 * directories count even where an ordinary user's PATH lacks them: semodule and mke2fs are there.
 */
export function findProgram(
  name: string,
  path: string | undefined = process.env.PATH,
): string | undefined {
  if (isAbsolute(name)) return isFile(name) ? name : undefined;
  return [...(path ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .filter((directory) => isAbsolute(directory))
    .map((directory) => join(directory, name))
    .find((file) => isFile(file) && isExecutable(file));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
