export {
  type ApparmorAccess,
  type ApparmorDenial,
  apparmorDenialsOf,
  readApparmor,
  withoutApparmor,
} from './apparmor-denial.ts';
export { type ApparmorRequest, formatRequest } from './apparmor-request.ts';
export { ApparmorTallies, type ApparmorTally } from './apparmor-tally.ts';
export { type Denial, denialsOf, readDenials } from './denial.ts';
export { type AuditEvent, auditEvents, EventReader, eventsIn } from './event.ts';
export { type HostSeen, Hosts } from './hosts.ts';
export { auditLines, LineSplitter } from './lines.ts';
export { LONGEST_LINE, parseRecord } from './record.ts';
export { executionOf, isNameless, type Refusal, Refusals, refusalsOf } from './refusal.ts';
export { SENTENCE_PATTERNS } from './sentence.ts';
export { type DenialTally, formatTally, requestKey, Tallies, together } from './tally.ts';
export {
  LOSS_PATTERNS,
  UNREAD_KINDS,
  Unread,
  type UnreadKind,
  type UnreadLines,
} from './unread.ts';
