import { z } from 'zod';
import type { Kind, Plain } from './kind.ts';
import { checkPaths, type PathException, pathShape } from './path-exception.ts';

/** No file content is written, created or deleted, except in these types of the module, and these paths. */
export interface Write extends Plain<'write'> {
  readonly except: readonly WriteException[];
}

export interface WriteException extends PathException {
  /**
   * `base`: not what the module grants, nor another one, but what the distribution's own policy lets every program write of what it can open.
   * Where the distribution grants nothing of the kind, nothing is excepted; where its own policy is not at hand, the never is undecided.
   */
  readonly only?: 'base';
}

export function writeFiles(
  why: string,
  options: { except?: readonly WriteException[] } = {},
): Write {
  return { kind: 'write', except: options.except ?? [], why };
}

export const WRITE: Kind<Write> = {
  title: 'write elsewhere',
  fields: { except: z.array(pathShape.extend({ only: z.literal('base').optional() })) },
  check({ except }, context) {
    checkPaths(except, context);
    except.forEach(({ only, own }, k) => {
      if (only === undefined || own === undefined) return;
      context.report(
        `except[${k}].only`,
        'the base of a distribution knows no type of the module',
        'name the path that the base lets it write, or leave `only` out',
      );
    });
  },
};
