import {
  type Confinement,
  domainsOf,
  escapePath,
  type Problem,
  type TakenPath,
  typeName,
} from '../description/index.ts';
import type { LabelledProgram } from '../selinux/facts/index.ts';
import {
  type FileContextEntry,
  type FileContexts,
  labelOf,
} from '../selinux/file-contexts/index.ts';
import { debianPrograms } from './load-facts.ts';

/** A policy without the description's module, by its file contexts. */
export interface BaseLabels {
  readonly title: string;
  readonly base: FileContexts;
}

/**
 * Paths that another module labels as the description's would, by the whole path or by the same pattern: semodule refuses the second label on
 * Debian 13 and drops it in silence on Debian 12. What a less special pattern labels is no problem.
 */
export function labelOwnerProblems(
  confinement: Confinement,
  policies: readonly BaseLabels[],
): readonly Problem[] {
  const { takesOver = [] } = confinement;
  const taken = takesOver.flatMap(({ path, from }, i): Problem[] => {
    const others = ownersIn(policies, path).filter(({ type }) => !from.includes(type));
    if (others.length === 0) return [];
    return [
      {
        path: `takesOver[${i}].from`,
        message: `it does not name what \`${path}\` is: ${others.map(said).join('; ')}`,
        hint: 'look at what that type is for, and add it to `from` if this description is to hold instead',
      },
    ];
  });
  return [...taken, ...ownedPaths(confinement, policies).map(owned)];
}

/** A path that the description labels and another module too. */
export interface OwnedPath {
  /** Where the description has it. */
  readonly place: string;
  readonly path: string;
  readonly owners: readonly Owner[];
}

/** Those that the description does not take over. */
export function ownedPaths(
  confinement: Confinement,
  policies: readonly BaseLabels[],
): readonly OwnedPath[] {
  return domainsOf(confinement).flatMap((domain, i) =>
    ownedBy(domain, i === 0 ? 'program' : `domains[${i - 1}]`, policies),
  );
}

function ownedBy(
  confinement: Confinement,
  place: string,
  policies: readonly BaseLabels[],
): readonly OwnedPath[] {
  const { program, fileContexts, takesOver = [] } = confinement;
  const executables = program.executables
    .map((path, i) => ({
      place: `${place}.executables[${i}]`,
      path,
      owners: ownersIn(policies, path),
    }))
    .filter(({ path }) => !takesOver.some((one) => one.path === path));
  const places = new Set(program.executables.map(escapePath));
  const others = fileContexts
    .filter(({ pattern }) => !places.has(pattern))
    .map(({ pattern, kind, type: ref }) => {
      const type = typeName(confinement, ref);
      const owners = policies.flatMap(({ title, base }) =>
        base.entries
          .filter(
            (entry) =>
              entry.pattern === pattern &&
              (entry.kind === kind || entry.kind === 'any' || kind === 'any') &&
              entry.context?.type !== type,
          )
          .map((entry) => ({ title, entry, type: entry.context?.type ?? '<<none>>' })),
      );
      return { place: `the label of ${pattern}`, path: plain(pattern), owners };
    });
  return [...executables, ...others].filter(({ owners }) => owners.length > 0);
}

/** One label of one policy. */
export interface Owner {
  readonly title: string;
  readonly entry: FileContextEntry;
  readonly type: string;
}

/** Who labels a path by itself, or with all that is below it. */
function ownersIn(policies: readonly BaseLabels[], path: string): readonly Owner[] {
  const patterns = [escapePath(path), `${escapePath(path)}(/.*)?`];
  return policies.flatMap(({ title, base }) => {
    const { winner: entry } = labelOf(base, path, 'file');
    const whole =
      entry !== undefined && (entry.literal !== undefined || patterns.includes(entry.pattern));
    return whole && entry.context !== undefined ? [{ title, entry, type: entry.context.type }] : [];
  });
}

function owned({ place, path, owners }: OwnedPath): Problem {
  return {
    path: place,
    message: `\`${path}\` is another module’s already: ${owners.map(said).join('; ')}`,
    hint: whatCanBeDone(path, [...new Set(owners.map(({ type }) => type))]),
  };
}

/** What a draft says of such a path, which it takes over so that it can be proved at all. */
export function takenInDraft({ path, owners }: OwnedPath): {
  readonly taken: TakenPath;
  readonly question: string;
} {
  const types = [...owners, ...ownersOf(path)].map(({ type }) => type);
  return {
    taken: { path, from: [...new Set(types)], why: 'to be decided: see the questions below' },
    question: `${path} is another module’s already: ${owners.map(said).join('; ')}. This draft takes it over. Is its domain to be replaced? Else leave the program to it, and remove this description.`,
  };
}

function said({ title, entry, type }: Owner): string {
  const known = ownersOf(entry.literal ?? '').find((one) => one.type === type);
  const whose = known === undefined ? 'the policy' : `the module ${known.module}`;
  const into = known === undefined ? '' : `, the way into ${known.domains.join(', ')}`;
  const name = entry.file.slice(entry.file.lastIndexOf('/') + 1);
  return `on ${title} ${whose} labels it ${type} (${name}, line ${entry.line})${into}`;
}

function plain(pattern: string): string {
  return pattern.replace(/\(\/\.\*\)\?$/, '').replaceAll('\\', '');
}

/** Whose executables are by the lists of Debian's policies, for machines that have none of them at hand: one sentence each. */
export function knownOwners(confinement: Confinement): readonly string[] {
  const { takesOver = [] } = confinement;
  return executablesOf(confinement).flatMap(({ path }) => {
    const owners = ownersOf(path);
    if (owners.length === 0 || takesOver.some((one) => one.path === path)) return [];
    const each = owners.map(
      ({ release, type, module, domains }) =>
        `${release} has the module ${module} label it ${type}, the way into ${domains.join(', ')}`,
    );
    const types = [...new Set(owners.map(({ type }) => type))];
    return [
      `${path} is another module’s already: ${each.join('; ')}; ${whatCanBeDone(path, types)}`,
    ];
  });
}

/** Of all domains, each with the type that it is to have. */
function executablesOf(
  confinement: Confinement,
): readonly { readonly path: string; readonly executableType: string }[] {
  return domainsOf(confinement).flatMap(({ program, executableType }) =>
    program.executables.map((path) => ({ path, executableType })),
  );
}

/** The programs at a path, by release. */
export function ownersOf(
  path: string,
): readonly (LabelledProgram & { readonly release: string })[] {
  return [...debianPrograms()].flatMap(([release, programs]) => {
    const found = programs.get(path);
    return found === undefined
      ? []
      : [{ release: release.replace('debian-', 'Debian '), ...found }];
  });
}

function whatCanBeDone(path: string, types: readonly string[]): string {
  const from = types.map((type) => `'${type}'`).join(', ');
  return `leave it to that module, and add to its domain with one of your own; or take it over, with \`takesOver: [{ path: '${path}', from: [${from}], why: '…' }]\`; or have it at another path`;
}

/**
 * Why it is not known whose an executable is on Fedora, of whose labels below /usr the facts have only some: one sentence each. A type that
 * Debian's policy gives the path, or that is called like the program, is a sign that Fedora labels it too.
 */
export function fedoraOwnerDoubts(
  confinement: Confinement,
  types: ReadonlySet<string>,
): readonly string[] {
  const { takesOver = [] } = confinement;
  return executablesOf(confinement).flatMap(({ path, executableType }) => {
    const name = path.slice(path.lastIndexOf('/') + 1).replaceAll(/[.-]/g, '_');
    const signs = [
      ...ownersOf(path).map(({ type }) => type),
      ...(path.startsWith('/usr/local/') || path.startsWith('/opt/')
        ? []
        : [`${name}_exec_t`, `${name.replace(/d$/, '')}_exec_t`]),
    ];
    const sign = signs.find((type) => type !== executableType && types.has(type));
    if (sign === undefined || takesOver.some((one) => one.path === path)) return [];
    return [
      `Fedora’s policy has the type ${sign}, and its labels of programs are not in the facts: ${path} may be labelled so there, and run in another domain; \`takesOver\` settles it`,
    ];
  });
}
