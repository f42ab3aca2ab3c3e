import {
  type Confinement,
  ConfinementProblems,
  domainsOf,
  equivalencesOf,
} from '../description/index.ts';
import {
  fedoraNameProblems,
  type InterfaceTable,
  interfaceProblems,
  moduleNameProblems,
  moduleSource,
  type NameTable,
  optionalNameProblems,
  permissiveModule,
} from '../selinux/module/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import { KERNEL_CHECKS } from '../selinux/prove/index.ts';
import {
  compileModule,
  headerInterfaces,
  headerModules,
  type InstalledModule,
  type LinkedPolicy,
  type OpenTarget,
  type PolicyTarget,
  TARGETS,
  trimLinks,
} from '../targets/index.ts';
import type { Io } from './io.ts';
import { labelOwnerProblems } from './label-owners.ts';
import { debianInterfaces, fedoraFacts } from './load-facts.ts';
import { loadFileContexts } from './load-file-contexts.ts';
import { loadPolicy } from './load-policy.ts';
import { step } from './progress.ts';

/** A profile compiled for one target and linked into its full policy. */
export interface Linked {
  readonly target: OpenTarget;
  readonly policy: LinkedPolicy;
  /** The same without the module. */
  readonly base: PolicyDb;
  /** Its file contexts. */
  readonly baseFileContexts: string;
  readonly warnings: readonly string[];
  /** What differs from the policy that is there, for a person. */
  readonly notes: readonly string[];
}

/**
 * Holds every name of a description against Fedora's lists, then compiles and links it for each of these targets. Throws
 * ConfinementProblems for names that a target lacks, ToolchainError for what a compiler refuses.
 */
export async function linkProfile(
  io: Io,
  confinement: Confinement,
  targets: readonly PolicyTarget[],
): Promise<readonly Linked[]> {
  const opened: OpenTarget[] = [];
  for (const target of targets) {
    opened.push(await step(io, `compilers and headers of ${target.title}`, () => target.open()));
  }
  const fedora = fedoraFacts();
  const own = ownModules(confinement);
  const bases = new Map<OpenTarget, PolicyDb>();
  const baseOf = async (target: OpenTarget): Promise<PolicyDb> => {
    const base = bases.get(target) ?? loadPolicy(io, (await target.base(own)).policy);
    bases.set(target, base);
    return base;
  };
  await step(io, 'every name exists in Fedora and in Debian, with its arguments', async () => {
    const debian = opened.filter(({ id }) => id !== 'host');
    const tables: InterfaceTable[] = [
      { target: 'Fedora', interfaces: fedora.interfaces },
      ...TARGETS.filter(({ id }) => !opened.some((target) => target.id === id)).map(
        ({ id, title }) => ({ target: title, interfaces: debianInterfaces().get(id)! }),
      ),
      ...opened.map(({ title, compilers }) => ({
        target: title,
        interfaces: headerInterfaces(compilers),
      })),
    ];
    const problems = [
      ...interfaceProblems(confinement, tables),
      ...fedoraNameProblems(confinement, fedora),
      ...moduleNameProblems(confinement, [
        { target: 'Fedora', modules: fedora.modules },
        ...debian.map(({ title, compilers }) => ({
          target: title,
          modules: headerModules(compilers),
        })),
      ]),
      // A name that one target lacks may be another's: only all of them can tell.
      ...(debian.length === TARGETS.length
        ? optionalNameProblems(
            confinement,
            [fedora, ...(await Promise.all(debian.map(async (one) => namesOf(await baseOf(one)))))],
            new Set(KERNEL_CHECKS.flatMap(({ classes }) => classes)),
          )
        : []),
    ];
    if (problems.length > 0) throw new ConfinementProblems(confinement.name, problems);
  });

  await step(io, 'no other module labels its files', async () => {
    const policies = await Promise.all(
      opened.map(async (target) => {
        const { fileContexts } = await target.base(own);
        return { title: target.title, base: loadFileContexts(io, { fileContexts }) };
      }),
    );
    const problems = labelOwnerProblems(confinement, policies);
    if (problems.length > 0) throw new ConfinementProblems(confinement.name, problems);
  });

  const linked: Linked[] = [];
  for (const target of opened) {
    const compiled = await step(io, `compiled for ${target.title} (${target.policy})`, () =>
      compileModule(target.compilers, moduleSource(confinement), target.flavour),
    );
    const policy = await step(io, `linked into the full policy of ${target.title}`, () =>
      target.link(
        own,
        [{ name: `${confinement.name}.pp`, bytes: compiled.pp }],
        equivalencesOf(confinement),
      ),
    );
    linked.push({
      target,
      policy,
      base: await baseOf(target),
      baseFileContexts: (await target.base(own)).fileContexts,
      warnings: compiled.warnings,
      notes: replacedNotes(target.installed(own), confinement),
    });
  }
  trimLinks();
  return linked;
}

function namesOf({ types, classes }: PolicyDb): NameTable {
  return {
    types: new Set(types.ids.keys()),
    attributes: new Set(),
    classes: new Map(
      classes.names.map((name, id) => [name, new Set(classes.permissionBits[id]!.keys())]),
    ),
  };
}

/**
 * The modules that a machine may have of this description already: itself, whatever its version, and the entry that makes its domain
 * permissive. The nevers are proved on what the policy refuses once it is enforced, so neither may be in what the new one is linked with.
 */
export function ownModules(confinement: Confinement): readonly string[] {
  return [confinement.name, ...domainsOf(confinement).map((one) => permissiveModule(one).name)];
}

/** What was installed and is not in the policy that was examined. */
function replacedNotes(
  installed: readonly InstalledModule[],
  confinement: Confinement,
): readonly string[] {
  if (installed.length === 0) return [];
  const modules = installed.map(
    ({ name, priorities, disabled }) =>
      `${name} (priority ${priorities.join(' and ')}${disabled ? ', disabled' : ''})`,
  );
  const permissive = domainsOf(confinement).filter((one) =>
    installed.some(({ name }) => name === permissiveModule(one).name),
  );
  return [
    `installed there, and replaced here by the description’s module: ${modules.join(', ')}`,
    ...permissive.map(
      ({ domain }) =>
        `${domain} is permissive there, and refused nothing until \`semanage permissive -d ${domain}\` is run: what stands here holds from then on`,
    ),
  ];
}
