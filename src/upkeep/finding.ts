/**
 * - `edit`: the description has to be changed, or somebody has to decide.
 * - `unclear`: whether anything has to be done cannot be told from the policy or the program's bytes alone.
 * - `nothing`: it changed, and nothing follows from it.
 */
export type Level = 'edit' | 'unclear' | 'nothing';

/** Something that changed since the record, and what follows from it. */
export interface Finding {
  readonly level: Level;
  readonly about: 'interface' | 'name' | 'access' | 'base' | 'verdict' | 'entrance' | 'program';
  /** What changed, as a sentence without its period. */
  readonly what: string;
  /** What came and what went, a line each, beginning with `+ ` or `- `. */
  readonly changes: readonly string[];
  /** What of the description it concerns. */
  readonly concerns: readonly Concern[];
  /** What to do. */
  readonly edit: string;
}

/** A part of the description. */
export interface Concern {
  /** An ability's name, or `never` with its kind. */
  readonly part: string;
  readonly why: string;
  /** Its line in the description's file, counted from 1; absent where it was not found there. */
  readonly line?: number;
}

/** The worst comes first; what is equally bad stays in its order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** The worst level of some findings; `nothing` for none. */
export function worstLevel(findings: readonly Finding[]): Level {
  return LEVELS.find((level) => findings.some((one) => one.level === level)) ?? 'nothing';
}

export const LEVELS: readonly Level[] = ['edit', 'unclear', 'nothing'];
