/** Which way information goes when a permission is used, seen from the rule's source. */
export type FlowDirection = 'read' | 'write' | 'both' | 'none';

/** How much a permission tells: 1 is hardly anything, 10 is the object's content. */
export interface PermissionFlow {
  readonly direction: FlowDirection;
  readonly weight: number;
}

/** Class -> permission -> how information flows. A permission that is not in it carries none, and is reported as unmapped. */
export type PermissionMap = ReadonlyMap<string, ReadonlyMap<string, PermissionFlow>>;

/** A permission map file that cannot be understood; the message begins with its line. */
export class PermissionMapError extends Error {
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'PermissionMapError';
  }
}

/**
 * Reads a permission map in setools' format: the number of classes; then for each class `class NAME COUNT` and COUNT lines
 * `PERMISSION DIRECTION WEIGHT`, the direction one of `r w b n u` (u: unmapped, no flow), the weight 1 to 10. `#` begins a comment line.
 */
export function parsePermissionMap(text: string): PermissionMap {
  const map = new Map<string, Map<string, PermissionFlow>>();
  let classesLeft: number | undefined;
  let permissionsLeft = 0;
  let current = new Map<string, PermissionFlow>();
  let line = 0;
  for (const content of text.split('\n')) {
    line++;
    const words = content.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]!.startsWith('#')) continue;
    if (classesLeft === undefined) {
      classesLeft = count(words[0]!, line, 'the number of classes');
    } else if (permissionsLeft === 0) {
      const [keyword, name, permissions] = words;
      if (words.length !== 3 || keyword !== 'class') {
        throw new PermissionMapError(line, 'expected `class NAME NUMBER-OF-PERMISSIONS`');
      }
      if (classesLeft-- === 0) {
        throw new PermissionMapError(line, `class \`${name}\` is one more than the file announces`);
      }
      permissionsLeft = count(permissions!, line, `the number of permissions of \`${name}\``);
      current = new Map();
      map.set(name!, current);
    } else {
      const [permission, direction, weight] = words;
      if (direction === undefined || !Object.hasOwn(DIRECTIONS, direction)) {
        throw new PermissionMapError(line, 'expected `PERMISSION r|w|b|n|u WEIGHT`');
      }
      const number = Number(weight);
      if (!Number.isInteger(number) || number < 1 || number > 10) {
        throw new PermissionMapError(line, 'a weight is a whole number from 1 to 10');
      }
      permissionsLeft--;
      const known = DIRECTIONS[direction];
      if (known !== undefined) current.set(permission!, { direction: known, weight: number });
    }
  }
  if (classesLeft === undefined) throw new PermissionMapError(line, 'the file says nothing');
  if (classesLeft > 0 || permissionsLeft > 0) {
    throw new PermissionMapError(line, 'the file ends before all that it announces');
  }
  return map;
}

const DIRECTIONS: Readonly<Record<string, FlowDirection | undefined>> = {
  r: 'read',
  w: 'write',
  b: 'both',
  n: 'none',
  u: undefined,
};

function count(word: string, line: number, what: string): number {
  const number = Number(word);
  if (Number.isInteger(number) && number > 0) return number;
  throw new PermissionMapError(line, `${what} is a whole number above 0, not \`${word}\``);
}
