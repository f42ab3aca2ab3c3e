import {
  basePolicy,
  distribution,
  type Flavour,
  type LinkedPolicy,
  type TargetId,
} from '../../src/toolchain/index.ts';

const known = new Map<string, Promise<LinkedPolicy>>();

/** The distribution's own linked policy, built once per machine and cached. */
export function linkedPolicy(
  target: TargetId,
  flavour: Flavour = 'default',
): Promise<LinkedPolicy> {
  const key = `${target} ${flavour}`;
  let policy = known.get(key);
  if (policy === undefined) {
    policy = distribution(target).then((dist) => basePolicy(dist, flavour));
    known.set(key, policy);
  }
  return policy;
}
