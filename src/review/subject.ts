import type { Confinement } from '../confinement/index.ts';
import type { FileContexts } from '../file-contexts/index.ts';
import type { Ruleset } from '../guarantee/index.ts';
import type { PolicyDb } from '../policydb/index.ts';

/** What denials are held against. */
export interface ReviewSubject {
  readonly confinement: Confinement;
  /** The policy that the description's module is linked into. */
  readonly db: PolicyDb;
  readonly fileContexts: FileContexts | undefined;
  readonly ruleset: Ruleset | undefined;
}
