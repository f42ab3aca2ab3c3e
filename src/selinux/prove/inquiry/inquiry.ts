import type { BooleanId, ClassId, RuleId, TypeId } from '../../policydb/index.ts';
import { netlinkNotes, permissionNames, ruleOf } from '../../query/index.ts';
import type { Filter } from '../kernel/filter.ts';
import { type KernelCheck, kernelCheck } from '../kernel/kernel-checks.ts';
import { dividedByBase } from './base.ts';
import { boundingRules, isBounded, withinBounds } from './bounds.ts';
import { confirmed } from './confirm.ts';
import { grantsOf, permissionMask, perTarget } from './grants.ts';
import {
  appliesUnder,
  askSettings,
  booleansOfRule,
  changesOf,
  type SettingQuestion,
} from './settings.ts';
import type { Grant, Subject } from './subject.ts';
import {
  type BaseGrant,
  type Grounds,
  MOST_WITNESSES,
  type Verdict,
  type Witness,
} from './verdict.ts';

/** Something that must be granted too, for an access to do harm: any of the grants will do. */
export interface Requirement {
  readonly grants: readonly Grant[];
}

export interface Forbidding {
  /** Only these permissions of the check. */
  readonly permissions?: readonly string[];
  /** Only on these targets. */
  readonly on?: (target: TypeId, tclass: ClassId) => boolean;
  /** Where `on` accepts few targets, all that it can accept, ascending: others are then not looked at. */
  readonly among?: readonly TypeId[];
  /** It is no offence while one of these is on. */
  readonly unless?: readonly BooleanId[];
  /** It is an offence only together with these. */
  readonly with?: (grant: Grant) => readonly Requirement[];
  readonly filter?: (grant: Grant) => Filter;
  /** What every domain has by the policy's base is listed apart and breaks nothing. */
  readonly beyondBase?: boolean;
  /** What a grant of the base takes besides `with` to be of use. Any other grant counts without it. */
  readonly baseNeeds?: (grant: Grant) => readonly Requirement[];
  /**
   * Of one target: where a grant of the base takes a rule of somebody else besides, it is no offence all the same, `always` or while one of these
   * is on. What others grant of the same is one.
   */
  readonly baseUnless?: (target: TypeId) => readonly BooleanId[] | 'always' | undefined;
  /** Completes the sentence about a grant: `ports tcp 80`. */
  readonly detail?: (grant: Grant) => string;
}

interface Offence {
  readonly check: KernelCheck;
  readonly grant: Grant;
  readonly with: readonly Requirement[];
  readonly filter: Filter | undefined;
  readonly unless: readonly BooleanId[];
  readonly detail: () => string;
}

/** A never as it is put to a policy. */
export interface Asked extends Pick<Grounds, 'never' | 'residuals' | 'considered'> {
  /** What it asks, to follow `no rule lets it`. */
  readonly question: string;
  /** What it presupposes of the domain's acting as another one, of which it says nothing. */
  readonly presupposes: readonly string[];
}

/** The work on one never: forbids kernel checks one by one, then concludes. */
export class Inquiry {
  readonly subject: Subject;
  private readonly asked: Asked;
  private readonly checks = new Set<string>();
  private readonly offences: Offence[] = [];
  private readonly discovered: Witness[] = [];
  private readonly base: BaseGrant[] = [];
  private readonly reasons = new Set<string>();
  private readonly notes = new Set<string>();
  private readonly assumptions = new Set<string>();
  private unlisted = 0;

  constructor(subject: Subject, asked: Asked) {
    this.subject = subject;
    this.asked = asked;
    for (const doubt of subject.doubts ?? []) this.doubt(doubt);
    const { unnamedBits } = subject.db.readOver;
    if (unnamedBits !== 0) {
      this.assume(
        `the kernel ignores the bits 0x${unnamedBits.toString(16)} of the policy’s header, as Linux does`,
      );
    }
    for (const access of subject.unjudged) {
      this.doubt(
        `${access} is granted, of which the table of permissions knows nothing: what it lets a domain do has to be added there`,
      );
    }
    for (const text of asked.presupposes) this.assume(text);
  }

  /** Whatever lets the domain pass this check is an offence. */
  forbid(id: string, options: Forbidding = {}): void {
    const check = kernelCheck(id);
    const found = this.grants(id, options.permissions, options.on, options.among);
    // Rules on ioctl commands, and what a parent lacks, count per pair of types.
    const each = options.filter !== undefined || isBounded(this.subject);
    for (const grant of each ? found.flatMap(perTarget) : found) {
      const { attribute, ofBase, beyond } = options.beyondBase
        ? dividedByBase(this.subject, grant)
        : { beyond: grant };
      if (beyond !== undefined) this.offend(check, beyond, options);
      if (ofBase !== undefined) this.divide(check, ofBase, attribute!, options);
    }
  }

  private offend(
    check: KernelCheck,
    grant: Grant,
    options: Forbidding,
    needed: readonly Requirement[] = options.with?.(grant) ?? [],
  ): void {
    this.offences.push({
      check,
      grant,
      with: needed,
      filter: options.filter?.(grant),
      unless: options.unless ?? [],
      detail: () => options.detail?.(grant) ?? '',
    });
  }

  /**
   * A grant of the base is listed for the targets where the base alone opens the way. Where it takes a rule of somebody else besides
   * (the base lets every domain read, a module lets this one open), that is an offence like any other, unless that very thing is excepted.
   */
  private divide(check: KernelCheck, grant: Grant, attribute: string, options: Forbidding): void {
    const targets: TypeId[] = [];
    const needs = options.with !== undefined || options.baseNeeds !== undefined;
    for (const one of needs ? perTarget(grant) : [grant]) {
      const needed = [...(options.with?.(one) ?? []), ...(options.baseNeeds?.(one) ?? [])];
      if (needed.every(({ grants }) => grants.some((also) => this.alikeInBase(also, one)))) {
        targets.push(...one.targets);
        continue;
      }
      const unless = needs ? options.baseUnless?.(one.targets[0]!) : undefined;
      if (unless !== undefined) this.restOnBase(attribute);
      if (unless !== 'always') {
        this.offend(
          check,
          one,
          { ...options, unless: [...(options.unless ?? []), ...(unless ?? [])] },
          needed,
        );
      }
    }
    if (targets.length === 0) return;
    const listed = { ...grant, targets };
    const what = this.describe(check, listed, options.detail?.(listed) ?? '');
    this.restOnBase(attribute);
    this.base.push({
      what: `${what}${conditionText(this.subject.db, grant.rule)}`,
      attribute,
      rule: ruleOf(this.subject.db, grant.rule),
    });
  }

  /** Says what it takes for the rules of an attribute to be the base's; where nobody can tell, that is a doubt. */
  private restOnBase(attribute: string): void {
    const { base, baseAssumes } = this.subject;
    if (baseAssumes !== undefined) this.assume(baseAssumes);
    if (base !== undefined) return;
    this.doubt(
      `the rules of ${attribute} open ways whose origin is unknown, the distribution’s policy or a module beside it: its own policy, without other modules, tells`,
    );
  }

  /** Whether a grant is the base's too, and in force whenever the other one is. */
  private alikeInBase(grant: Grant, other: Grant): boolean {
    const { rules } = this.subject.db;
    if (dividedByBase(this.subject, grant).ofBase === undefined) return false;
    const conditional = rules.conditional[grant.rule]!;
    return (
      conditional < 0 ||
      (conditional === rules.conditional[other.rule]! &&
        rules.branch[grant.rule] === rules.branch[other.rule])
    );
  }

  /** What lets the domain pass a check. Where the policy does not know the class, that is said in the verdict. */
  grants(
    id: string,
    permissions: readonly string[] | undefined = undefined,
    on?: (target: TypeId, tclass: ClassId) => boolean,
    among?: readonly TypeId[],
  ): Grant[] {
    const check = kernelCheck(id);
    this.checks.add(id);
    const { db } = this.subject;
    if (check.classes.includes('netlink_route_socket')) {
      for (const note of netlinkNotes(db)) {
        this.assume(`messages of netlink mean to the kernel what they mean to Linux: ${note}`);
      }
    }
    if (check.capability !== undefined && !this.capable(check.capability)) return [];
    if (check.unlessCapability !== undefined && this.capable(check.unlessCapability)) return [];
    const asked = (target: TypeId, tclass: ClassId): boolean =>
      (check.onSelf === undefined || this.subject.own.has(target)) &&
      (on?.(target, tclass) ?? true);
    const wanted = permissions ?? check.permissions;
    const grants: Grant[] = [];
    for (const name of this.classesOf(check)) {
      if (OPTIONAL_CLASSES[name] !== undefined && !this.capable(OPTIONAL_CLASSES[name])) continue;
      const tclass = db.classes.ids.get(name);
      if (tclass === undefined) {
        this.unknown(check, name);
        continue;
      }
      this.unknownPermissions(check, tclass, wanted);
      const all =
        wanted.length === 0
          ? db.classes.allPermissions[tclass]!
          : permissionMask(db, tclass, wanted);
      for (const grant of grantsOf(this.subject, tclass, all, asked, among)) grants.push(grant);
    }
    return grants;
  }

  /** A way that was found by other means, open as the booleans are set, and confirmed by the finder. */
  found(witness: Witness): void {
    this.discovered.push(witness);
  }

  /** Says that one cannot tell, and why. */
  doubt(reason: string): void {
    this.reasons.add(reason);
  }

  note(text: string): void {
    this.notes.add(text);
  }

  assume(text: string): void {
    this.assumptions.add(text);
  }

  /** Says of accesses that they are there and why they are no offence. */
  noteGrants(grants: readonly Grant[], why: string): void {
    const { db } = this.subject;
    for (const grant of grants)
      this.note(`${accessText(this.subject, grant)}: ${why}${conditionText(db, grant.rule)}`);
  }

  /** Whether the policy has a policy capability. */
  capable(capability: string): boolean {
    return this.subject.db.capabilities.includes(capability);
  }

  conclude(): Verdict {
    const open: Witness[] = [...this.discovered];
    const breaks: Witness[] = [];
    for (const offence of this.offences) this.settle(offence, open, breaks);
    const grounds = this.grounds(open, breaks);
    const verdict: Verdict =
      open.length > 0
        ? { outcome: 'violated', ...grounds, witnesses: open, breaks, enforced: undefined }
        : this.reasons.size > 0
          ? { outcome: 'undecided', ...grounds, reasons: [...this.reasons], breaks }
          : breaks.length > 0
            ? { outcome: 'holds-as-set', ...grounds, breaks }
            : { outcome: 'holds', ...grounds };
    const { db, sources } = this.subject;
    if (!sources.some((domain) => db.permissive.has(domain))) return verdict;
    return { outcome: 'violated', ...grounds, witnesses: open, breaks, enforced: verdict };
  }

  /** Finds the settings under which an offence is open, and has each that is listed confirmed. */
  private settle(offence: Offence, open: Witness[], breaks: Witness[]): void {
    if (this.isOpenWithoutAdded(offence)) return;
    if (this.subject.addedBy !== undefined) {
      this.settleForEach(offence);
      return;
    }
    const { db } = this.subject;
    const rules = [offence.grant, ...offence.with.flatMap(({ grants }) => grants)].flatMap(
      (grant) => [grant.rule, ...boundingRules(this.subject, grant)],
    );
    const booleans = new Set<BooleanId>(offence.unless);
    for (const rule of [...rules, ...(offence.filter?.rules ?? [])]) {
      for (const boolean of booleansOfRule(db, rule)) booleans.add(boolean);
    }
    const question: SettingQuestion = {
      booleans,
      holds: (on) =>
        offence.unless.every((boolean) => on[boolean] === 0) &&
        this.applies(offence.grant, on) &&
        offence.with.every(({ grants }) => grants.some((grant) => this.applies(grant, on))) &&
        admitted(this.subject, offence.filter, on),
    };
    const answer = askSettings(db, question);
    if (answer.unbounded) {
      this.doubt(
        `more than 4,096 settings of ${booleans.size} booleans decide about ${accessText(this.subject, offence.grant)}`,
      );
    }
    const ways = answer.asSet ? open : breaks;
    for (const on of answer.nearest) {
      if (ways.length >= MOST_WITNESSES) {
        this.unlisted++;
        continue;
      }
      const applying = [
        offence.grant,
        ...offence.with.map(({ grants }) => grants.find((grant) => this.applies(grant, on))!),
      ];
      const denied = applying.find(
        (grant, i) => !confirmed(this.subject, grant, on, i === 0 ? offence.filter : undefined),
      );
      if (denied !== undefined) {
        this.doubt(
          `two ways of computing disagree about ${accessText(this.subject, denied)}: please report this with the policy`,
        );
        continue;
      }
      ways.push({
        what: this.describe(offence.check, offence.grant, offence.detail()),
        rules: applying.map(({ rule }) => ruleOf(db, rule)),
        takes: applying.map(({ tclass, permissions }) => permissionNames(db, tclass, permissions)),
        settings: changesOf(db, on),
        checks: [offence.check.id],
      });
    }
  }

  /** Whether rules that were put in to ask what they open have no part in an offence, or open nothing that was not open. */
  private isOpenWithoutAdded({ grant, with: needed, filter, unless }: Offence): boolean {
    const { added } = this.subject;
    if (added === undefined) return false;
    const used = [grant, ...needed.flatMap(({ grants }) => grants)].map(({ rule }) => rule);
    if (![...used, ...(filter?.admitting ?? [])].some((rule) => added.has(rule))) return true;
    const own = this.subject.db.booleans.defaults;
    const stood = (one: Grant): boolean => !added.has(one.rule) && this.applies(one, own);
    const others = (rules: readonly RuleId[]): RuleId[] => rules.filter((rule) => !added.has(rule));
    return (
      stood(grant) &&
      unless.every((boolean) => own[boolean] === 0) &&
      needed.every(({ grants }) => grants.some(stood)) &&
      admitted(
        this.subject,
        filter && {
          ...filter,
          rules: others(filter.rules),
          admitting: others(filter.admitting),
        },
        own,
      )
    );
  }

  /**
   * Of several requests, whose rules were put in at once, those for which an offence is open with the rules of one alone. Where others had
   * a part in how the offence was put together, it says only that the request has to be asked alone.
   */
  private settleForEach(offence: Offence): void {
    const { added, addedBy, ways } = this.subject;
    const { grant, with: needed, filter, unless, check } = offence;
    const own = this.subject.db.booleans.defaults;
    if (!unless.every((boolean) => own[boolean] === 0)) return;
    const used = [grant, ...needed.flatMap(({ grants }) => grants)].map(({ rule }) => rule);
    const first = addedBy!.get(grant.rule);
    const askers = new Set<number>();
    for (const rule of [...used, ...(filter?.admitting ?? [])]) {
      const asker = addedBy!.get(rule);
      if (asker !== undefined && (first === undefined || first === asker)) askers.add(asker);
    }
    // A mount counts by what all could do with its files; a rule of the policy's own may stand for targets that another request brought in.
    const alone =
      (check.id === 'mount' && needed.length > 0) ||
      (first === undefined && grant.targets.length > 1);
    for (const asker of askers) {
      if (ways!.has(asker)) continue;
      const isThere = (rule: RuleId): boolean => !added!.has(rule) || addedBy!.get(rule) === asker;
      const stands = (one: Grant): boolean => isThere(one.rule) && this.applies(one, own);
      const only = filter && {
        ...filter,
        rules: filter.rules.filter(isThere),
        admitting: filter.admitting.filter(isThere),
      };
      const parts = [grant, ...needed.map(({ grants }) => grants.find(stands))];
      if (!stands(grant) || parts.includes(undefined)) continue;
      if (!admitted(this.subject, only, own)) continue;
      const told =
        !alone &&
        parts.every((part, i) => confirmed(this.subject, part!, own, i ? undefined : only));
      ways!.set(asker, told ? this.describe(check, grant, offence.detail()) : undefined);
    }
  }

  private applies(grant: Grant, on: Uint8Array): boolean {
    return appliesUnder(this.subject.db, grant.rule, on) && withinBounds(this.subject, grant, on);
  }

  private classesOf(check: KernelCheck): readonly string[] {
    return check.classesWithoutExtended !== undefined && !this.capable('extended_socket_class')
      ? check.classesWithoutExtended
      : check.classes;
  }

  /** One class must know all that is asked of it; of several each must know something. */
  private unknownPermissions(check: KernelCheck, tclass: ClassId, wanted: readonly string[]): void {
    const { db } = this.subject;
    if (db.handleUnknown !== 'allow' || check.permissions.length === 0) return;
    const unknown = wanted.filter((name) => !db.classes.permissionBits[tclass]!.has(name));
    if (unknown.length === 0) return;
    if (check.classes.length > 1 && unknown.length < wanted.length) return;
    this.doubt(
      `the policy does not know ${unknown.join(', ')} of the class ${db.classes.names[tclass]}, and what is unknown is allowed (handle_unknown): a kernel that asks it lets every domain ${check.act}`,
    );
  }

  private unknown(check: KernelCheck, tclass: string): void {
    const { db } = this.subject;
    if (db.handleUnknown === 'allow') {
      this.doubt(
        `the policy does not know the class ${tclass}, and what is unknown is allowed (handle_unknown): a kernel that asks it${check.since === undefined ? '' : ` (since ${check.since})`} lets every domain ${check.act}`,
      );
    } else {
      this.note(`the policy does not know the class ${tclass}; what is unknown is denied`);
    }
  }

  private describe(check: KernelCheck, grant: Grant, detail: string): string {
    return `${check.act}: ${accessText(this.subject, grant)}${detail === '' ? '' : ` (${detail})`}`;
  }

  private grounds(open: readonly Witness[], breaks: readonly Witness[]): Grounds {
    return {
      never: this.asked.never,
      evidence: this.evidence(open.length, breaks.length),
      checks: [...this.checks],
      base: this.base,
      residuals: this.asked.residuals,
      notes: [...this.notes],
      assumes: [...this.assumptions],
      considered: this.asked.considered,
      more: this.unlisted,
    };
  }

  private evidence(open: number, breaks: number): string {
    const ways = (count: number): string => (count === 1 ? 'one way' : `${count} ways`);
    if (open > 0) return `${ways(open + breaks + this.unlisted)} found`;
    const beyond = this.base.length > 0 ? ', beyond the base' : '';
    const none = `no rule ${this.reasons.size > 0 ? 'was found that ' : ''}lets it ${this.asked.question}${beyond}`;
    return breaks > 0
      ? `as the booleans are set, ${none}; ${ways(breaks + this.unlisted)} under other settings`
      : none;
  }
}

/** Classes that the kernel asks only where the policy has the capability. */
const OPTIONAL_CLASSES: Readonly<Record<string, string>> = { memfd_file: 'memfd_class' };

/** `http_port_t:tcp_socket name_connect`, as a policy's author would name the access. */
export function accessText({ db }: Subject, grant: Grant): string {
  const [first, ...others] = grant.targets;
  const permissions = db.classes.permissions[grant.tclass]!.filter(
    (_, bit) => ((grant.permissions >>> bit) & 1) === 1,
  );
  const target = db.types.names[first!]!;
  return `${target}${others.length > 0 ? ` and ${others.length} more` : ''}:${db.classes.names[grant.tclass]} ${permissions.join(' ')}`;
}

function conditionText(db: Subject['db'], rule: RuleId): string {
  const { condition } = ruleOf(db, rule);
  return condition === undefined ? '' : ` [${condition.expression}: ${condition.branch}]`;
}

/** Whether the commands that an offence needs are let through: where no `allowxperm` rule applies, all are. */
function admitted({ db }: Subject, filter: Filter | undefined, on: Uint8Array): boolean {
  if (filter === undefined) return true;
  const applies = (rule: RuleId): boolean => appliesUnder(db, rule, on);
  return !filter.rules.some(applies) || filter.admitting.some(applies);
}
