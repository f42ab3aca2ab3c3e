import type { Kind, Plain } from './kind.ts';

/** setenforce, load_policy, setbool, setsecparam, check of the same through selinuxfs, relabelling, writing policy files. */
export type ChangePolicy = Plain<'change-policy'>;

export function changePolicy(why: string): ChangePolicy {
  return { kind: 'change-policy', why };
}

export const CHANGE_POLICY: Kind<ChangePolicy> = { title: 'change the policy' };
