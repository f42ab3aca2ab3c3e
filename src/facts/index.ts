export type {
  Condition,
  Given,
  KnownLabel,
  KnownMembership,
  KnownPort,
  KnownRule,
  KnownTransition,
  PolicyFacts,
} from './facts.ts';
export { FACT_LISTS, FactsError, parseFacts } from './parse-facts.ts';
