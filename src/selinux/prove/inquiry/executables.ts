import { type Confinement, equivalencesOf } from '../../../description/index.ts';
import { labelOf } from '../../file-contexts/index.ts';
import type { PolicySet } from './policy-set.ts';

/** What of a description says which files are its program. */
interface Described
  extends Pick<Confinement, 'name' | 'domain' | 'module'>,
    Partial<Pick<Confinement, 'program' | 'takesOver'>> {
  readonly executableType: string | undefined;
}

/**
 * Why a description's program would not run in its domain, one sentence for each executable that file contexts give another label: what is
 * proved of the domain is then not proved of the program.
 */
export function mislabelledExecutables(
  { fileContexts }: PolicySet,
  { program, executableType, domain }: Described,
): readonly string[] {
  if (fileContexts === undefined) return [];
  return (program?.executables ?? []).flatMap((path) => {
    const { context, winner } = labelOf(fileContexts, path, 'file');
    if (context !== undefined && context.type === executableType) return [];
    const by = winner === undefined ? '' : ` (${baseName(winner.file)}, line ${winner.line})`;
    return [
      `${path} is labelled ${context?.type ?? 'nothing'}${by} and not ${executableType}: it would not run in ${domain}, of which alone this is proved`,
    ];
  });
}

/** What is presupposed of a machine for each path that is taken from another module: no policy holds it. */
export function takenPaths(described: Described): readonly string[] {
  const { takesOver = [], domain } = described;
  return equivalencesOf(described).map(({ path, like }, i) => {
    const { from } = takesOver[i]!;
    return `file_contexts.subs of the machine has the line \`${path} ${like}\`, as the package adds it: without it the label is ${from.join(' or ')}, and a program there runs in another domain than ${domain}`;
  });
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
