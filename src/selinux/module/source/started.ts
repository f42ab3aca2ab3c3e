import type { Ability, Confinement } from '../../../description/index.ts';

/** A role that must have a domain, for who comes into another one in that role and starts it from there. */
export interface StartedRole {
  readonly role: string;
  /** The further domain. */
  readonly domain: string;
  /** Whether the role is the policy's, which may lack it; else it is a role attribute of the module. */
  readonly ofPolicy: boolean;
}

/**
 * A process keeps its role when it enters another domain, and the kernel refuses a context whose role lacks the domain. Roles of users come by the
 * caller's role attribute. The system's is the role of whatever a service started: it is given to a domain whoever starts it, and lets nobody in.
 */
export function rolesOfStarted(
  { roleAttribute, module }: Confinement,
  { starts = [] }: Pick<Ability, 'starts'>,
): readonly StartedRole[] {
  return starts.flatMap((name): StartedRole[] => {
    const { domain } = module!.domains.find((other) => other.name === name)!;
    return [
      { role: roleAttribute, domain, ofPolicy: false },
      { role: 'system_r', domain, ofPolicy: true },
    ];
  });
}
