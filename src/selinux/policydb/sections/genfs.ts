import type { Cursor } from '../cursor.ts';
import type { ClassId, GenfsContext, NONE } from '../policydb.ts';
import { readContext, SMALLEST_CONTEXT } from './context.ts';
import type { Header } from './header.ts';
import type { Symbols } from './symbol-tables.ts';

/** Contexts by path on file systems that store none: per file system a list, the longest matching prefix first. */
export function readGenfs(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
): readonly GenfsContext[] {
  cursor.begin('genfs');
  const contexts: GenfsContext[] = [];
  const fileSystems = cursor.count('file systems', 9);
  for (let i = 0; i < fileSystems; i++) {
    const fileSystem = cursor.text(cursor.u32(), 'file system');
    const paths = cursor.count('paths', 9 + SMALLEST_CONTEXT);
    for (let k = 0; k < paths; k++) {
      const path = cursor.text(cursor.u32(), 'path');
      const tclass = cursor.idOrNone(symbols.classes.names.length, 'class') as
        | ClassId
        | typeof NONE;
      contexts.push({ fileSystem, path, tclass, context: readContext(cursor, header, symbols) });
    }
  }
  return contexts;
}
