export { Automaton } from './automaton.ts';
export {
  type ByteSet,
  onlyByte,
  type Pattern,
  PatternProblem,
  parsePattern,
} from './pattern.ts';
export { literally, wholeMatch } from './whole.ts';
export { type Language, type Machine, shortestCommon, withinNames } from './witness.ts';
