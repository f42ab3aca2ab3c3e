import { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';
import { example, text } from '../shapes.ts';
import type { Kind, Plain } from './kind.ts';

/**
 * No execute_no_trans beyond its own executable and what the base gives every domain, and no way into another domain. An exception is for
 * programs of a type of the module.
 */
export interface Execute extends Plain<'execute'> {
  readonly except?: readonly HelperException[];
}

/** Helper programs of a type of the module, as `own: 'helper'`. */
export interface HelperException {
  readonly own: string;
}

export function executeAnything(
  why: string,
  options: { except?: readonly HelperException[] } = {},
): Execute {
  return { kind: 'execute', why, ...options };
}

export const EXECUTE: Kind<Execute> = {
  title: 'start other programs',
  fields: {
    except: z.array(z.strictObject({ own: text }, example("{ own: 'helper' }"))).optional(),
  },
  check: ({ except }, { own, report }) => {
    except?.forEach((exception, k) => {
      if (own.has(exception.own)) return;
      report(
        `except[${k}].own`,
        `the module declares no type \`${exception.own}\``,
        suggestion(exception.own, [...own]) ?? 'declare it under `types` of an ability',
      );
    });
  },
};
