export { domainPicture } from './domain-picture.ts';
export {
  type AccessLine,
  accessOf,
  accessText,
  areasOf,
  type ConditionLine,
  type DomainView,
  inheritedOf,
  openedBy,
  type ReachLine,
  type StoppedLine,
  type TransitionLine,
  whereText,
} from './domain-view.ts';
export { explainPage, explanation } from './explain-page.ts';
export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { junitReport } from './junit.ts';
export { junitSuites } from './junit-suites.ts';
export { markdownFence, markdownReport, pictureName } from './markdown.ts';
export { markdownText } from './markdown-text.ts';
export {
  type ProofCase,
  type ProofReport,
  type ProofSuite,
  proofJunit,
  proofSarif,
} from './proof-report.ts';
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
  type ResidualLine,
} from './report.ts';
export { sarifReport } from './sarif.ts';
export { sarifLog } from './sarif-log.ts';
export { STANDINGS, standingOnMachine } from './standing.ts';
export { type StepMap, stepDot, stepPicture } from './step-map.ts';
export type { Standing, TargetColumn } from './target-column.ts';
export { terminalPicture } from './terminal-picture.ts';
export { verdictOf, whereLines } from './verdict.ts';
export { machineTitle } from './wording.ts';
