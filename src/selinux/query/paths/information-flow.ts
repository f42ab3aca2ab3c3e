import {
  attributesOf,
  Bitset,
  type Column,
  type IdSet,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
} from '../../policydb/index.ts';
import { visitRules } from '../decision/access-vector.ts';
import { type BooleanSetting, ruleEnabled } from '../rules/conditional.ts';
import { evidenceOf } from '../rules/evidence.ts';
import type { Rule } from '../rules/rule.ts';
import type { PermissionMap } from './permission-map.ts';
import { type StepAnswers, type StepGraph, type StepPaths, stepAnswers } from './step-paths.ts';
import { UNREACHED } from './type-paths.ts';

export interface FlowOptions {
  readonly map: PermissionMap;
  /** Flows that weigh less are not looked at: 1 (all) to 10. */
  readonly minimumWeight: number;
  /** Types through which nothing is followed, and which are neither sources nor targets. */
  readonly excluded?: IdSet<TypeId>;
  /**
   * Undefined: the rules of both branches of every conditional, as if each could be in force at once. Otherwise only those in force
   * under this setting.
   */
  readonly booleans?: BooleanSetting | undefined;
}

/** Information moves in one step: `source` writes what `target` is, or `target` reads what `source` is. */
export interface FlowStep {
  readonly source: string;
  readonly target: string;
  /** The heaviest of its rules. */
  readonly weight: number;
  /** Every rule that carries information this way, also those below the minimum weight. */
  readonly rules: readonly WeighedRule[];
}

export interface WeighedRule {
  readonly rule: Rule;
  readonly weight: number;
}

export type FlowPaths = StepPaths<FlowStep>;

/** A step out of a type leads to where its information goes. */
export interface InformationFlow extends StepAnswers<FlowStep> {
  /** The types that information from `type` reaches in any number of steps (`most`), by distance; the type itself is 0. */
  distancesFrom(type: TypeId, most?: number): Uint16Array;
  /** `class:permission` of the policy that the map does not know: their flows are missing from every answer. */
  readonly unmapped: readonly string[];
}

/**
 * Information flow between the types of a policy. Memory and time follow the number of rules, never the number of pairs of types
 * that they stand for: a rule is followed from attribute to attribute, and expanded only where a path is listed.
 */
export function informationFlow(db: PolicyDb, options: FlowOptions): InformationFlow {
  const weights = ruleWeights(db, options);
  const graph = flowGraph(db, weights, options);
  return {
    ...stepAnswers(graph, (source, target) => flowStep(db, weights, source, target)),
    distancesFrom: (type, most = UNREACHED - 1) => graph.distancesFrom(type, most),
    unmapped: weights.unmapped,
  };
}

interface RuleWeights {
  /** RuleId -> weight of what flows from the rule's target to its source; 0 for none, and for rules that are not in force. */
  readonly read: Uint8Array;
  /** RuleId -> weight of what flows from the rule's source to its target. */
  readonly write: Uint8Array;
  readonly unmapped: readonly string[];
}

function ruleWeights(db: PolicyDb, { map, booleans }: FlowOptions): RuleWeights {
  const { rules } = db;
  const unmapped: string[] = [];
  /** ClassId -> bit -> weight. */
  const readBits: Uint8Array[] = [];
  const writeBits: Uint8Array[] = [];
  for (const [tclass, permissions] of db.classes.permissions.entries()) {
    const flows = map.get(db.classes.names[tclass]!);
    const [read, write] = [new Uint8Array(32), new Uint8Array(32)];
    for (const [bit, permission] of permissions.entries()) {
      const flow = flows?.get(permission);
      if (flow === undefined) unmapped.push(`${db.classes.names[tclass]}:${permission}`);
      else {
        if (flow.direction === 'read' || flow.direction === 'both') read[bit] = flow.weight;
        if (flow.direction === 'write' || flow.direction === 'both') write[bit] = flow.weight;
      }
    }
    readBits.push(read);
    writeBits.push(write);
  }

  const [read, write] = [new Uint8Array(rules.count), new Uint8Array(rules.count)];
  for (let rule = 0; rule < rules.count; rule++) {
    if (rules.kind[rule] !== RuleKind.allow) continue;
    if (booleans !== undefined && !ruleEnabled(db, rule as RuleId, booleans)) continue;
    const r = readBits[rules.tclass[rule]!]!;
    const w = writeBits[rules.tclass[rule]!]!;
    let [heaviestRead, heaviestWrite] = [0, 0];
    for (let mask = rules.data[rule]!; mask !== 0; mask &= mask - 1) {
      const bit = 31 - Math.clz32(mask & -mask);
      if (r[bit]! > heaviestRead) heaviestRead = r[bit]!;
      if (w[bit]! > heaviestWrite) heaviestWrite = w[bit]!;
    }
    read[rule] = heaviestRead;
    write[rule] = heaviestWrite;
  }
  return { read, write, unmapped };
}

function flowGraph(db: PolicyDb, weights: RuleWeights, options: FlowOptions): StepGraph {
  const size = db.types.names.length;
  const excluded = options.excluded ?? new Bitset<TypeId>();
  const forward = arrows(db, weights, options.minimumWeight, 'forward');
  const backward = arrows(db, weights, options.minimumWeight, 'backward');
  return {
    size,
    distancesFrom: (start, most, until) => distances(db, forward, excluded, start, most, until),
    distancesTo: (end, most) => distances(db, backward, excluded, end, most),
    successors: (type) => neighbours(db, forward, excluded, type),
    predecessors: (type) => neighbours(db, backward, excluded, type),
  };
}

/** From a type or attribute to the types and attributes where its information goes: of `id`, `heads[offsets[id]] … `. */
interface Arrows {
  readonly offsets: Uint32Array;
  readonly heads: Column<TypeId>;
}

function arrows(
  db: PolicyDb,
  { read, write }: RuleWeights,
  minimum: number,
  direction: 'forward' | 'backward',
): Arrows {
  const { rules } = db;
  const along = direction === 'forward' ? write : read;
  const against = direction === 'forward' ? read : write;
  const offsets = new Uint32Array(db.types.names.length + 1);
  for (let rule = 0; rule < rules.count; rule++) {
    if (along[rule]! >= minimum) offsets[rules.source[rule]! + 1]!++;
    if (against[rule]! >= minimum) offsets[rules.target[rule]! + 1]!++;
  }
  for (let id = 1; id < offsets.length; id++) offsets[id]! += offsets[id - 1]!;
  const next = offsets.slice();
  const heads = new Uint32Array(offsets.at(-1)!);
  for (let rule = 0; rule < rules.count; rule++) {
    const source = rules.source[rule]!;
    const target = rules.target[rule]!;
    if (along[rule]! >= minimum) heads[next[source]!++] = target;
    if (against[rule]! >= minimum) heads[next[target]!++] = source;
  }
  return { offsets, heads: heads as unknown as Column<TypeId> };
}

/**
 * Breadth first. The arrows of an attribute are followed once, when the first of its types is reached, and an attribute that an
 * arrow points to is expanded once: both can only give later types later distances.
 */
function distances(
  db: PolicyDb,
  { offsets, heads }: Arrows,
  excluded: IdSet<TypeId>,
  start: TypeId,
  most: number,
  until?: TypeId,
): Uint16Array {
  const size = db.types.names.length;
  const found = new Uint16Array(size).fill(UNREACHED);
  if (excluded.has(start)) return found;
  found[start] = 0;
  const followed = new Uint8Array(size);
  const expanded = new Uint8Array(size);
  let frontier: TypeId[] = [start];
  for (let steps = 1; frontier.length > 0 && steps <= most; steps++) {
    const next: TypeId[] = [];
    const reach = (type: TypeId): void => {
      if (found[type] !== UNREACHED || excluded.has(type)) return;
      found[type] = steps;
      next.push(type);
    };
    for (const type of frontier) {
      for (const tail of attributesOf(db.types, type)) {
        if (followed[tail] === 1) continue;
        followed[tail] = 1;
        for (let i = offsets[tail]!; i < offsets[tail + 1]!; i++) {
          const head = heads[i]!;
          if (expanded[head] === 1) continue;
          expanded[head] = 1;
          const members = db.types.members.get(head);
          if (members === undefined) reach(head);
          else members.forEach(reach);
        }
      }
    }
    if (until !== undefined && found[until] !== UNREACHED) break;
    frontier = next;
  }
  return found;
}

function neighbours(
  db: PolicyDb,
  { offsets, heads }: Arrows,
  excluded: IdSet<TypeId>,
  type: TypeId,
): Bitset<TypeId> {
  const found = new Bitset<TypeId>(db.types.names.length);
  if (excluded.has(type)) return found;
  const expanded = new Bitset<TypeId>(db.types.names.length);
  for (const tail of attributesOf(db.types, type)) {
    for (let i = offsets[tail]!; i < offsets[tail + 1]!; i++) {
      const head = heads[i]!;
      if (expanded.has(head)) continue;
      expanded.add(head);
      const members = db.types.members.get(head);
      if (members === undefined) found.add(head);
      else found.addAll(members);
    }
  }
  found.delete(type);
  return found.difference(excluded);
}

/** The rules are looked up when they are first asked for: most answers list many more steps than anybody reads. */
function flowStep(db: PolicyDb, weights: RuleWeights, source: TypeId, target: TypeId): FlowStep {
  let known: readonly WeighedRule[] | undefined;
  const rules = (): readonly WeighedRule[] => {
    known ??= carryingRules(db, weights, source, target);
    return known;
  };
  return {
    source: db.types.names[source]!,
    target: db.types.names[target]!,
    get weight() {
      return Math.max(0, ...rules().map((rule) => rule.weight));
    },
    get rules() {
      return rules();
    },
  };
}

function carryingRules(
  db: PolicyDb,
  weights: RuleWeights,
  source: TypeId,
  target: TypeId,
): readonly WeighedRule[] {
  // A rule on an attribute and itself can carry both ways: it writes as the one, it reads as the other.
  const carrying = new Map<RuleId, number>();
  const collect = (from: TypeId, to: TypeId, weight: Uint8Array): void =>
    visitRules(db, { kind: RuleKind.allow, source: from, target: to }, (rule) => {
      if (weight[rule]! > (carrying.get(rule) ?? 0)) carrying.set(rule, weight[rule]!);
    });
  collect(source, target, weights.write);
  collect(target, source, weights.read);
  return evidenceOf(db, carrying.keys()).map(({ id, rule }) => ({
    rule,
    weight: carrying.get(id)!,
  }));
}
