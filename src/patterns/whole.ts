import { Automaton } from './automaton.ts';
import { type Pattern, parsePattern } from './pattern.ts';

/**
 * The automaton of a regular expression that matches whole strings: unlike `$`, which also matches before a newline at the end, since what is
 * excepted must not be more than what is written. Throws for one that has no exact automaton of a reasonable size.
 */
export function wholeMatch(expression: string): Automaton {
  const pattern = parsePattern(`(?:${expression})`);
  const parts = pattern.op === 'sequence' ? pattern.parts : [pattern];
  const whole: Pattern = {
    op: 'sequence',
    parts: [...parts.slice(0, -1), { op: 'assertion', kind: 'veryEnd' }],
  };
  const automaton = Automaton.exactly(whole);
  if (automaton === undefined) throw new RangeError(`\`${expression}\` has no automaton`);
  return automaton;
}

/** Text as a regular expression that matches just that. */
export function literally(text: string): string {
  return text.replace(/[.^$?*+|[({\])}\\]/g, '\\$&');
}
