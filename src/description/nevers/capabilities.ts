import { z } from 'zod';
import { names, text } from '../shapes.ts';
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
  return { kind: 'capabilities', except: options.except, why };
}

export const CAPABILITIES: Kind<Capabilities> = {
  title: 'use other capabilities',
  fields: {
    except: z.array(z.strictObject({ names, when: text.optional() })),
  },
};
