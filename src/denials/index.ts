export { type Denial, denialsOf, readDenials } from './denial.ts';
export { type AuditEvent, auditEvents, EventReader, eventsIn } from './event.ts';
export { auditLines, LineSplitter } from './lines.ts';
export { type AuditRecord, LONGEST_LINE, parseRecord } from './record.ts';
export { type Execution, executionOf, type Refusal, Refusals, refusalsOf } from './refusal.ts';
export { type DenialTally, formatTally, Tallies } from './tally.ts';
export { Unread, type UnreadKind, type UnreadLines } from './unread.ts';
