export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { type JunitCase, junitLog, junitReport } from './junit.ts';
export { markdownFence, markdownReport, pictureName } from './markdown.ts';
export { markdownText } from './markdown-text.ts';
export {
  type PullRequest,
  pullRequestBody,
  pullRequestTitle,
} from './pull-request.ts';
export {
  type AcceptanceLine,
  type ExhibitLine,
  headline,
  type NeverLine,
  type Report,
} from './report.ts';
export { type SarifProblem, sarifLog, sarifReport } from './sarif.ts';
export { terminalPicture } from './terminal-picture.ts';
