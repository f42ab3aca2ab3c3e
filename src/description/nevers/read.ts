import { z } from 'zod';
import { pathProblem } from '../path.ts';
import { checkNotEmpty, type Kind, type Plain } from './kind.ts';
import { checkPaths, type PathException, pathShape } from './path-exception.ts';

/** Nothing below these paths is read, except what the exceptions name. `HOME` stands for every home directory. */
export interface Read extends Plain<'read'> {
  readonly below: readonly string[];
  readonly except: readonly PathException[];
}

export function readBelow(
  below: readonly string[],
  why: string,
  options: { except?: readonly PathException[] } = {},
): Read {
  return { kind: 'read', below, except: options.except ?? [], why };
}

export const READ: Kind<Read> = {
  title: 'read what is private',
  fields: { below: z.array(z.string()), except: z.array(pathShape) },
  check({ below, except }, context) {
    checkNotEmpty('below', below, context.report);
    below.forEach((path, k) => {
      const problem = pathProblem(path);
      if (problem) context.report(`below[${k}]`, problem.message, problem.hint);
    });
    checkPaths(except, context);
  },
};
