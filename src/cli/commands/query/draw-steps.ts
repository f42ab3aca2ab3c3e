import { resolve } from 'node:path';
import type { StepMap } from '../../../report/index.ts';
import type { Io } from '../../io.ts';
import { writeWhole } from '../../write-file.ts';
import type { PathOptions } from './path-question.ts';

/** Draws the steps of an answer where `--svg` and `--dot` say: the first ones, as many as a person can follow, and how many are left. */
export async function drawSteps<Step extends { readonly source: string; readonly target: string }>(
  io: Io,
  { svg, dot, source, target, reverse }: PathOptions,
  steps: readonly Step[],
  label: (step: Step) => string,
): Promise<void> {
  if (svg === undefined && dot === undefined) return;
  // Most questions draw nothing.
  const { stepDot, stepPicture } = await import('../../../report/index.ts');
  const ends = reverse ? [target, source] : [source, target];
  const map = (most: number): StepMap => ({
    title: ends.map((type) => type ?? '…').join(' → '),
    asked: target === undefined ? [source] : [source, target],
    arrows: steps.slice(0, most).map((step) => ({
      source: step.source,
      target: step.target,
      label: label(step),
    })),
    left: Math.max(0, steps.length - most),
  });
  if (svg !== undefined) writeWhole(resolve(io.cwd, svg), stepPicture(map(DRAWN)));
  if (dot !== undefined) writeWhole(resolve(io.cwd, dot), stepDot(map(steps.length)));
}

/** More arrows than that are no picture; Graphviz gets all. */
const DRAWN = 150;
