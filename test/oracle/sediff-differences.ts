import type { DifferenceSection } from '../../src/selinux/query/index.ts';

/** Where our difference of two policies is not sediff's, on purpose. A test fails if one of these never happens. */
export const SEDIFF_DIFFERENCES: readonly SediffDifference[] = [
  {
    name: 'sediff: bounds that are only modified are not shown',
    reason:
      'sediff compares them and then prints the section only if a typebounds statement was added or removed. We show what was compared.',
    hides: ({ id, difference: { added, removed } }) =>
      id === 'typebounds' && added.length + removed.length === 0,
  },
  {
    name: 'sediff: of extended rules for the same types only one is printed',
    reason:
      'Where several extended rules stand for the same types, sediff compares all their commands and prints those of one of the rules. We print all that were compared.',
    rewrites: (line) => line.replace(/^( +[+-] \w+xperm \S+ \S+ (?:ioctl|nlmsg) ).*$/, '$1…'),
  },
  {
    name: 'sediff: a heading is misspelt',
    reason: 'sediff heads the list of new sensitivities with another spelling than its section.',
    rewrites: (line) => line.replace('Added Sensitivites', 'Added Sensitivities'),
  },
];

export interface SediffDifference {
  readonly name: string;
  readonly reason: string;
  /** Whether a section of ours is one that sediff does not show. */
  hides?(section: DifferenceSection): boolean;
  /** Makes lines of both that differ in this way alike. */
  rewrites?(line: string): string;
}
