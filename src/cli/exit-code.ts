/** How every verb ends. Part of the command line's contract: scripts and CI branch on these numbers. */
export const ExitCode = {
  /** The answer is yes: built, equal, allowed, every guarantee holds. */
  yes: 0,
  /** The answer is no: violated, denied, differs. */
  no: 1,
  /** The invocation or the description is wrong; nothing was run. */
  usage: 2,
  /** It could not run: an unreadable policy, a missing tool, a broken machine. */
  couldNotRun: 3,
  /** It ran, and cannot say: a guarantee is undecided. */
  undecided: 4,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The same in words, for the page of the manual. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof ExitCode, string>> = {
  yes: 'The answer is yes: built, equal, allowed, every never holds.',
  no: 'The answer is no: violated, denied, differs, found nothing.',
  usage: 'The invocation or the description is wrong; nothing was run.',
  couldNotRun: 'It could not run: an unreadable policy, a missing tool, a broken machine.',
  undecided: 'It ran, and cannot say.',
};
