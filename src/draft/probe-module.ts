import { type Ability, type Confinement, confine } from '../description/index.ts';
import type { Candidate } from './candidates.ts';

/** The module that has a candidate alone, the k-th from 1; the 0th is empty. What its domain has beyond that one's is what the ability grants. */
export function probeConfinement(k: number, candidate?: Candidate): Confinement {
  const name = probeName(k);
  // Paths stay as they are: what labels of an ability mean is asked of the ability.
  const { fileContexts: _, homeNames: __, ...ability } = candidate?.ability ?? EMPTY;
  return confine({
    name,
    title: 'an ability alone',
    version: '1.0.0',
    released: '2026-01-01',
    program: {
      name,
      version: '1',
      homepage: 'https://example.org/',
      executables: [`/opt/${name}`],
    },
    rollout: 'permissive',
    tunables: candidate?.tunables ?? [],
    may: [ability],
    never: [],
    residuals: [],
  });
}

export function probeName(k: number): string {
  return `confine_probe_${k}`;
}

/** Types of such modules. */
export const PROBES: RegExp = /^confine_probe_\d+_/;

const EMPTY: Ability = { name: 'nothing', title: 'Nothing', blocks: [] };
