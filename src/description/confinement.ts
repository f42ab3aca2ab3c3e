import type { Ability, WhyIn } from './ability.ts';
import type { AcceptedWay } from './accepted-way.ts';
import { escapePath, type FileContext } from './file-context.ts';
import type { Mechanism } from './mechanism.ts';
import type { Never } from './nevers/index.ts';

/** What a person says about a program. `confine()` checks it and freezes it. */
export interface Description {
  /** The module's name, and the prefix of its types and booleans. */
  readonly name: string;
  /** What the program is, in one line without a final period. */
  readonly title: string;
  /** The module's version, raised when the generated policy changes: `1.2.0`. */
  readonly version: string;
  /** The day of that version, as `2026-11-24`: generated files hold it, so that they depend on no clock. */
  readonly released: string;
  readonly program: {
    /** As its users call it. */
    readonly name: string;
    /** The release that this description was made for. */
    readonly version: string;
    readonly homepage: string;
    /** Its executables: the entry points of the domain. */
    readonly executables: readonly string[];
  };
  /** Whether the package puts the domain into permissive mode on first installation, and if not, what stands behind that. */
  readonly rollout: Rollout;
  readonly tunables: readonly Tunable[];
  readonly may: readonly Ability[];
  readonly never: readonly Never[];
  readonly residuals: readonly Residual[];
  /** Of what no program should be granted (`read-shadow`, `load-policy` …) what this one needs. Without it such a grant fails `confine check`. */
  readonly accepts?: readonly Acceptance[];
  /** What users of the confined program meet and should know: for the man page. */
  readonly notes?: readonly Note[];
  /** What policies are made for; SELinux alone where this is absent. Every block of every ability must have its half for each. */
  readonly mechanisms?: readonly Mechanism[];
  /** Labels beyond those that the abilities bring. */
  readonly fileContexts?: readonly FileContext[];
  /**
   * Paths that the distribution's policy has for another module, with all that is below them: executables, and directories that abilities name.
   * They are taken from it by an equivalence of file contexts on the machine, since no module can label what another one labels.
   */
  readonly takesOver?: readonly TakenPath[];
  /** Further programs of the package, each in a domain of its own of the same module: a helper that the program runs, a control tool. */
  readonly domains?: readonly FurtherDomain[];
}

/** A path that another module labels. */
export interface TakenPath {
  /** Without blanks and special characters, and without a slash at its end. */
  readonly path: string;
  /** The types that policies give it, as `memcached_exec_t`: a policy that gives it another leaves the description to be looked at again. */
  readonly from: readonly string[];
  /** Why this description is to hold instead of that module's domain: for the man page. */
  readonly why: string;
}

/** A program beside the description's own. What is not said here (version, rollout, tunables) it has of the description. */
export interface FurtherDomain {
  /** After the module's name and `_`, the prefix of its types: `ctrl` makes `MODULE_ctrl_t`. */
  readonly name: string;
  /** What it is, in one line without a final period. */
  readonly title: string;
  /** The entry points of its domain; the first one's file name is what it is called. */
  readonly executables: readonly string[];
  readonly may: readonly Ability[];
  readonly never: readonly Never[];
  readonly residuals?: readonly Residual[];
  readonly accepts?: readonly Acceptance[];
}

/** A domain of a module, as the others of it know it. */
export interface DomainOfModule {
  /** Its name in the description; empty for the description's own. */
  readonly name: string;
  readonly domain: string;
  readonly executableType: string;
}

/**
 * How the package ships the domain. The step from permissive to enforcing names the evidence of an enforcing run, or says that
 * there is none; plain `enforcing` says the latter.
 */
export type Rollout =
  | 'permissive'
  | 'enforcing'
  | { readonly enforcing: RolloutEvidence | 'without evidence' };

/** The report of a run in the lab with the domain enforcing. */
export interface RolloutEvidence {
  /** The file, relative to the profile's directory. */
  readonly evidence: string;
  /** Of its bytes, 64 hexadecimal digits: whoever changes the report must run the lab again. */
  readonly sha256: string;
}

/** A boolean of the module, `MODULE_NAME`: what an administrator decides. */
export interface Tunable {
  readonly name: string;
  readonly default: boolean;
  /** Completes "Determine whether PROGRAM can …" without a final period, as in the reference policy. */
  readonly can: string;
  /** What it costs, or why it has this default: for the man page. */
  readonly why: string;
  /** What it costs under one mechanism, where that differs. */
  readonly whyIn?: WhyIn;
  /** Where the base of a distribution makes it open more than `can` says. */
  readonly more?: readonly OpensMore[];
}

/** What a tunable opens on one distribution beyond the others. */
export interface OpensMore {
  /** The distribution, as its column in `confine check` is called: `Fedora`. */
  readonly on: string;
  /** What the program can do there besides, and by what, as a sentence. */
  readonly what: string;
}

/** Something that no policy can refuse without breaking the program: accepted, and said in every report. */
export interface Residual {
  readonly id: string;
  /** What an attacker who controls the program can still do. */
  readonly what: string;
  readonly why: string;
  /** The mechanism that cannot refuse it, where another can. */
  readonly mechanism?: Mechanism;
  /** The ways that it accepts where a never is proved over an AppArmor profile. What it does not name stays open. */
  readonly accepts?: readonly AcceptedWay[];
}

/** A sensitive access that the program is granted on purpose. */
export interface Acceptance {
  /** As `confine check` calls it: `read-shadow`. */
  readonly id: string;
  /** What it needs it for, and why nothing less will do. */
  readonly why: string;
}

/** Something that users of the confined program meet, with the way around it. */
export interface Note {
  /** What it is about, as a heading of two or three words. */
  readonly about: string;
  readonly text: string;
}

/** A checked description: plain, deeply frozen data. Of several domains, the description's own. */
export interface Confinement extends Description {
  /** The further domains, each as a confinement of its own in the same module: `name` is then the prefix of its types. */
  readonly further?: readonly Confinement[];
  /** The module that it is a part of, with all of its domains, the description's own first; absent where that is the only one. */
  readonly module?: { readonly name: string; readonly domains: readonly DomainOfModule[] };
  readonly domain: string;
  readonly executableType: string;
  readonly mechanisms: readonly Mechanism[];
  readonly roleAttribute: string;
  /** All labels: the executables', the abilities' and the description's own, in the order of the description. */
  readonly fileContexts: readonly FileContext[];
}

export function shipsPermissive({ rollout }: { readonly rollout: Rollout }): boolean {
  return rollout === 'permissive';
}

/** The evidence on which an enforcing rollout rests, if it names one. */
export function rolloutEvidence({
  rollout,
}: {
  readonly rollout: Rollout;
}): RolloutEvidence | undefined {
  if (typeof rollout === 'string' || rollout.enforcing === 'without evidence') return undefined;
  return rollout.enforcing;
}

/**
 * What a mechanism cannot refuse: what the description accepts of it, and what the halves of its abilities say that the kernel does not ask about.
 */
export function residualsOf(
  confinement: Pick<Confinement, 'may' | 'residuals'>,
  mechanism: Mechanism,
): readonly Residual[] {
  const said = confinement.residuals.filter(
    (residual) => residual.mechanism === undefined || residual.mechanism === mechanism,
  );
  if (mechanism !== 'apparmor') return said;
  const unmediated = confinement.may.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      (block.apparmor ?? []).flatMap((rule): Residual[] => {
        if (rule.kind !== 'unmediated') return [];
        const { kind: _, ...residual } = rule;
        return [{ ...residual, mechanism }];
      }),
    ),
  );
  return [...said, ...new Map(unmediated.map((residual) => [residual.id, residual])).values()];
}

/** A further domain as a description of its own, with what it has of the whole. */
export function asDescription(whole: Description, further: FurtherDomain): Description {
  const { name, title, executables, may, never, residuals = [], accepts } = further;
  const { version, released, rollout, program, tunables, mechanisms, takesOver } = whole;
  return {
    name: `${whole.name}_${name}`,
    ...{ title, version, released, rollout, tunables },
    program: { ...program, name: executables[0]!.replace(/^.*\//, ''), executables },
    ...{ may, never, residuals },
    ...(accepts && { accepts }),
    ...(mechanisms && { mechanisms }),
    ...(takesOver && { takesOver }),
  };
}

/** The domains of a module, the description's own first: each with its abilities and nevers. */
export function domainsOf(confinement: Confinement): readonly Confinement[] {
  return [confinement, ...(confinement.further ?? [])];
}

/** What its description calls a further domain; undefined for the description's own. */
export function furtherName({ domain, module }: Confinement): string | undefined {
  return module?.domains.find((one) => one.domain === domain)?.name || undefined;
}

/** The domain that a description calls so; its own without a name. Throws TypeError for one that it has not. */
export function namedDomain(confinement: Confinement, name: string | undefined): Confinement {
  if (name === undefined) return confinement;
  const found = confinement.further?.find((one) => furtherName(one) === name);
  if (found === undefined) throw new TypeError(`the description has no domain \`${name}\``);
  return found;
}

/** What bears names: a domain, and the module that it is a part of, where that has another name. */
interface Named {
  readonly name: string;
  readonly module?: { readonly name: string } | undefined;
}

/** `own:log` → `rustnet_log_t`, `module:ctrl` → `rustnet_ctrl_t` in whichever domain it is said, `self` stays; a name of the policy stays as it is. */
export function typeName(named: Named, ref: string): string {
  const [, whose, own] = /^(own|module):(.*)$/.exec(ref) ?? [];
  if (own === undefined) return ref;
  const prefix = whose === 'own' ? named.name : moduleName(named);
  return own === 'domain' ? `${prefix}_t` : `${prefix}_${own}_t`;
}

/** The name of the module that a domain is a part of. */
export function moduleName({ name, module }: Named): string {
  return module?.name ?? name;
}

/** A label of the module; at or below a taken path, the label of its stand-in. */
export function labelInModule(
  description: Named & Pick<Description, 'takesOver'>,
  context: FileContext,
): FileContext {
  for (const { path } of description.takesOver ?? []) {
    const taken = escapePath(path);
    const rest = context.pattern.slice(taken.length);
    if (!context.pattern.startsWith(taken) || !/^($|\/|\()/.test(rest)) continue;
    return {
      ...context,
      pattern: `${escapePath(standInFor(description, path))}${rest}`,
      why: `Nothing is ever there: an equivalence on the machine has ${path} labelled like this path, since another module labels that one itself.`,
    };
  }
  return context;
}

/** The same back: what paths the label is for. */
export function labelledBy(
  description: Named & Pick<Description, 'takesOver'>,
  pattern: string,
): string {
  for (const { path } of description.takesOver ?? []) {
    const standIn = escapePath(standInFor(description, path));
    if (pattern.startsWith(standIn)) return escapePath(path) + pattern.slice(standIn.length);
  }
  return pattern;
}

/**
 * The path that a taken one is labelled like (file_contexts.subs). semodule refuses a second label for a path on Debian 13, and drops it in silence
 * on Debian 12; a line of file_contexts.local wins over a module's on Debian 12 and loses on Debian 13. An equivalence comes before all of them, and
 * is the module's, whichever of its domains the path is of.
 */
function standInFor(named: Named, path: string): string {
  return `/usr/share/${moduleName(named)}-selinux${path}`;
}

/** The lines of file_contexts.subs that the description needs on a machine: what `semanage fcontext -a -e LIKE PATH` adds. */
export function equivalencesOf(
  confinement: Named & Pick<Confinement, 'takesOver'>,
): readonly Equivalence[] {
  return (confinement.takesOver ?? []).map(({ path }) => ({
    path,
    like: standInFor(confinement, path),
  }));
}

/** A path that gets the label of another. */
export interface Equivalence {
  readonly path: string;
  readonly like: string;
}

/** The boolean's full name. */
export function booleanName(named: Named, tunable: string): string {
  return `${moduleName(named)}_${tunable}`;
}
