/** Where our answers about rules and access differ from the field's tools on purpose. A test fails if one of these never happens. */
export const RULE_DIFFERENCES: Readonly<Record<RuleDifference, string>> = {
  'sesearch: an attribute without types is no criterion':
    'Asked for the rules of an attribute that has no types, sesearch ignores the criterion and prints rules of everything. Nothing is a rule of no type: we print none, or with -ds and -dt those that name the attribute.',
  'sesearch: extended rules lose their condition':
    'An extended rule in a conditional (since version 34) is printed by sesearch as if it always applied. We print its condition, as for other rules.',
  'libsepol: typebounds':
    'libsepol checks bounds when a policy is built and not when it decides; the kernel also takes from a bounded type what its parent lacks (type_attribute_bounds_av). We do as the kernel does.',
};

export type RuleDifference =
  | 'sesearch: an attribute without types is no criterion'
  | 'sesearch: extended rules lose their condition'
  | 'libsepol: typebounds';
