import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ClassId,
  type ContextIds,
  type PolicyDb,
  type RoleId,
  readPolicy,
  type TypeId,
  type UserId,
} from '../../src/selinux/policydb/index.ts';
import {
  accessVector,
  booleanSetting,
  contextIsValid,
  contextText,
  permittedByContexts,
} from '../../src/selinux/query/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peerPython } from '../support/peer.ts';
import { policyFileFromCil } from '../support/policy.ts';
import { type Choices, choices } from './random-policy.ts';
import { randomRules } from './random-rules.ts';

const SEEDS = [21, 22, 23, 24, 25];

describe('libsepol’s own decision', () => {
  test.each(SEEDS)('on random policy %i', async (seed) => {
    await compare(await policyFileFromCil(withBounds(seed)), seed, 10_000);
  });

  test.each([
    ['debian-12', 'default', 10_000],
    ['debian-13', 'default', 25_000],
    ['debian-13', 'mls', 15_000],
  ] as const)('on %s %s', async (id, flavour, count) => {
    const { policy } = await linkedPolicy(id, flavour);
    await compare(policy, 20_250_213, count);
  });
});

/** A random policy in which some types are bounded by others; bounds that a compiler would refuse, had it been asked to check. */
function withBounds(seed: number): string {
  const { cil, types } = randomRules(seed);
  const bounds = [1, 2, 3].map((i) => `(typebounds ${types[0]} ${types[i]})`);
  return `${cil}${bounds.join('\n')}\n(typebounds ${types[1]} ${types[4]})\n`;
}

async function compare(policy: string, seed: number, count: number): Promise<void> {
  const db = readPolicy(readFileSync(policy));
  const pick = choices(seed);
  // Half of the tuples under the policy's own booleans, half under others.
  for (const changed of [false, true]) {
    const booleans = changed
      ? Object.fromEntries(db.booleans.names.map((name) => [name, pick.chance(50)]))
      : {};
    const setting = booleanSetting(db, booleans);
    const tuples = tuplesOf(pick, db, count / 2);
    const theirs = await libsepolDecisions(policy, booleans, db, tuples);
    let [granted, refused, bounded] = [0, 0, 0];
    for (const [i, { source, target, tclass }] of tuples.entries()) {
      const vector = accessVector(db, source.type, target.type, tclass, setting);
      const rules = vector.allowed;
      const ours = (rules & permittedByContexts(db, source, target, tclass)) >>> 0;
      if (ours !== theirs[i]) {
        expect({
          source: contextText(db, source),
          target: contextText(db, target),
          tclass: db.classes.names[tclass],
          booleans,
          allowed: ours.toString(16),
        }).toEqual({ allowed: theirs[i]!.toString(16) });
      }
      if (ours !== 0) granted++;
      if (ours !== rules) refused++;
      if (vector.bounded !== 0) bounded++;
    }
    // Tuples without any access, or without a constraint that matters, would show little.
    expect(granted).toBeGreaterThan(count * 0.1);
    expect(refused).toBeGreaterThan(count * 0.005);
    expect(bounded > 0).toBe([...db.types.bounds].some((parent) => parent >= 0));
  }
}

interface Tuple {
  readonly source: ContextIds;
  readonly target: ContextIds;
  readonly tclass: ClassId;
}

/** Valid contexts around a random rule (or, one in ten, around nothing), with users, roles and levels of every kind. */
function tuplesOf(pick: Choices, db: PolicyDb, count: number): Tuple[] {
  const { rules, types, classes } = db;
  const allTypes = types.names
    .map((_, id) => id as TypeId)
    .filter((id) => !types.attributes.has(id));
  const oneOf = (id: TypeId): TypeId => {
    const members = types.members.get(id)?.toArray() ?? [id];
    return members.length === 0 ? pick.one(allTypes) : pick.one(members);
  };
  return Array.from({ length: count }, () => {
    const row = pick.chance(90) ? pick.below(rules.count) : undefined;
    const source = row === undefined ? pick.one(allTypes) : oneOf(rules.source[row]!);
    const target = row === undefined ? pick.one(allTypes) : oneOf(rules.target[row]!);
    return {
      source: contextAround(pick, db, source),
      target: contextAround(pick, db, target),
      tclass:
        row === undefined ? (pick.below(classes.names.length) as ClassId) : rules.tclass[row]!,
    };
  });
}

/** Every level that some user or context of the policy has. */
const levelsOf = new WeakMap<PolicyDb, NonNullable<ContextIds['range']>['low'][]>();

function contextAround(pick: Choices, db: PolicyDb, type: TypeId): ContextIds {
  let levels = levelsOf.get(db);
  if (levels === undefined) {
    levels = [
      ...db.users.ranges,
      ...db.rangeTransitions.ranges.slice(0, 20),
      ...db.initialSids.map(({ context }) => context.range),
    ].flatMap((range) => (range === undefined ? [] : [range.low, range.high]));
    levelsOf.set(db, levels);
  }
  for (let attempt = 0; attempt < 40; attempt++) {
    const user = pick.below(db.users.names.length) as UserId;
    const role = pick.one(attempt > 30 ? [0] : [0, ...db.users.roles[user]!.toArray()]) as RoleId;
    const low = db.mls ? pick.one(levels) : undefined;
    const high = pick.chance(40) || low === undefined ? low : pick.one(levels);
    const range = low === undefined ? undefined : { low, high: high! };
    const context = { user, role, type, range };
    if (contextIsValid(db, context)) return context;
  }
  throw new Error(`found no context with ${db.types.names[type]}`);
}

/** The allowed vectors. */
async function libsepolDecisions(
  policy: string,
  booleans: Readonly<Record<string, boolean>>,
  db: PolicyDb,
  tuples: readonly Tuple[],
): Promise<number[]> {
  const lines = tuples.map(
    ({ source, target, tclass }) =>
      `${plainContext(db, source)}\t${plainContext(db, target)}\t${tclass + 1}`,
  );
  const directory = mkdtempSync(join(tmpdir(), 'confine-access-'));
  const start = JSON.stringify({ policy, image: join(directory, 'policy'), booleans });
  const out = await peerPython(
    join(import.meta.dirname, 'libsepol-access.py'),
    `${start}\n${lines.join('\n')}\n`,
  ).finally(() => rmSync(directory, { recursive: true }));
  const decisions = out.trimEnd().split('\n');
  expect(decisions).toHaveLength(tuples.length);
  expect(decisions).not.toContain('invalid');
  return decisions.map(Number);
}

/** A context in the kernel's spelling, without spaces around the range's dash. */
function plainContext(db: PolicyDb, context: ContextIds): string {
  return contextText(db, context).replace(' - ', '-');
}
