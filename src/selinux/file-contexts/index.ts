export { type ChangedEntry, type LabelDifference, labelDifference } from './difference.ts';
export type { ContextsFile, FileContextEntry } from './entry.ts';
export { type FileContexts, readFileContexts } from './file-contexts.ts';
export { FileContextsError } from './file-contexts-error.ts';
export { type Label, labelOf } from './label.ts';
export {
  type EntryOfType,
  entriesOfType,
  type LabelsWithin,
  labelsBelow,
  labelsMatching,
} from './reach.ts';
