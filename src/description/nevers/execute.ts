import { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';
import { example, text } from '../shapes.ts';
import { checkDomains, type DomainException, type Kind, type Plain } from './kind.ts';

/**
 * No execute_no_trans beyond its own executable and what the base gives every domain, and no way into another domain. An exception is for
 * programs of a type of the module, or for another domain of the description, of which the same is then proved.
 */
export interface Execute extends Plain<'execute'> {
  readonly except?: readonly (HelperException | DomainException)[];
}

/** Helper programs of a type of the module, as `own: 'helper'`. */
export interface HelperException {
  readonly own: string;
}

export function executeAnything(
  why: string,
  options: { except?: readonly (HelperException | DomainException)[] } = {},
): Execute {
  return { kind: 'execute', why, ...options };
}

export const EXECUTE: Kind<Execute> = {
  title: 'start other programs',
  fields: {
    except: z
      .array(
        z.union([
          z.strictObject({ own: text }, example("{ own: 'helper' }")),
          z.strictObject({ domain: text }),
        ]),
      )
      .optional(),
  },
  check: ({ except }, context) => {
    const { own, report } = context;
    except?.forEach((exception, k) => {
      if ('domain' in exception) {
        checkDomains([{ place: `except[${k}].domain`, domain: exception.domain }], context);
        return;
      }
      if (own.has(exception.own)) return;
      report(
        `except[${k}].own`,
        `the module declares no type \`${exception.own}\``,
        suggestion(exception.own, [...own]) ?? 'declare it under `types` of an ability',
      );
    });
  },
};
