import { type Confinement, domainsOf } from '../description/index.ts';
import { suggestion } from '../selinux/words/index.ts';
import type { Profile } from './load-profile.ts';
import { UsageError } from './verb.ts';

/** What is made for one domain alone says so of a description of several, before it would say half. Throws UsageError. */
export function refuseSeveralDomains({ confinement, shown }: Profile, what: string): void {
  if (confinement.further === undefined) return;
  throw new UsageError(
    `${what} is made for descriptions of one domain, and \`${shown}\` has ${domainsOf(confinement)
      .map(({ domain }) => domain)
      .join(', ')}`,
    'confine check and confine prove show every one of them; confine review and confine explain take --domain',
  );
}

/** The place among a description's domains of the one that is named, by its type or by its name in the description. Throws UsageError for one that it has not. */
export function domainNamed({ module, domain: only }: Confinement, named: string): number {
  const domains = module?.domains ?? [{ name: '', domain: only }];
  const at = domains.findIndex(({ name, domain }) => named === domain || named === name);
  if (at !== -1) return at;
  const known = domains.flatMap(({ name, domain }) => (name === '' ? [domain] : [name, domain]));
  throw new UsageError(
    `the description has no domain \`${named}\``,
    suggestion(named, known) ?? `it has ${domains.map(({ domain }) => domain).join(', ')}`,
  );
}
