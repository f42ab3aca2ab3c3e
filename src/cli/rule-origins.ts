import {
  type Ability,
  type Block,
  booleanName,
  type Confinement,
  domainsOf,
  type Entry,
  everyStatement,
  type InterfaceCall,
  type Statement,
  typeName,
} from '../description/index.ts';
import type { Given } from '../selinux/facts/index.ts';
import { calledInterfaces, writtenOut } from '../selinux/module/index.ts';
import { type PolicyDb, rowsOf, rulesBySource } from '../selinux/policydb/index.ts';
import { type Rule, ruleOf } from '../selinux/query/index.ts';
import { concernsOf } from '../upkeep/index.ts';

/** Who brought a rule that a proof found. */
export interface RuleOrigin {
  /**
   * A statement of the description; an attribute that one of its calls has the domain join, whose rules are the policy's; the policy without the
   * module; or none that can be told.
   */
  readonly from: 'description' | 'attribute' | 'policy' | 'unknown';
  readonly ability?: string;
  /** The reason of the block that it stands in. */
  readonly block?: string;
  /** The call that brought it; absent for a rule that is written out. */
  readonly call?: string;
  /** Of the ability in the description's file, from 1. */
  readonly line?: number;
  /** The same in words, to follow the rule. */
  readonly said: string;
}

/** `takes` are the permissions of the rule that matter; all, if it is left out. */
export type OriginsOf = (rule: Rule, takes?: readonly string[]) => readonly RuleOrigin[];

/** What a rule's origin is told by. */
export interface OriginSources {
  readonly confinement: Confinement;
  /** The description's file, for the lines. */
  readonly text: string;
  /** The policy that the module is linked into, and the same without it, where that is at hand. */
  readonly db: PolicyDb;
  readonly base: PolicyDb | undefined;
  /** What each interface gives there; where nobody asked the headers, calls count as they are written out. */
  readonly given: ReadonlyMap<string, readonly Given[]> | undefined;
}

/** At most this many places are named for one rule. */
const MOST = 3;

/** Finds who brought a rule: by the description's statements and what its calls are known to give, never by the source of a policy. */
export function ruleOrigins(sources: OriginSources): OriginsOf {
  const places = placesOf(sources);
  return (whole, takes) => {
    const rule = narrowed(whole, takes);
    const ours = places.filter((place) => place.brings(rule)).map(({ origin }) => origin);
    if (ours.length > 0) return unique(ours).slice(0, MOST);
    const joined = places.filter((place) => place.joins(rule)).map(({ joining }) => joining(rule));
    // Who wrote a rule of an attribute is another question than who has the domain join it.
    const foreign = sources.base !== undefined && !has(sources.base, rule);
    if (joined.length > 0 && !foreign) return unique(joined).slice(0, MOST);
    return [elsewhere(rule, sources)];
  };
}

/** The rule with nothing but what is asked about: in a binary one rule has what several authors granted the same pair of types. */
function narrowed(rule: Rule, takes: readonly string[] | undefined): Rule {
  return rule.kind === 'allow' && takes !== undefined ? { ...rule, permissions: takes } : rule;
}

/** A statement of the description, or what it declares. */
interface Place {
  readonly origin: RuleOrigin;
  brings(rule: Rule): boolean;
  /** Whether it has the domain join the attribute whose rule this is. */
  joins(rule: Rule): boolean;
  joining(rule: Rule): RuleOrigin;
}

function placesOf(sources: OriginSources): readonly Place[] {
  return domainsOf(sources.confinement).flatMap((confinement) =>
    placesOfDomain({ ...sources, confinement }),
  );
}

function placesOfDomain(sources: OriginSources): readonly Place[] {
  const { confinement, text } = sources;
  // Lines are found by the names of abilities, which several domains may have.
  const concerns = concernsOf(confinement, confinement.module === undefined ? text : '');
  const places: Place[] = [];
  const inBlocks = new Set<string>();
  for (const ability of confinement.may) {
    const line = concerns.ofAbility(ability.name)[0]?.line;
    for (const block of ability.blocks) {
      for (const statement of everyStatement(block.selinux)) {
        if (statement.kind === 'interface') inBlocks.add(statement.name);
        places.push(placeOf(statement, { ability, block, line }, sources));
      }
    }
    for (const entry of ability.entries ?? []) {
      places.push(entryPlace(callerOf(entry), ability, line));
    }
  }
  // What makes the domain and its types what they are: no ability has it.
  for (const call of calledInterfaces(confinement)) {
    if (!inBlocks.has(call.name)) places.push(placeOf(call, undefined, sources));
  }
  return places;
}

function callerOf(entry: Entry): string {
  if (entry.from === 'user') return `${entry.prefix}_t`;
  return entry.from === 'sudo' ? 'sudodomain' : 'init_t';
}

interface Standing {
  readonly ability: Ability;
  readonly block: Block;
  readonly line: number | undefined;
}

function placeOf(
  statement: Statement,
  standing: Standing | undefined,
  sources: OriginSources,
): Place {
  const { confinement, db, given } = sources;
  const call = statement.kind === 'interface' ? callText(statement, confinement) : undefined;
  const rows = statement.kind === 'interface' ? givenBy(statement, given, confinement) : [];
  const where = placeText(standing);
  const origin: RuleOrigin = {
    from: 'description',
    ...(standing && { ability: standing.ability.name, block: standing.block.why }),
    ...(call !== undefined && { call }),
    ...(standing?.line !== undefined && { line: standing.line }),
    said: `${where}, ${call === undefined ? `a rule under “${beginning(standing!.block.why)}”` : `the call ${call}`}`,
  };
  const when = standing?.block.when;
  const boolean = when === undefined ? undefined : booleanName(confinement, when);
  return {
    origin,
    brings: (rule) =>
      statement.kind === 'interface'
        ? rows.some((row) => gives(row, rule))
        : writes(statement, rule, confinement) && isUnder(rule, boolean),
    joins: (rule) =>
      isAttribute(db, rule.source) &&
      rows.some(
        (row) =>
          row.kind === 'attribute' &&
          row.attribute === rule.source &&
          row.type === confinement.domain,
      ),
    joining: ({ source }) => ({
      ...origin,
      from: 'attribute',
      said: `the attribute ${source}, which the domain joins by ${call}, ${where}`,
    }),
  };
}

/** What the module's own interfaces grant at a way in: it has no name that the policy has, so it is told by who comes in. */
function entryPlace(caller: string, ability: Ability, line: number | undefined): Place {
  const origin: RuleOrigin = {
    from: 'description',
    ability: ability.name,
    ...(line !== undefined && { line }),
    said: `${abilityText(ability, line)}, the way in from ${caller}`,
  };
  return {
    origin,
    brings: ({ source, target }) => source === caller || target === caller,
    joins: () => false,
    joining: () => origin,
  };
}

/** Whether a statement that is written out says some of a rule. */
function writes(statement: Statement, rule: Rule, confinement: Confinement): boolean {
  const name = (ref: string): string =>
    ref === 'self' ? confinement.domain : typeName(confinement, ref);
  switch (statement.kind) {
    case 'allow':
      return (
        rule.kind === 'allow' &&
        (statement.sources ?? ['self']).map(name).includes(rule.source) &&
        statement.targets.map(name).includes(rule.target) &&
        statement.classes.includes(rule.tclass) &&
        statement.permissions.some((one) => rule.permissions.includes(one))
      );
    case 'ioctls':
      return (
        rule.kind === 'allowxperm' &&
        rule.source === confinement.domain &&
        statement.targets.map(name).includes(rule.target) &&
        statement.classes.includes(rule.tclass)
      );
    case 'type-transition':
      return (
        rule.kind === 'type_transition' &&
        name(statement.source ?? 'self') === rule.source &&
        name(statement.parent) === rule.target &&
        statement.classes.includes(rule.tclass)
      );
    default:
      return false;
  }
}

/** A statement under a tunable is a rule under its boolean, and the other way round. */
function isUnder({ condition }: Rule, boolean: string | undefined): boolean {
  if (boolean === undefined) return condition === undefined;
  return condition?.expression.split(/\W+/).includes(boolean) ?? false;
}

/** What a call gives, by the headers or else as it is written out, with the names that it was called with. */
function givenBy(
  call: InterfaceCall,
  given: OriginSources['given'],
  confinement: Confinement,
): readonly Given[] {
  if (given !== undefined) return filled(call, given.get(call.name), confinement);
  const name = (ref: string): string =>
    ref === 'self' ? confinement.domain : typeName(confinement, ref);
  return writtenOut(call.name, call.args.map(name)) ?? [];
}

function filled(
  { args }: InterfaceCall,
  rows: readonly Given[] = [],
  confinement: Confinement,
): readonly Given[] {
  const name = (ref: string): string =>
    ref.replace(/^(?:arg(\d+)|probe_\d+_(\d+)_t)$/, (_, known: string, probe: string) => {
      const argument = args[Number(known ?? probe) - 1] ?? ref;
      return argument === 'self' ? confinement.domain : typeName(confinement, argument);
    });
  return rows.map((row): Given => {
    if (row.kind === 'attribute') return { ...row, type: name(row.type) };
    return { ...row, source: name(row.source), target: name(row.target) };
  });
}

function gives(row: Given, rule: Rule): boolean {
  if (row.kind === 'attribute' || row.kind !== rule.kind) return false;
  if (row.source !== rule.source || row.target !== rule.target || row.tclass !== rule.tclass) {
    return false;
  }
  return (
    row.kind !== 'allow' ||
    rule.kind !== 'allow' ||
    row.permissions.some((one) => rule.permissions.includes(one))
  );
}

/** Of a rule that nothing in the description brings. */
function elsewhere(rule: Rule, { db, base, confinement }: OriginSources): RuleOrigin {
  const through = isAttribute(db, rule.source) ? `, by the attribute ${rule.source}` : '';
  if (base === undefined) {
    return {
      from: 'unknown',
      said: `the distribution’s policy or another module${through}; no statement of the description`,
    };
  }
  if (has(base, rule)) return { from: 'policy', said: `the policy without this module${through}` };
  const onItself = rule.source === confinement.domain && rule.target === confinement.domain;
  return {
    from: 'unknown',
    said: onItself
      ? 'another module, or an attribute whose members have it on themselves; no statement of the description'
      : `another module${through}; no statement of the description, and not the policy without it`,
  };
}

/** Whether a policy has a rule, by its names. */
function has(base: PolicyDb, rule: Rule): boolean {
  const source = base.types.ids.get(rule.source);
  if (rule.kind !== 'allow' || source === undefined) return false;
  return [...rowsOf(rulesBySource(base), source)].some((row) => {
    const other = ruleOf(base, row);
    return (
      other.kind === 'allow' &&
      other.target === rule.target &&
      other.tclass === rule.tclass &&
      rule.permissions.every((one) => other.permissions.includes(one))
    );
  });
}

function isAttribute({ types }: PolicyDb, name: string): boolean {
  const id = types.ids.get(name);
  return id !== undefined && types.attributes.has(id);
}

function placeText(standing: Standing | undefined): string {
  return standing === undefined
    ? 'the module’s declarations'
    : abilityText(standing.ability, standing.line);
}

function abilityText({ name }: Ability, line: number | undefined): string {
  return line === undefined ? name : `${name} (line ${line})`;
}

function callText({ name, args }: InterfaceCall, confinement: Confinement): string {
  const named = args.map((ref) =>
    ref === 'self' ? confinement.domain : typeName(confinement, ref),
  );
  return `${name}(${named.join(', ')})`;
}

/** As much of a reason as finds it. */
function beginning(why: string): string {
  const words = why.split(/\s+/);
  return words.length <= 7 ? why : `${words.slice(0, 7).join(' ')} …`;
}

function unique(origins: readonly RuleOrigin[]): readonly RuleOrigin[] {
  return [...new Map(origins.map((one) => [one.said, one])).values()];
}
