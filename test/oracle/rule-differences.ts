/** Where our answers about rules differ from sesearch's on purpose. A test fails if one of these never happens. */
export const RULE_DIFFERENCES: Readonly<Record<RuleDifference, string>> = {
  'sesearch: an attribute without types is no criterion':
    'Asked for the rules of an attribute that has no types, sesearch ignores the criterion and prints rules of everything. Nothing is a rule of no type: we print none, or with -ds and -dt those that name the attribute.',
  'sesearch: extended rules lose their condition':
    'An extended rule in a conditional (since version 34) is printed by sesearch as if it always applied. We print its condition, as for other rules.',
  'sesearch: finding nothing is no answer of its own':
    'Where no rule matches, sesearch prints nothing and exits with 0. We say so on stderr and exit with 1, as for every question whose answer is no.',
};

export type RuleDifference =
  | 'sesearch: an attribute without types is no criterion'
  | 'sesearch: extended rules lose their condition'
  | 'sesearch: finding nothing is no answer of its own';
