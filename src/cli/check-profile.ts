import { type Confinement, ConfinementProblems } from '../confinement/index.ts';
import {
  fedoraNameProblems,
  type InterfaceTable,
  interfaceProblems,
  moduleSource,
} from '../emit/index.ts';
import {
  basePolicy,
  compileModule,
  type Distribution,
  distribution,
  headerInterfaces,
  type LinkedPolicy,
  linkModules,
  TARGETS,
  type Target,
} from '../toolchain/index.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { step } from './progress.ts';

/** A profile compiled for one target and linked into its full policy. */
export interface Linked {
  readonly target: Target;
  readonly dist: Distribution;
  readonly policy: LinkedPolicy;
  readonly warnings: readonly string[];
}

/**
 * Holds every name of a description against Fedora's lists, then compiles and links it for each target that can be built here. Throws
 * ConfinementProblems for names that a target lacks, ToolchainError for what a compiler refuses.
 */
export async function linkProfile(
  io: Io,
  confinement: Confinement,
  targets: readonly Target[] = TARGETS,
): Promise<readonly Linked[]> {
  const dists: [Target, Distribution][] = [];
  for (const target of targets) {
    dists.push([
      target,
      await step(io, `compilers and headers of ${target.title}`, () => distribution(target.id)),
    ]);
  }
  const fedora = fedoraFacts();
  await step(io, 'every name exists in Fedora and in these headers, with its arguments', () => {
    const tables: InterfaceTable[] = [
      { target: 'Fedora', interfaces: fedora.interfaces },
      ...dists.map(([target, dist]) => ({
        target: target.title,
        interfaces: headerInterfaces(dist),
      })),
    ];
    const problems = [
      ...interfaceProblems(confinement, tables),
      ...fedoraNameProblems(confinement, fedora),
    ];
    if (problems.length > 0) throw new ConfinementProblems(confinement.name, problems);
  });

  const linked: Linked[] = [];
  for (const [target, dist] of dists) {
    const compiled = await step(io, `compiled for ${target.title} (${target.policy})`, () =>
      compileModule(dist, moduleSource(confinement)),
    );
    const policy = await step(io, `linked into the full policy of ${target.title}`, async () =>
      linkModules(dist, await basePolicy(dist), [
        { name: `${confinement.name}.pp`, bytes: compiled.pp },
      ]),
    );
    linked.push({ target, dist, policy, warnings: compiled.warnings });
  }
  return linked;
}
