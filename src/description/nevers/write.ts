import { z } from 'zod';
import type { Kind, Plain } from './kind.ts';
import { checkPaths, type PathException, pathShape } from './path-exception.ts';

/** No file content is written, created or deleted, except in these types of the module, and these paths. */
export interface Write extends Plain<'write'> {
  readonly except: readonly PathException[];
}

export function writeFiles(
  why: string,
  options: { except?: readonly PathException[] } = {},
): Write {
  return { kind: 'write', except: options.except ?? [], why };
}

export const WRITE: Kind<Write> = {
  title: 'write elsewhere',
  fields: { except: z.array(pathShape) },
  check: ({ except }, context) => checkPaths(except, context),
};
