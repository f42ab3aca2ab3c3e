import {
  attributesOf,
  type ClassId,
  membersOf,
  type PolicyDb,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
} from '../selinux/policydb/index.ts';
import { access, accessVector } from '../selinux/query/index.ts';

/** Permissions of a class on a type: `self` for the domain itself, `own:NAME` for a type of its module. */
export interface Access {
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
}

/** Where a domain of one module stands in a policy, and a domain of an empty module, which has what every domain has. */
export interface Place {
  readonly db: PolicyDb;
  /** The modules' names. */
  readonly name: string;
  readonly bare: string;
  /** Types of other modules that were linked beside: of no account. */
  readonly foreign: RegExp;
}

/** What one domain has beyond an empty one, under any setting of the booleans, attributes looked through. */
export class Grants {
  readonly place: Place;
  private readonly masks = new Map<string, number>();
  private readonly base: TypeId;

  constructor(place: Place) {
    this.place = place;
    const { db } = place;
    const domain = db.types.ids.get(`${place.name}_t`)!;
    this.base = db.types.ids.get(`${place.bare}_t`)!;
    const ofBase = new Set(attributesOf(db.types, this.base));
    for (const source of attributesOf(db.types, domain)) {
      for (const rule of rowsOf(rulesBySource(db), source)) {
        if (db.rules.kind[rule] !== RuleKind.allow) continue;
        membersOf(db.types, db.rules.target[rule]!).forEach((target) => {
          // What the base grants every domain, it grants an empty one too, but on types of the module's own.
          if (ofBase.has(source) && !this.isOwn(target)) return;
          this.add(target, db.rules.tclass[rule]!, db.rules.data[rule]!);
        });
      }
    }
  }

  /** Whether it is granted beyond what an empty domain has. */
  has(target: string, tclass: string, permission: string): boolean {
    const mask = this.masks.get(`${target} ${tclass}`);
    return mask !== undefined && isIn(this.place.db, tclass, permission, mask);
  }

  /** Whether a command that a rule on commands may leave out is granted. */
  hasCommand(target: string, tclass: string, permission: string, command: number): boolean {
    const { db, name } = this.place;
    const [answer] = access(db, {
      source: `${name}_t`,
      target: typeOf(target, name),
      tclass,
      permissions: [permission],
      command,
      booleans: 'every',
    }).permissions;
    return answer?.access === 'granted' || answer?.access === 'sometimes';
  }

  /** Whether an empty domain has it too. */
  isBase(target: string, tclass: string, permission: string): boolean {
    const { db, bare } = this.place;
    const id = db.types.ids.get(typeOf(target, bare));
    const ofClass = db.classes.ids.get(tclass);
    if (id === undefined || ofClass === undefined) return false;
    return isIn(db, tclass, permission, accessVector(db, this.base, id, ofClass, 'any').allowed);
  }

  *all(): Generator<Access> {
    const { db } = this.place;
    for (const [key, mask] of this.masks) {
      const [target, tclass] = key.split(' ') as [string, string];
      const names = db.classes.permissions[db.classes.ids.get(tclass)!]!;
      yield { target, tclass, permissions: names.filter((_, bit) => (mask >>> bit) & 1) };
    }
  }

  private add(target: TypeId, tclass: ClassId, mask: number): void {
    const { db, name, bare, foreign } = this.place;
    const type = db.types.names[target]!;
    const ref = refOf(type, name);
    if (ref === type && foreign.test(type)) return;
    // What an empty module has on its own domain and executable, every module has.
    const same = ref === type ? target : (db.types.ids.get(typeOf(ref, bare)) ?? target);
    const more = (mask & ~accessVector(db, this.base, same, tclass, 'any').allowed) >>> 0;
    if (more === 0) return;
    const key = `${ref} ${db.classes.names[tclass]!}`;
    this.masks.set(key, ((this.masks.get(key) ?? 0) | more) >>> 0);
  }

  private isOwn(type: TypeId): boolean {
    const name = this.place.db.types.names[type]!;
    return refOf(name, this.place.name) !== name;
  }
}

function isIn(db: PolicyDb, tclass: string, permission: string, mask: number): boolean {
  const id = db.classes.ids.get(tclass);
  const bit = id === undefined ? undefined : db.classes.permissionBits[id]!.get(permission);
  return bit !== undefined && ((mask >>> bit) & 1) === 1;
}

/** `x_log_t` of the module `x` → `own:log`, its domain → `self`. */
export function refOf(type: string, name: string): string {
  if (type === `${name}_t`) return 'self';
  return type.startsWith(`${name}_`) && type.endsWith('_t')
    ? `own:${type.slice(name.length + 1, -2)}`
    : type;
}

/** The other way. */
export function typeOf(ref: string, name: string): string {
  if (ref === 'self') return `${name}_t`;
  return ref.startsWith('own:') ? `${name}_${ref.slice('own:'.length)}_t` : ref;
}

/** Accesses put together by class and permissions, as few statements as they make. */
export function inStatements(accesses: Iterable<Access>): readonly AccessStatement[] {
  const alike = Map.groupBy(
    [...accesses].filter(({ permissions }) => permissions.length > 0),
    ({ tclass, permissions }) => `${tclass} ${[...permissions].sort().join(' ')}`,
  );
  return [...alike.values()].map((of) => ({
    targets: [...new Set(of.map(({ target }) => target))].sort(),
    tclass: of[0]!.tclass,
    permissions: [...of[0]!.permissions].sort(),
  }));
}

export interface AccessStatement {
  readonly targets: readonly string[];
  readonly tclass: string;
  readonly permissions: readonly string[];
}
