import { z } from 'zod';
import { capabilityProblem } from '../../selinux/words/index.ts';
import { example, names, text } from '../shapes.ts';
import type { Kind, Plain } from './kind.ts';

/** No capability but these; under a tunable those that it adds. */
export interface Capabilities extends Plain<'capabilities'> {
  readonly except: readonly CapabilityException[];
}

export interface CapabilityException {
  readonly names: readonly string[];
  /** The tunable that adds them; absent for always. */
  readonly when?: string;
}

export function useCapabilities(
  why: string,
  options: { except: readonly CapabilityException[] },
): Capabilities {
  // Left out where nobody checks types, it is a mistake of the description, told with the others.
  return { kind: 'capabilities', except: options?.except, why };
}

export const CAPABILITIES: Kind<Capabilities> = {
  title: 'use other capabilities',
  fields: {
    except: z.array(
      z.strictObject({ names, when: text.optional() }, example("{ names: ['net_raw'] }")),
    ),
  },
  // A word that is no capability excepts nothing, and would leave out the one that was meant.
  check({ except }, { report }) {
    except.forEach(({ names }, i) => {
      names.forEach((name, k) => {
        const problem = capabilityProblem(name);
        if (problem) report(`except[${i}].names[${k}]`, problem.message, problem.hint);
      });
    });
  },
};
