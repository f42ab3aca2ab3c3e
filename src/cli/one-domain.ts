import { domainsOf } from '../description/index.ts';
import type { Profile } from './load-profile.ts';
import { UsageError } from './verb.ts';

/** What is made for one domain alone says so of a description of several, before it would say half. Throws UsageError. */
export function refuseSeveralDomains({ confinement, shown }: Profile, what: string): void {
  if (confinement.further === undefined) return;
  throw new UsageError(
    `${what} is made for descriptions of one domain, and \`${shown}\` has ${domainsOf(confinement)
      .map(({ domain }) => domain)
      .join(', ')}`,
    'confine check and confine prove show every one of them; confine review takes --domain',
  );
}
