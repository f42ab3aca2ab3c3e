import { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';
import { pathProblem } from '../path.ts';
import { example, text } from '../shapes.ts';
import type { Context } from './kind.ts';

export interface PathException {
  /** A path (`HOME/.config/rustnet`), or an own type (`own: 'log'`). */
  readonly path?: string;
  readonly own?: string;
  readonly when?: string;
  readonly why?: string;
}

export const pathShape: z.ZodObject = z.strictObject(
  {
    path: text.optional(),
    own: text.optional(),
    when: text.optional(),
    why: text.optional(),
  },
  example("{ path: 'HOME/.config/program' }"),
);

export function checkPaths(except: readonly PathException[], { own, report }: Context): void {
  except.forEach((exception, k) => {
    const problem = exception.path === undefined ? undefined : pathProblem(exception.path);
    if (problem) report(`except[${k}].path`, problem.message, problem.hint);
    if (exception.own !== undefined && !own.has(exception.own)) {
      report(
        `except[${k}].own`,
        `the module declares no type \`${exception.own}\``,
        suggestion(exception.own, [...own]) ?? 'declare it under `types` of an ability',
      );
    }
  });
}
