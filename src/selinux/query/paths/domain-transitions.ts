import {
  attributesOf,
  Bitset,
  type IdSet,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
} from '../../policydb/index.ts';
import { type BooleanSetting, ruleEnabled } from '../rules/conditional.ts';
import { evidenceOf } from '../rules/evidence.ts';
import type { Rule } from '../rules/rule.ts';
import { type StepAnswers, type StepGraph, type StepPaths, stepAnswers } from './step-paths.ts';
import { UNREACHED } from './type-paths.ts';

export interface TransitionOptions {
  /** Neither domains on the way nor entrypoint files. */
  readonly excluded?: IdSet<TypeId>;
  /** Undefined: the rules of both branches of every conditional. Otherwise only those in force under this setting. */
  readonly booleans?: BooleanSetting | undefined;
}

/** `source` can become `target`, with every rule that makes it possible. At least one of `onExec` and `inPlace` is there. */
export interface DomainTransition {
  readonly source: string;
  readonly target: string;
  /** By executing a program. */
  readonly onExec: TransitionOnExec | undefined;
  /** Without executing anything: `dyntransition`, by writing /proc/self/attr/current. */
  readonly inPlace: TransitionInPlace | undefined;
}

export interface TransitionOnExec {
  /** `allow source target:process transition` */
  readonly transition: readonly Rule[];
  /** `allow source self:process setexec`: the source may ask for the target itself, whichever the entrypoint. */
  readonly setexec: readonly Rule[];
  /** By name. Without `setexec`, only those with a type transition to the target. */
  readonly entrypoints: readonly Entrypoint[];
  /** The same with no_new_privs set. */
  readonly underNoNewPrivs: Restricted;
  /** The same from a file system mounted nosuid. */
  readonly underNosuid: Restricted;
}

export interface Entrypoint {
  readonly type: string;
  /** `allow target entrypoint:file entrypoint` */
  readonly entrypoint: readonly Rule[];
  /** `allow source entrypoint:file execute` */
  readonly execute: readonly Rule[];
  /** `type_transition source entrypoint:process target`: it happens by itself. */
  readonly typeTransition: readonly Rule[];
}

export interface TransitionInPlace {
  readonly dyntransition: readonly Rule[];
  /** `allow source self:process setcurrent` */
  readonly setcurrent: readonly Rule[];
}

/**
 * What the kernel does with the transition where no privileges may be gained (`check_nnp_nosuid` in security/selinux/hooks.c): `rules`
 * if process2 grants it, `bounded` if the target is bounded by the source, else `refused`: the program stays in the source's domain,
 * or, if it was asked for by setexec, the execve fails.
 */
export interface Restricted {
  readonly answer: 'rules' | 'bounded' | 'refused';
  readonly rules: readonly Rule[];
}

export type TransitionPaths = StepPaths<DomainTransition>;

/** No path enters a domain twice. */
export type DomainTransitions = StepAnswers<DomainTransition>;

/** Domain transitions between the types of a policy; each domain is looked at when a question reaches it. */
export function domainTransitions(
  db: PolicyDb,
  options: TransitionOptions = {},
): DomainTransitions {
  const rules = transitionRules(db, options.booleans);
  const domains = domainSets(db, rules, options.excluded ?? new Bitset<TypeId>());
  const graph = transitionGraph(db, rules, domains, options.excluded ?? new Bitset<TypeId>());
  return stepAnswers(graph, (source, target) => transition(db, rules, domains, source, target));
}

/** The rules of one requirement, by the type or attribute that stands as their source. */
type Requirement = ReadonlyMap<TypeId, readonly RuleId[]>;

interface TransitionRules {
  readonly transition: Requirement;
  readonly dyntransition: Requirement;
  readonly setexec: Requirement;
  readonly setcurrent: Requirement;
  readonly execute: Requirement;
  readonly entrypoint: Requirement;
  readonly typeTransition: Requirement;
  readonly nnpTransition: Requirement;
  readonly nosuidTransition: Requirement;
  /** `transition` and `dyntransition` rules by what stands as their target. */
  readonly entering: Requirement;
}

/** One pass over the policy's rules. */
function transitionRules(db: PolicyDb, setting: BooleanSetting | undefined): TransitionRules {
  const { rules, classes } = db;
  const found = {
    transition: new Map<TypeId, RuleId[]>(),
    dyntransition: new Map<TypeId, RuleId[]>(),
    setexec: new Map<TypeId, RuleId[]>(),
    setcurrent: new Map<TypeId, RuleId[]>(),
    execute: new Map<TypeId, RuleId[]>(),
    entrypoint: new Map<TypeId, RuleId[]>(),
    typeTransition: new Map<TypeId, RuleId[]>(),
    nnpTransition: new Map<TypeId, RuleId[]>(),
    nosuidTransition: new Map<TypeId, RuleId[]>(),
    entering: new Map<TypeId, RuleId[]>(),
  };
  const process = classes.ids.get('process');
  /** ClassId -> which permission's rules go where. */
  const wanted = new Map<number, [mask: number, requirement: Map<TypeId, RuleId[]>][]>();
  const want = (className: string, permission: string, into: Map<TypeId, RuleId[]>): void => {
    const tclass = classes.ids.get(className);
    const bit = tclass === undefined ? undefined : classes.permissionBits[tclass]!.get(permission);
    if (tclass === undefined || bit === undefined) return;
    const list = wanted.get(tclass) ?? [];
    list.push([1 << bit, into]);
    wanted.set(tclass, list);
  };
  want('process', 'transition', found.transition);
  want('process', 'dyntransition', found.dyntransition);
  want('process', 'setexec', found.setexec);
  want('process', 'setcurrent', found.setcurrent);
  want('file', 'execute', found.execute);
  want('file', 'entrypoint', found.entrypoint);
  if (db.capabilities.includes('nnp_nosuid_transition')) {
    want('process2', 'nnp_transition', found.nnpTransition);
    want('process2', 'nosuid_transition', found.nosuidTransition);
  }

  for (let row = 0; row < rules.count; row++) {
    const kind = rules.kind[row];
    if (kind !== RuleKind.allow && kind !== RuleKind.typeTransition) continue;
    const rule = row as RuleId;
    if (kind === RuleKind.typeTransition) {
      if (rules.tclass[row] === process && inForce(rule)) {
        append(found.typeTransition, rules.source[row]!, rule);
      }
      continue;
    }
    const requirements = wanted.get(rules.tclass[row]!);
    if (requirements === undefined || !inForce(rule)) continue;
    for (const [mask, into] of requirements) {
      if ((rules.data[row]! & mask) === 0) continue;
      append(into, rules.source[row]!, rule);
      if (into === found.transition || into === found.dyntransition) {
        append(found.entering, rules.target[row]!, rule);
      }
    }
  }
  return found;

  function inForce(rule: RuleId): boolean {
    return setting === undefined || ruleEnabled(db, rule, setting);
  }
}

function append(lists: Map<TypeId, RuleId[]>, id: TypeId, rule: RuleId): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [rule]);
  else list.push(rule);
}

/** What is known of one domain, computed when first asked. */
interface DomainSets {
  /** The types that it may transition to on exec, as far as process:transition goes. */
  transitionTargets(domain: TypeId): IdSet<TypeId>;
  dynamicTargets(domain: TypeId): IdSet<TypeId>;
  /** Files that can be executed by `source` and enter `target`, and by which `target` is what comes out. */
  entrypoints(source: TypeId, target: TypeId): Bitset<TypeId>;
  maySetexec(domain: TypeId): boolean;
  maySetcurrent(domain: TypeId): boolean;
}

function domainSets(db: PolicyDb, rules: TransitionRules, excluded: IdSet<TypeId>): DomainSets {
  const targets = (requirement: Requirement): ((domain: TypeId) => IdSet<TypeId>) =>
    remembered((domain) => {
      const found = new Bitset<TypeId>(db.types.names.length);
      for (const rule of rulesFrom(db, requirement, domain)) {
        addMembers(db, found, db.rules.target[rule]!);
      }
      return found;
    });
  const executable = targets(rules.execute);
  const entering = targets(rules.entrypoint);
  const maySetexec = remembered((domain) => matching(db, rules.setexec, domain, domain).length > 0);
  /** Domain -> result -> the files whose execution leads there by itself. */
  const automatic = remembered((domain) => {
    const byResult = new Map<number, Bitset<TypeId>>();
    for (const rule of rulesFrom(db, rules.typeTransition, domain)) {
      const result = db.rules.data[rule]!;
      const files = byResult.get(result) ?? new Bitset<TypeId>();
      addMembers(db, files, db.rules.target[rule]!);
      byResult.set(result, files);
    }
    return byResult;
  });
  return {
    transitionTargets: targets(rules.transition),
    dynamicTargets: targets(rules.dyntransition),
    entrypoints: (source, target) => {
      const files = executable(source).intersection(entering(target)).difference(excluded);
      if (maySetexec(source)) return files;
      return files.intersection(automatic(source).get(target) ?? new Bitset<TypeId>());
    },
    maySetexec,
    maySetcurrent: remembered(
      (domain) => matching(db, rules.setcurrent, domain, domain).length > 0,
    ),
  };
}

function remembered<T>(compute: (domain: TypeId) => T): (domain: TypeId) => T {
  const known = new Map<TypeId, T>();
  return (domain) => {
    let value = known.get(domain);
    if (value === undefined) {
      value = compute(domain);
      known.set(domain, value);
    }
    return value;
  };
}

function transitionGraph(
  db: PolicyDb,
  rules: TransitionRules,
  domains: DomainSets,
  excluded: IdSet<TypeId>,
): StepGraph {
  const size = db.types.names.length;
  const possible = (source: TypeId, target: TypeId): boolean =>
    source !== target &&
    !excluded.has(source) &&
    !excluded.has(target) &&
    ((domains.dynamicTargets(source).has(target) && domains.maySetcurrent(source)) ||
      (domains.transitionTargets(source).has(target) &&
        !domains.entrypoints(source, target).isEmpty()));

  const successors = remembered((source) => {
    const found = new Bitset<TypeId>(size);
    const consider = (target: TypeId): void => {
      if (possible(source, target)) found.add(target);
    };
    domains.transitionTargets(source).union(domains.dynamicTargets(source)).forEach(consider);
    return found;
  });
  const predecessors = remembered((target) => {
    const candidates = new Bitset<TypeId>(size);
    for (const rule of rulesFrom(db, rules.entering, target)) {
      addMembers(db, candidates, db.rules.source[rule]!);
    }
    const found = new Bitset<TypeId>(size);
    candidates.forEach((source) => {
      if (possible(source, target)) found.add(source);
    });
    return found;
  });
  return {
    size,
    distancesFrom: (start, most, until) => distances(size, successors, start, most, until),
    distancesTo: (end, most) => distances(size, predecessors, end, most),
    successors,
    predecessors,
  };
}

function distances(
  size: number,
  neighbours: (type: TypeId) => IdSet<TypeId>,
  start: TypeId,
  most: number,
  until?: TypeId,
): Uint16Array {
  const found = new Uint16Array(size).fill(UNREACHED);
  found[start] = 0;
  let frontier: TypeId[] = [start];
  for (let steps = 1; frontier.length > 0 && steps <= most; steps++) {
    const next: TypeId[] = [];
    for (const type of frontier) {
      neighbours(type).forEach((neighbour) => {
        if (found[neighbour] !== UNREACHED) return;
        found[neighbour] = steps;
        next.push(neighbour);
      });
    }
    if (until !== undefined && found[until] !== UNREACHED) break;
    frontier = next;
  }
  return found;
}

/** The rules are looked up when they are first asked for: most answers list many more steps than anybody reads. */
function transition(
  db: PolicyDb,
  rules: TransitionRules,
  domains: DomainSets,
  source: TypeId,
  target: TypeId,
): DomainTransition {
  let known: Pick<DomainTransition, 'onExec' | 'inPlace'> | undefined;
  const means = (): Pick<DomainTransition, 'onExec' | 'inPlace'> => {
    known ??= transitionMeans(db, rules, domains, source, target);
    return known;
  };
  return {
    source: db.types.names[source]!,
    target: db.types.names[target]!,
    get onExec() {
      return means().onExec;
    },
    get inPlace() {
      return means().inPlace;
    },
  };
}

function transitionMeans(
  db: PolicyDb,
  rules: TransitionRules,
  domains: DomainSets,
  source: TypeId,
  target: TypeId,
): Pick<DomainTransition, 'onExec' | 'inPlace'> {
  const evidence = (requirement: Requirement, from: TypeId, to: TypeId): Rule[] =>
    rulesOf(db, matching(db, requirement, from, to));
  const dynamic = domains.dynamicTargets(source).has(target) && domains.maySetcurrent(source);
  const entrypoints = domains.transitionTargets(source).has(target)
    ? domains.entrypoints(source, target).toArray()
    : [];
  return {
    onExec:
      entrypoints.length === 0
        ? undefined
        : {
            transition: evidence(rules.transition, source, target),
            setexec: evidence(rules.setexec, source, source),
            entrypoints: entrypoints
              .map((file) => ({
                type: db.types.names[file]!,
                entrypoint: evidence(rules.entrypoint, target, file),
                execute: evidence(rules.execute, source, file),
                typeTransition: rulesOf(
                  db,
                  matching(db, rules.typeTransition, source, file).filter(
                    (rule) => db.rules.data[rule] === target,
                  ),
                ),
              }))
              .sort((a, b) => (a.type < b.type ? -1 : 1)),
            underNoNewPrivs: restricted(evidence(rules.nnpTransition, source, target)),
            underNosuid: restricted(evidence(rules.nosuidTransition, source, target)),
          },
    inPlace: dynamic
      ? {
          dyntransition: evidence(rules.dyntransition, source, target),
          setcurrent: evidence(rules.setcurrent, source, source),
        }
      : undefined,
  };

  function restricted(granting: Rule[]): Restricted {
    if (granting.length > 0) return { answer: 'rules', rules: granting };
    return { answer: isBounded(db, target, source) ? 'bounded' : 'refused', rules: [] };
  }
}

function rulesOf(db: PolicyDb, ids: readonly RuleId[]): Rule[] {
  return evidenceOf(db, ids).map(({ rule }) => rule);
}

/** Whether `child` stands below `parent` in the hierarchy of typebounds. */
function isBounded(db: PolicyDb, child: TypeId, parent: TypeId): boolean {
  // A hierarchy is no deeper than there are types; a policy with a circle in it must not hang us.
  let type: TypeId | typeof NONE = child;
  for (let depth = 0; depth < db.types.names.length; depth++) {
    type = db.types.bounds[type]!;
    if (type === NONE) return false;
    if (type === parent) return true;
  }
  return false;
}

/** The rules of a requirement whose source is `type` or one of its attributes. */
function rulesFrom(db: PolicyDb, requirement: Requirement, type: TypeId): RuleId[] {
  const found: RuleId[] = [];
  for (const id of attributesOf(db.types, type)) {
    const rules = requirement.get(id);
    if (rules !== undefined) for (const rule of rules) found.push(rule);
  }
  return found;
}

/** Those of them whose target is `target` or one of its attributes. */
function matching(
  db: PolicyDb,
  requirement: Requirement,
  source: TypeId,
  target: TypeId,
): RuleId[] {
  const goals = Bitset.of(attributesOf(db.types, target));
  return rulesFrom(db, requirement, source).filter((rule) => goals.has(db.rules.target[rule]!));
}

function addMembers(db: PolicyDb, set: Bitset<TypeId>, id: TypeId): void {
  const members = db.types.members.get(id);
  if (members === undefined) set.add(id);
  else set.addAll(members);
}
