/** The library: describe a confinement, read a policy, ask, prove, read denials. Functions on values: files are the caller's to read. */
export * from './abilities/index.ts';
export {
  type AuditEvent,
  auditEvents,
  auditLines,
  type Denial,
  eventsIn,
  readDenials,
  Unread,
  type UnreadLines,
} from './denials/index.ts';
export * from './description/index.ts';
export {
  type ContextsFile,
  type FileContexts,
  FileContextsError,
  type Label,
  labelOf,
  readFileContexts,
} from './selinux/file-contexts/index.ts';
export { type PolicyDb, PolicyFormatError, readPolicy } from './selinux/policydb/index.ts';
export {
  type Described,
  type Outcome,
  type PolicySet,
  type Proved,
  prove,
  type Ruleset,
  undescribed,
  type Verdict,
  type Witness,
} from './selinux/prove/index.ts';
export {
  type AccessAnswer,
  access,
  formatRule,
  type PermissionAnswer,
  QueryError,
  type Rule,
  type SensitiveGrant,
  sensitiveGrants,
  type TeRuleCriteria,
  teRules,
} from './selinux/query/index.ts';
