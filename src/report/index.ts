export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { type JunitCase, junitLog, junitReport } from './junit.ts';
export { markdownFence, markdownLine, markdownReport, pictureName } from './markdown.ts';
export {
  type AcceptanceLine,
  type ExhibitLine,
  headline,
  type NeverLine,
  type Report,
  type ResidualLine,
} from './report.ts';
export { type SarifProblem, sarifLog, sarifReport } from './sarif.ts';
export { type TerminalContent, terminalPicture } from './terminal-picture.ts';
