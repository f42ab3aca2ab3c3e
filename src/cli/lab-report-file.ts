import { profileName } from '../apparmor/profile/index.ts';
import type { Report } from '../report/index.ts';
import type { Profile } from './load-profile.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

/**
 * An earlier report of a profile, of any confine that wrote one. Throws UsageError where the file is none, is about another domain, or is
 * about other nevers than the description has today: then the machine would have to be asked again.
 */
export function readReport(path: string, shown: string, { confinement }: Profile): Report {
  let value: unknown;
  try {
    value = JSON.parse(readWhole(path, shown).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!isReport(value)) {
    throw new UsageError(
      `\`${shown}\` is no report of the lab`,
      'name the report.json that `confine lab --evidence DIRECTORY` wrote',
    );
  }
  const domain = value.lab.mechanism === 'apparmor' ? profileName(confinement) : confinement.domain;
  if (value.lab.domain !== domain) {
    throw new UsageError(`\`${shown}\` is about ${value.lab.domain}, not ${domain}`);
  }
  const then = value.nevers.map(({ kind }) => kind).sort();
  const today = [...new Set(confinement.never.map(({ kind }) => kind))].sort();
  if (then.join() !== today.join()) {
    throw new UsageError(
      `\`${shown}\` is about other nevers than the description has now`,
      'run `confine lab` again',
    );
  }
  return value;
}

function isReport(value: unknown): value is Report {
  const { lab, nevers, residuals, reproduce } = (value ?? {}) as Partial<Report>;
  return (
    [nevers, residuals, reproduce].every(Array.isArray) &&
    [lab?.checks, lab?.scenarios, lab?.attacks, lab?.leftOut, lab?.hidden].every(Array.isArray) &&
    typeof lab?.machine?.distribution === 'string'
  );
}
