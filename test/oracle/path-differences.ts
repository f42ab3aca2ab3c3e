/** Where our answers about paths differ from setools' on purpose. A test fails if one of these never happens: the list must stay true. */
export const PATH_DIFFERENCES: Readonly<Record<PathDifference, string>> = {
  'sedta: setexec and setcurrent on another domain':
    'The kernel checks process:setexec and process:setcurrent on the process itself. sedta takes a rule with any target for it; we ask for the source as the target.',
  'sedta: entrypoints that lead elsewhere':
    'Without setexec, executing a file leads to the domain of its type transition. sedta lists every entrypoint from which the source has some type transition, also to another domain (and, by the order of its loops, some without any); we list those that lead to the target.',
  'sedta: means that are left without their rules':
    'With an excluded entrypoint, sedta keeps the transition rules of a step of which only the dynamic transition is left; we leave them out.',
  'seinfoflow: weight of rules that are not in force':
    'With --booleans, seinfoflow removes rules from a step but keeps the weight that they gave it; we weigh what is left.',
  'seinfoflow: a rule that carries both ways is listed twice':
    'A rule on an attribute and itself can write and read the same way. seinfoflow lists it twice, and with --booleans removes it once; we list each rule once.',
};

export type PathDifference =
  | 'sedta: setexec and setcurrent on another domain'
  | 'sedta: entrypoints that lead elsewhere'
  | 'sedta: means that are left without their rules'
  | 'seinfoflow: weight of rules that are not in force'
  | 'seinfoflow: a rule that carries both ways is listed twice';
