import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fedoraColumn } from '../../src/cli/facts-column.ts';
import { processIo } from '../../src/cli/io.ts';
import { fedoraFacts } from '../../src/cli/load-facts.ts';
import { loadPolicySet } from '../../src/cli/load-policy-set.ts';
import type { Confinement } from '../../src/description/index.ts';
import type { PolicyFacts } from '../../src/selinux/facts/index.ts';
import type { FileContexts } from '../../src/selinux/file-contexts/index.ts';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import { type PolicySet, type Proved, prove } from '../../src/selinux/prove/index.ts';
import { compileCil, distribution } from '../../src/targets/index.ts';

/** Fedora's facts with a description's module in them: the policy, its labels, and what comes of the nevers there. */
export async function onFedoraFacts(
  confinement: Confinement,
  facts: PolicyFacts = fedoraFacts(),
): Promise<{
  set: PolicySet;
  db: PolicyDb;
  labels: FileContexts;
  proved: readonly Proved[];
  base: string;
}> {
  const dist = await distribution('debian-13');
  const column = await fedoraColumn(processIo(), dist, facts, confinement);
  const set = loadPolicySet(processIo(), column.files, undefined);
  return {
    set,
    db: set.db,
    labels: set.fileContexts!,
    proved: prove(set, confinement),
    base: readFileSync(join(column.files.policy, '../base.cil'), 'utf8'),
  };
}

/** The same base with another text of CIL in it. */
export async function withFedoraBase(base: string, module: string): Promise<PolicyDb> {
  const dist = await distribution('debian-13');
  const directory = await compileCil(dist, { 'base.cil': base, 'module.cil': module });
  return readPolicy(readFileSync(join(directory, 'policy')));
}
