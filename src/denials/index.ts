export { type Denial, denialsOf, readDenials } from './denial.ts';
export { type AuditEvent, auditEvents, EventReader, eventsIn } from './event.ts';
export { auditLines, LineSplitter } from './lines.ts';
export { LONGEST_LINE, parseRecord } from './record.ts';
export { executionOf, type Refusal, Refusals, refusalsOf } from './refusal.ts';
export { type DenialTally, formatTally, Tallies } from './tally.ts';
export { Unread, type UnreadLines } from './unread.ts';
