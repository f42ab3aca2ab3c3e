import type { Confinement, LabService } from '../description/index.ts';
import type { AuditLog } from './audit.ts';
import type { Machine } from './machine/machine.ts';
import type { Mechanism, PolicyLife } from './mechanism.ts';
import type { Stage } from './stage.ts';
import type { Terminal } from './terminal.ts';

/** What a scenario runs on. */
export interface Scene<Policy> {
  readonly machine: Machine;
  readonly mechanism: Mechanism<Policy>;
  readonly life: PolicyLife<Policy>;
  readonly stage: Stage;
  readonly terminal: Terminal;
  readonly audit: AuditLog;
  readonly confinement: Confinement;
  readonly program: string;
  readonly service: LabService | undefined;
  /** Seconds that a session's traffic goes on. */
  readonly duration: number;
}
