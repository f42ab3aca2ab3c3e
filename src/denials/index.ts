export { type Denial, denialsOf } from './denial.ts';
export { type AuditEvent, auditEvents, eventsIn } from './event.ts';
export { auditLines } from './lines.ts';
export { type AuditRecord, LONGEST_LINE, parseRecord } from './record.ts';
export { type DenialTally, formatTally, Tallies } from './tally.ts';
