import type { KernelPolicy } from '../lab/index.ts';
import { readFileContexts } from '../selinux/file-contexts/index.ts';
import { readPolicy } from '../selinux/policydb/index.ts';
import type { PolicySet, Ruleset } from '../selinux/prove/index.ts';
import type { Linked } from './check-profile.ts';
import type { Io } from './io.ts';
import { fileContextsOf, loadFileContexts } from './load-file-contexts.ts';
import { loadPolicy, policyFile } from './load-policy.ts';

/** A policy on disk with what is known beside it. */
export interface PolicyFiles extends Omit<PolicySet, 'db' | 'fileContexts' | 'ruleset'> {
  /** The binary policy. */
  readonly policy: string;
  /** Its file_contexts; the files beside it count too. */
  readonly fileContexts: string;
}

/** What a question is put to, from files. `ruleset` is the profile's (`rulesetOf`). */
export function loadPolicySet(
  io: Io,
  { policy, fileContexts, ...known }: PolicyFiles,
  ruleset: Ruleset | undefined,
): PolicySet {
  return {
    ...known,
    db: loadPolicy(io, policy),
    fileContexts: loadFileContexts(io, { fileContexts }),
    ruleset,
  };
}

/** What came of linking a profile for a target. */
export function linkedFiles({ target, policy, base }: Linked): PolicyFiles {
  return {
    policy: policy.policy,
    fileContexts: policy.fileContexts,
    base,
    baseAssumes: target.id === 'host' ? OF_MACHINE : undefined,
  };
}

/** The same from what a person named: files or targets, and file contexts where the policy has them if none are named. */
export async function namedPolicySet(
  io: Io,
  named: {
    readonly policy: string;
    readonly fileContexts?: string | undefined;
    readonly base?: string | undefined;
  },
  ruleset: Ruleset | undefined,
): Promise<PolicySet> {
  const policy = await policyFile(io, named.policy);
  return {
    db: loadPolicy(io, policy),
    ...(named.base !== undefined && (await namedBase(io, named.base))),
    fileContexts: fileContextsOf(io, { policy, fileContexts: named.fileContexts }),
    ruleset,
  };
}

/** A release's own policy is its distribution's; of a file, and of this machine's policy, that is presupposed. */
async function namedBase(io: Io, named: string): Promise<Pick<PolicySet, 'base' | 'baseAssumes'>> {
  const file = await policyFile(io, named);
  const base = loadPolicy(io, file);
  if (file === named) {
    return {
      base,
      baseAssumes: `${named} is the distribution’s policy without modules of others`,
    };
  }
  return { base, baseAssumes: named === 'host' ? OF_MACHINE : undefined };
}

/** The policy that the kernel of a machine in the lab ran. */
export function kernelPolicySet(policy: KernelPolicy, ruleset: Ruleset | undefined): PolicySet {
  return {
    db: readPolicy(policy.binary),
    base: readPolicy(policy.base),
    baseAssumes: OF_MACHINE,
    fileContexts: readFileContexts({
      base: { name: 'file_contexts', text: policy.fileContexts },
      homeDirectories: { name: 'file_contexts.homedirs', text: policy.homeDirectories },
      distributionSubstitutions: { name: 'file_contexts.subs_dist', text: policy.substitutions },
      local: undefined,
      substitutions: undefined,
    }),
    ruleset,
  };
}

/** What a machine runs, or has in its module store, may hold modules of others than its distribution; nothing there tells them apart. */
export const OF_MACHINE =
  'what the machine’s policy grants every domain without this module is its distribution’s: no module of others wrote it';
