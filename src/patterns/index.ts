export { Automaton } from './automaton.ts';
export {
  ANY_BYTE,
  type ByteSet,
  byteSet,
  complement,
  onlyByte,
  type Pattern,
  PatternProblem,
  parsePattern,
} from './pattern.ts';
export { type Machine, shortestCommon, shortestOf, withinNames } from './witness.ts';
