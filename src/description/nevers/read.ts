import { z } from 'zod';
import { pathProblem } from '../path.ts';
import { checkNotEmpty, type Kind, type Plain } from './kind.ts';
import { checkPaths, type PathException, pathShape } from './path-exception.ts';

/**
 * Nothing below these paths is read, except what the exceptions name. `HOME` stands for every home directory. `names`: an indexer may learn what
 * things are called, by listing directories and reading where links point; then the never is about what is in files.
 */
export interface Read extends Plain<'read'> {
  readonly below: readonly string[];
  readonly names?: 'may';
  readonly except: readonly PathException[];
}

export function readBelow(
  below: readonly string[],
  why: string,
  options: { names?: 'may'; except?: readonly PathException[] } = {},
): Read {
  const { names, except = [] } = options;
  return { kind: 'read', below, ...(names === undefined ? {} : { names }), except, why };
}

export const READ: Kind<Read> = {
  title: 'read what is private',
  fields: {
    below: z.array(z.string()),
    names: z.literal('may').optional(),
    except: z.array(pathShape),
  },
  check({ below, except }, context) {
    checkNotEmpty('below', below, context.report);
    below.forEach((path, k) => {
      const problem = pathProblem(path);
      if (problem) context.report(`below[${k}]`, problem.message, problem.hint);
    });
    checkPaths(except, context);
  },
};
