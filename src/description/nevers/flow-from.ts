import { z } from 'zod';
import { text } from '../shapes.ts';
import { checkNotEmpty, type Kind, type Plain } from './kind.ts';

/** No information flow from these types or paths into the domain, even over others, by the permission map's weight. */
export interface FlowFrom extends Plain<'flow-from'> {
  readonly sources: readonly string[];
  readonly minWeight: number;
}

/**
 * No information flows from these types into the domain, by however many steps over other types. `minWeight`: the least weight, 1 to 10 in
 * the permission map, of a step that counts; by default 3, which leaves out what carries a few bits.
 */
export function flowFrom(
  sources: readonly string[],
  why: string,
  options: { minWeight?: number } = {},
): FlowFrom {
  return { kind: 'flow-from', sources, minWeight: options.minWeight ?? 3, why };
}

export const FLOW_FROM: Kind<FlowFrom> = {
  title: 'learn what it must not',
  fields: {
    sources: z.array(text),
    minWeight: z.number().int().min(1).max(10),
  },
  check({ sources }, { report }) {
    checkNotEmpty('sources', sources, report);
  },
};
