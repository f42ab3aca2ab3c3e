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
export { literally, wholeMatch } from './whole.ts';
export { type Language, type Machine, shortestCommon, withinNames } from './witness.ts';
