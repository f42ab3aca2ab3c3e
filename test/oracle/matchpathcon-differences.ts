/** Where labels differ from matchpathcon's on purpose. A test shows each. */
export const MATCHPATHCON_DIFFERENCES: Readonly<
  Record<'a context that is none' | 'a regular expression that cannot be read', string>
> = {
  'a context that is none':
    'matchpathcon answers with whatever stands in the last field of an entry. We refuse the line: such a file cannot be labelled so.',
  'a regular expression that cannot be read':
    'matchpathcon fails for a path that comes to such an entry, and does not say which. We name file and line.',
};
