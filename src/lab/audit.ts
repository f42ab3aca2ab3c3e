import { eventsIn } from '../denials/index.ts';
import type { LabDenial } from './lab-denial.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import type { Records } from './mechanism.ts';

/** What a machine's audit log said between two marks. */
export interface AuditWindow<T> {
  readonly value: T;
  readonly denials: readonly LabDenial[];
  /** The records as they were written, of all programs and with the marks. */
  readonly log: string;
}

/** A machine's audit log, cut into windows by marks that go through the kernel: what is between them happened between them. */
export interface AuditLog {
  window<T>(action: () => Promise<T>): Promise<AuditWindow<T>>;
}

/** Starts watching a mechanism's records. Throws MachineError when some were lost. */
export async function watchAudit(machine: Machine, records: Records): Promise<AuditLog> {
  const prepared = await machine.run(PREPARE(records.prepare));
  if (prepared.code !== 0) {
    throw new MachineError(`the machine has no working audit: ${prepared.stderr.trim()}`, {
      hint: 'auditd must be installed and running; without it a denial cannot be told from silence',
    });
  }
  // A unique word per run: the log of a machine that is not ours may hold the marks of an earlier one.
  const word = `confine-${Date.now().toString(36)}`;
  let count = 0;
  return {
    window: async (action) => {
      const mark = `${word}-${++count}`;
      await said(machine, `${records.before}; auditctl -m ${mark}-begin`);
      const value = await action();
      const log = await said(machine, READ(mark));
      return { value, denials: eventsIn(log).flatMap(records.read), log };
    },
  };
}

/** The error of a machine that broke, with the last denials of its log where it still answers. */
export async function withDenials(
  machine: Machine,
  error: MachineError,
  { pattern }: Records,
): Promise<MachineError> {
  const log = await machine
    .run(`grep -ah '${pattern}' $(ls -tr /var/log/audit/audit.log*) | tail -n 10`, {
      timeout: 20,
    })
    .catch(() => undefined);
  const denials = log?.stdout.split('\n').filter(Boolean) ?? [];
  if (denials.length === 0) return error;
  return new MachineError(error.message, { ...error.evidence, denials }, { cause: error });
}

const PREPARE = (more: string): string => `
systemctl is-active --quiet auditd || service auditd start >/dev/null 2>&1
auditctl -e 1 >/dev/null && auditctl -b 16384 >/dev/null && auditctl -r 0 >/dev/null || exit 1
${more}
grep -q . /var/log/audit/audit.log
`;

/** The end mark must come through kernel, daemon and file before the log is read. */
const READ = (mark: string): string => `
auditctl -m ${mark}-end
for try in $(seq 100); do
  grep -aqs '${mark}-end' /var/log/audit/audit.log /var/log/audit/audit.log.1 && break
  sleep 0.1
done
cat $(ls -tr /var/log/audit/audit.log*) | sed -n '/${mark}-begin/,/${mark}-end/p' > /run/confine-window
grep -aq '${mark}-begin' /run/confine-window && grep -aq '${mark}-end' /run/confine-window || { echo "marks are missing" >&2; exit 1; }
lost=$(auditctl -s | sed -n 's/^lost //p'); [ "$lost" = 0 ] || { echo "$lost records were lost" >&2; exit 1; }
cat /run/confine-window`;

async function said(machine: Machine, script: string): Promise<string> {
  const { code, stdout, stderr } = await machine.run(script);
  if (code !== 0) throw new MachineError(`the audit log cannot be trusted: ${stderr.trim()}`);
  return stdout;
}
