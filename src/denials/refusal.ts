import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record.ts';

/** Something that SELinux refused without a denial (an AVC record): an SELINUX_ERR record, counted. */
export interface Refusal {
  /** `security_bounded_transition`, `security_compute_sid` …; the record's sentence where it names none. */
  readonly op: string;
  /** The record without its head: what was refused. */
  readonly text: string;
  readonly count: number;
  /** Of the first: the whole record. */
  readonly record: string;
}

/** Counts refusals as they come; equal ones once. */
export class Refusals {
  private readonly found = new Map<string, { op: string; record: string; count: number }>();
  /** Refusals that were not kept apart, since more than MOST_REFUSALS different ones came. */
  overflow = 0;

  add(record: AuditRecord): void {
    const text = record.body.trim();
    const refusal = this.found.get(text);
    if (refusal !== undefined) refusal.count++;
    else if (this.found.size >= MOST_REFUSALS) this.overflow++;
    else {
      const op = record.fields.get('op') ?? record.message;
      this.found.set(text, { op, record: record.raw, count: 1 });
    }
  }

  /** Adds what was counted elsewhere. */
  merge({ text, op, record, count }: Refusal): void {
    const refusal = this.found.get(text);
    if (refusal !== undefined) refusal.count += count;
    else if (this.found.size >= MOST_REFUSALS) this.overflow += count;
    else this.found.set(text, { op, record, count });
  }

  all(): Refusal[] {
    return [...this.found].map(([text, refusal]) => ({ text, ...refusal }));
  }
}

const MOST_REFUSALS = 1000;

/** The records of an event that say so. */
export function refusalsOf(event: AuditEvent): readonly AuditRecord[] {
  return event.records.some(isRefusal) ? event.records.filter(isRefusal) : NONE;
}

const NONE: readonly AuditRecord[] = [];

function isRefusal({ type, raw }: AuditRecord): boolean {
  return (
    type === 'SELINUX_ERR' ||
    type === 'USER_SELINUX_ERR' ||
    (type !== 'AVC' && raw.includes('seresult=denied'))
  );
}

/** Whether a refusal says nothing of whose it was: no context, and no program. */
export function isNameless({ type, body, fields }: AuditRecord, { records }: AuditEvent): boolean {
  if (records.some((record) => record.type === 'SYSCALL')) return false;
  // What an object manager says of itself stands before its sentence.
  const said = type.startsWith('USER') ? body.slice(Math.max(0, body.indexOf("msg='"))) : body;
  return !/[\w.-]+:[\w.-]+:[\w.-]+/.test(said) && !fields.has('comm');
}

/** A program that was executed: where, and in which context it then ran. */
export interface Execution {
  readonly exe: string;
  /** A context. */
  readonly subject: string;
}

/** The successful execution that an event is about; undefined for other events. */
export function executionOf({ records }: AuditEvent): Execution | undefined {
  const call = records.find(({ type }) => type === 'SYSCALL');
  // Most calls are no execution: those are not taken apart.
  if (call === undefined || !MAY_EXECUTE.test(call.raw)) return undefined;
  const { fields } = call;
  const number = `${fields.get('arch')} ${fields.get('syscall')}`;
  if (!EXECUTIONS.has(number) && !/^execve(?:at)?$/.test(fields.get('syscall') ?? ''))
    return undefined;
  const [exe, subject] = [fields.get('exe'), fields.get('subj')];
  return fields.get('success') === 'yes' && exe !== undefined && subject !== undefined
    ? { exe, subject }
    : undefined;
}

const MAY_EXECUTE = / syscall=(?:execve|execveat|59|322|11|358|221|281|362|354) success=yes /;

/** execve and execveat by architecture: x86-64, i386, arm64, riscv64, ppc64le, s390x. */
const EXECUTIONS: ReadonlySet<string> = new Set([
  'c000003e 59',
  'c000003e 322',
  '40000003 11',
  '40000003 358',
  'c00000b7 221',
  'c00000b7 281',
  'c00000f3 221',
  'c00000f3 281',
  'c0000015 11',
  'c0000015 362',
  '80000016 11',
  '80000016 354',
]);
