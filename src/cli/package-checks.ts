import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { CheckResult } from '../lab/index.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

/** Reads what a run of the packages wrote. Throws UsageError for a file that is something else. */
export function readPackageChecks(path: string, shown: string): readonly CheckResult[] {
  if (!existsSync(path))
    throw new UsageError(`there is no file \`${shown}\``, 'run test/lab/packages-run.ts first');
  let value: unknown;
  try {
    value = JSON.parse(readWhole(path, shown).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`\`${shown}\` is not JSON`);
  }
  const parsed = CHECKS.safeParse(value);
  if (!parsed.success) throw new UsageError(`\`${shown}\` holds no checks of packages`);
  return parsed.data;
}

const CHECKS = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    outcome: z.enum(['passed', 'failed']),
    problems: z.array(z.string()),
    command: z.string(),
    output: z.string(),
  }),
);
