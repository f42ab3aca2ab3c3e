import { describe, expect, test } from 'vitest';
import {
  type ClassId,
  membersOf,
  type PolicyDb,
  type RoleId,
  RuleKind,
  type TypeId,
  type UserId,
} from '../../../src/selinux/policydb/index.ts';
import {
  access,
  accessVector,
  type BooleanTerm,
  contextIsValid,
  contextOf,
  contextText,
  parseRange,
  permittedByContexts,
  settingFrom,
  visitRules,
} from '../../../src/selinux/query/index.ts';
import { type Choices, choices } from '../../oracle/random-policy.ts';
import { randomRules } from '../../oracle/random-rules.ts';
import { policyFromCil } from '../../support/policy.ts';

/**
 * What `access` says about settings and contexts in general, against the decision on one setting and one pair of contexts, which
 * test/oracle holds against libsepol: all settings of six booleans, and all users, roles and a choice of ranges.
 */
describe.each([31, 32, 33, 34])('access on random policy %i', (seed) => {
  const { cil, types } = randomRules(seed);
  const text = `${cil}(typebounds ${types[0]} ${types[1]})\n`;

  test('names exactly the settings that grant it, for given contexts', async () => {
    const db = await policyFromCil(text);
    const pick = choices(seed);
    const seen = { granted: 0, sometimes: 0, denied: 0, unknown: 0 };
    for (let i = 0; i < 60; i++) {
      const near = pick.one(conditionalPairs(db));
      const source = pick.one(contextsOf(db, near.source, ['s0', 's0:c1']));
      const target = pick.one(contextsOf(db, near.target, ['s0', 's0-s0:c0.c3']));
      const tclass = db.classes.names[near.tclass]!;
      const { permissions } = access(db, { source, target, tclass, booleans: 'every' });
      const masks = SETTINGS.map((on) => decision(db, source, target, near.tclass, on));
      for (const { permission, access: is, when } of permissions) {
        const bit = 1 << db.classes.permissionBits[near.tclass]!.get(permission)!;
        const granting = SETTINGS.filter((_, row) => (masks[row]! & bit) !== 0);
        seen[is]++;
        if (is === 'sometimes') {
          const named = SETTINGS.filter((on) => when!.some((term) => agrees(db, term, on)));
          expect(named).toEqual(granting);
        } else {
          expect(granting.length).toBe(is === 'granted' ? SETTINGS.length : 0);
        }
      }
    }
    expect(seen.unknown).toBe(0);
    expect(Math.min(seen.granted, seen.sometimes, seen.denied)).toBeGreaterThan(3);
  });

  test('for types, grants what some context has, and denies only what none has', async () => {
    const db = await policyFromCil(text);
    const pick = choices(seed + 1000);
    for (let i = 0; i < 40; i++) {
      const [a, b] = [typeNear(pick, db), typeNear(pick, db)];
      const tclass = pick.one(CLASSES);
      const id = db.classes.ids.get(tclass)!;
      const [source, target] = [db.types.names[a]!, db.types.names[b]!];
      const { permissions } = access(db, { source, target, tclass });
      const pairs = contextsOf(db, a, RANGES).flatMap((from) =>
        contextsOf(db, b, RANGES).map((to) => decision(db, from, to, id, db.booleans.defaults)),
      );
      const possible = pairs.reduce((all, mask) => all | mask, 0);
      for (const { permission, access: is, contexts } of permissions) {
        const bit = 1 << db.classes.permissionBits[id]!.get(permission)!;
        if ((possible & bit) !== 0) expect(is).not.toBe('denied');
        if (is !== 'granted') continue;
        const shown = decision(db, contexts!.source, contexts!.target, id, db.booleans.defaults);
        expect(shown & bit).not.toBe(0);
      }
    }
  });
});

const CLASSES = ['file', 'dir', 'process', 'tcp_socket', 'chr_file'];

const RANGES = ['s0', 's0:c0', 's0:c0.c3', 's0-s0:c0.c3', 's0-s0:c1', 's0:c2,c3'];

/** All 64 settings of the six booleans. */
const SETTINGS: readonly Uint8Array[] = Array.from({ length: 64 }, (_, row) =>
  Uint8Array.from({ length: 6 }, (_, i) => (row >> i) & 1),
);

function decision(
  db: PolicyDb,
  source: string,
  target: string,
  tclass: ClassId,
  on: Uint8Array,
): number {
  const [from, to] = [contextOf(db, source), contextOf(db, target)];
  const { allowed } = accessVector(db, from.type, to.type, tclass, settingFrom(db, on));
  const ioctl = db.classes.permissionBits[tclass]!.get('ioctl');
  const none = ioctl !== undefined && noCommandIsLeft(db, from.type, to.type, tclass, on);
  return allowed & permittedByContexts(db, from, to, tclass) & (none ? ~(1 << ioctl) : ~0);
}

/** As the kernel has it (avc_has_extended_perms): any rule on commands makes it look at them, and only an allowxperm lets one through. */
function noCommandIsLeft(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  on: Uint8Array,
): boolean {
  const setting = settingFrom(db, on);
  const kinds = new Set<number>();
  for (const kind of [RuleKind.allowxperm, RuleKind.auditallowxperm, RuleKind.dontauditxperm]) {
    visitRules(db, { kind, source, target, tclass }, (rule) => {
      const conditional = db.rules.conditional[rule]!;
      if (conditional < 0 || setting.holds[conditional] === db.rules.branch[rule]) kinds.add(kind);
    });
  }
  return kinds.size > 0 && !kinds.has(RuleKind.allowxperm);
}

function agrees(db: PolicyDb, term: BooleanTerm, on: Uint8Array): boolean {
  return Object.entries(term).every(
    ([name, value]) => (on[db.booleans.ids.get(name)!] === 1) === value,
  );
}

interface Pair {
  readonly source: TypeId;
  readonly target: TypeId;
  readonly tclass: ClassId;
}

/** What conditional rules that allow something are about, with the types of their attributes. */
function conditionalPairs(db: PolicyDb): Pair[] {
  const { rules, types } = db;
  const pairs: Pair[] = [];
  for (let row = rules.unconditional; row < rules.count; row++) {
    if (rules.kind[row] !== RuleKind.allow) continue;
    for (const source of membersOf(types, rules.source[row]!)) {
      for (const target of membersOf(types, rules.target[row]!)) {
        pairs.push({ source, target, tclass: rules.tclass[row]! });
      }
    }
  }
  return pairs;
}

/** A type that rules are about. */
function typeNear(pick: Choices, { types }: PolicyDb): TypeId {
  const ids = types.names.map((_, id) => id as TypeId);
  return pick.one(ids.filter((id) => !types.attributes.has(id) && types.names[id] !== 'kernel_t'));
}

/** Every context with a type and one of these ranges, as text. */
function contextsOf(db: PolicyDb, type: TypeId, ranges: readonly string[]): string[] {
  return db.users.names.flatMap((_, user) =>
    db.roles.names.flatMap((_, role) =>
      ranges
        .map((text) => ({
          user: user as UserId,
          role: role as RoleId,
          type,
          range: parseRange(db, text),
        }))
        .filter((context) => contextIsValid(db, context))
        .map((context) => contextText(db, context).replace(' - ', '-')),
    ),
  );
}
