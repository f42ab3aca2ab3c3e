import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { distribution } from '../../src/targets/index.ts';
import { peerPython } from '../support/peer.ts';

/** A question to setools' analyses and to ours; types by name. */
export interface PathQuestion {
  readonly analysis: 'transitions' | 'flows';
  readonly mode: 'out' | 'in' | 'shortest' | 'all';
  readonly source: string;
  readonly target?: string;
  readonly steps?: number;
  readonly reverse?: boolean;
  readonly exclude?: readonly string[];
  readonly minimumWeight?: number;
  readonly booleans?: Readonly<Record<string, boolean>>;
}

export interface PeerTransition {
  readonly source: string;
  readonly target: string;
  readonly transition: readonly string[];
  /** Rule -> whether its target is the source domain itself. */
  readonly setexec: Readonly<Record<string, boolean>>;
  readonly entrypoints: Readonly<
    Record<
      string,
      {
        readonly entrypoint: readonly string[];
        readonly execute: readonly string[];
        readonly typeTransition: readonly string[];
      }
    >
  >;
  readonly dyntransition: readonly string[];
  readonly setcurrent: Readonly<Record<string, boolean>>;
}

export interface PeerFlow {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
  /** How many rules it lists, repetitions included. */
  readonly listed: number;
  readonly rules: Readonly<Record<string, { readonly weight: number; readonly enabled: boolean }>>;
}

export interface PeerAnswer<Step> {
  /** Pairs of source and target, step by step. At most LISTED + 1. */
  readonly paths?: readonly (readonly (readonly [string, string])[])[];
  readonly steps: readonly Step[];
}

/** More paths than this are not listed; that there are more is compared. */
export const LISTED = 3_000;

/** The answers of setools' Python library, in the order of the questions; one process for all. */
export async function peerAnswers<Step>(
  policy: string,
  questions: readonly PathQuestion[],
): Promise<PeerAnswer<Step>[]> {
  const map = await peerMap();
  const answers = await peerPython(
    join(import.meta.dirname, 'path-answers.py'),
    JSON.stringify({ policy, map, listed: LISTED, questions }),
    [policy, map],
  );
  return answers
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The permission map that setools installs: both tools get the same. */
export async function peerMap(): Promise<string> {
  const { root } = await distribution('debian-13', { analysis: true });
  const path = join(root, 'usr/lib/python3/dist-packages/setools/perm_map');
  if (!existsSync(path)) throw new Error('setools of Debian 13 has no permission map where it was');
  return path;
}
