import { join } from 'node:path';
import { type Confinement, equivalencesOf } from '../description/index.ts';
import type { PolicyFacts } from '../selinux/facts/index.ts';
import { factsPolicy } from '../selinux/module/index.ts';
import { type CilCompiler, compileCil } from '../targets/index.ts';
import type { Io } from './io.ts';
import { fedoraOwnerDoubts } from './label-owners.ts';
import { loadPolicy } from './load-policy.ts';
import type { PolicyFiles } from './load-policy-set.ts';

/** A policy that was put together from facts and compiled, with a description's module in it. */
export interface FactsColumn {
  /** As a column's heading: it says that this is not the policy. */
  readonly title: string;
  /** The day of the facts. */
  readonly date: string;
  /** They say what the facts lack, too. */
  readonly files: PolicyFiles;
  /** The file contexts without the module's. */
  readonly baseFileContexts: string;
}

/** Compiles what is known of Fedora's policy with the module in it. Throws ToolchainError for what secilc refuses. */
export async function fedoraColumn(
  io: Io,
  compiler: CilCompiler,
  facts: PolicyFacts,
  confinement: Confinement,
): Promise<FactsColumn> {
  const { base, module, unknown, ...contexts } = factsPolicy(confinement, facts);
  const taken = equivalencesOf(confinement);
  const directory = await compileCil(
    compiler,
    { 'base.cil': base, [`${confinement.name}.cil`]: module },
    {
      file_contexts: contexts.fileContexts,
      'file_contexts.homedirs': contexts.homeDirectoryContexts,
      ...(taken.length === 0
        ? {}
        : { 'file_contexts.subs': taken.map(({ path, like }) => `${path} ${like}\n`).join('') }),
    },
  );
  const alone = await compileCil(
    compiler,
    { 'base.cil': base },
    {
      file_contexts: contexts.baseFileContexts,
      'file_contexts.homedirs': contexts.baseHomeDirectoryContexts,
    },
  );
  return {
    title: 'Fedora facts',
    date: facts.date,
    baseFileContexts: join(alone, 'file_contexts'),
    files: {
      policy: join(directory, 'policy'),
      fileContexts: join(directory, 'file_contexts'),
      base: loadPolicy(io, join(alone, 'policy')),
      labelled: facts.labelled,
      doubts: [
        ...unknown.map(
          (name) => `nothing is known of what the interface \`${name}\` grants on Fedora`,
        ),
        ...fedoraOwnerDoubts(confinement, facts.types),
      ],
    },
  };
}
