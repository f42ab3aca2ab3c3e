export type { Given, KnownLabel, KnownRule, KnownTransition, PolicyFacts } from './facts.ts';
export { givenFromCil } from './given-from-cil.ts';
export { type InterfaceList, interfaceTable, parseInterfaceTable } from './interface-list.ts';
export {
  type AttributeView,
  type CallFinding,
  type CallOnTarget,
  judgeCall,
} from './judge-calls.ts';
export { type LabelledProgram, parseProgramTable, programTable } from './labelled-programs.ts';
export { linesOfModule } from './lines-from-cil.ts';
export { FACT_LISTS, FactsError, parseFacts } from './parse-facts.ts';
