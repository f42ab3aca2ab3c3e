export { type Denial, denialsOf, readDenials } from './denial.ts';
export { type AuditEvent, auditEvents, eventsIn } from './event.ts';
export { type HostSeen, Hosts } from './hosts.ts';
export { auditLines } from './lines.ts';
export { type AuditRecord, LONGEST_LINE, parseRecord } from './record.ts';
export { type Execution, executionOf, type Refusal, Refusals, refusalsOf } from './refusal.ts';
export { type DenialTally, formatTally, requestKey, Tallies, together } from './tally.ts';
export { LOSS_PATTERNS, Unread, type UnreadKind, type UnreadLines } from './unread.ts';
