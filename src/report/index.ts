export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { junitReport } from './junit.ts';
export { markdownReport, pictureName } from './markdown.ts';
export {
  type ProofCase,
  type ProofReport,
  type ProofSuite,
  proofJunit,
  proofSarif,
} from './proof-report.ts';
export {
  type AcceptanceLine,
  type ExhibitLine,
  headline,
  type NeverLine,
  type Report,
} from './report.ts';
export { sarifReport } from './sarif.ts';
export { terminalPicture } from './terminal-picture.ts';
