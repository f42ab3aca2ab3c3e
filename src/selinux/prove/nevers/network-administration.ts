import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';

/**
 * What the kernel asks of whoever changes a network: the capability over the network namespace that is changed. One that a user namespace
 * other than the first owns asks for the capability there: a container's, which has a way out, is one.
 */
export function networkAdministration(inquiry: Inquiry): readonly Requirement[] {
  return [{ grants: capabilityAnywhere(inquiry, ['net_admin']) }];
}

/** The rules that grant one of these capabilities, over the first user namespace or over another. */
export function capabilityAnywhere(
  inquiry: Inquiry,
  names: readonly string[],
): Requirement['grants'] {
  return [
    ...inquiry.grants('capability', names),
    ...inquiry.grants('capability-in-namespace', names),
  ];
}
