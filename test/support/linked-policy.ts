import type { Confinement } from '../../src/description/index.ts';
import { moduleSource } from '../../src/selinux/module/index.ts';
import {
  basePolicy,
  compileModule,
  distribution,
  type Flavour,
  type LinkedPolicy,
  linkModules,
  type TargetId,
} from '../../src/targets/index.ts';

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

/** A description's module in a distribution's full policy, alone or with another module (CIL) beside it. */
export async function linkedWith(
  target: TargetId,
  confinement: Confinement,
  beside?: string,
): Promise<LinkedPolicy> {
  const dist = await distribution(target);
  const { pp } = await compileModule(dist, moduleSource(confinement));
  return linkModules(dist, await basePolicy(dist), [
    { name: `${confinement.name}.pp`, bytes: pp },
    ...(beside === undefined ? [] : [{ name: 'beside.cil', bytes: Buffer.from(beside) }]),
  ]);
}
