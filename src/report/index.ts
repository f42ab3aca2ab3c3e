export { domainPicture, type PictureForm } from './domain-picture.ts';
export {
  type AccessLine,
  accessOf,
  accessText,
  areasOf,
  type ConditionLine,
  type DomainView,
  inheritedOf,
  openedBy,
  type PolicyAsked,
  type ReachLine,
  type StoppedLine,
  type TransitionLine,
  whereText,
} from './domain-view.ts';
export { explainPage, explanation } from './explain-page.ts';
export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { junitReport } from './junit.ts';
export { markdownReport, pictureName } from './markdown.ts';
export {
  type AcceptanceLine,
  type ExhibitLine,
  headline,
  type NeverLine,
  type Report,
  type ResidualLine,
  type SinceLine,
} from './report.ts';
export { sarifReport } from './sarif.ts';
export {
  neverWords,
  STANDINGS,
  type Standing,
  type StandingWord,
  standingOnMachine,
  type TargetColumn,
} from './standing.ts';
export { type StepMap, stepDot, stepPicture } from './step-map.ts';
export { type TerminalContent, terminalPicture } from './terminal-picture.ts';
export { verdictOf, whereLines } from './verdict.ts';
