import type { IdSet, TypeId } from '../../policydb/index.ts';
import { type Paths, pathsUpTo, shortestPaths, type TypeGraph } from './type-paths.ts';

/** Paths of steps that carry their evidence. */
export interface StepPaths<Step> extends Omit<Paths, 'paths'> {
  readonly paths: readonly (readonly Step[])[];
}

/** What can be asked of a graph whose arrows are justified by rules. */
export interface StepAnswers<Step> {
  /** All paths of the fewest steps. */
  shortest(source: TypeId, target: TypeId, limit: number): StepPaths<Step>;
  /** All paths of at most `steps` steps that touch no type twice. */
  upTo(source: TypeId, target: TypeId, steps: number, limit: number): StepPaths<Step>;
  /** The types that `type` leads to in one step; ascending. */
  outOf(type: TypeId): TypeId[];
  /** The types that lead to `type` in one step; ascending. */
  into(type: TypeId): TypeId[];
  step(source: TypeId, target: TypeId): Step;
}

export interface StepGraph extends TypeGraph {
  predecessors(type: TypeId): IdSet<TypeId>;
}

/** Answers from a graph. A step is made once, however many paths pass it. */
export function stepAnswers<Step>(
  graph: StepGraph,
  stepOf: (source: TypeId, target: TypeId) => Step,
): StepAnswers<Step> {
  const steps = new Map<number, Step>();
  const step = (source: TypeId, target: TypeId): Step => {
    const key = source * graph.size + target;
    let known = steps.get(key);
    if (known === undefined) {
      known = stepOf(source, target);
      steps.set(key, known);
    }
    return known;
  };
  const withSteps = (found: Paths): StepPaths<Step> => ({
    ...found,
    paths: found.paths.map((path) => path.slice(1).map((type, i) => step(path[i]!, type))),
  });
  return {
    shortest: (source, target, limit) => withSteps(shortestPaths(graph, source, target, limit)),
    upTo: (source, target, most, limit) => withSteps(pathsUpTo(graph, source, target, most, limit)),
    outOf: (type) => graph.successors(type).toArray(),
    into: (type) => graph.predecessors(type).toArray(),
    step,
  };
}
