import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bitset, type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import {
  booleanSetting,
  type FlowStep,
  formatRule,
  type InformationFlow,
  informationFlow,
  type PermissionMap,
  parsePermissionMap,
  typeNamed,
} from '../../src/selinux/query/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { policyFileFromCil } from '../support/policy.ts';
import {
  LISTED,
  type PathQuestion,
  type PeerAnswer,
  type PeerFlow,
  peerAnswers,
  peerMap,
} from './path-answers.ts';
import { PATH_DIFFERENCES, type PathDifference } from './path-differences.ts';
import { type Choices, choices, randomPolicy } from './random-policy.ts';

const SEEDS = [21, 22, 23, 24, 25, 26];
const QUESTIONS = 60;

const differencesSeen = new Set<PathDifference>();
let map: PermissionMap;

beforeAll(async () => {
  map = parsePermissionMap(readFileSync(await peerMap(), 'utf8'));
}, 600_000);

describe.each(SEEDS)('information flow of random policy %i', (seed) => {
  test('is seinfoflow’s', async () => {
    const { cil, domains, files, booleans } = randomPolicy(seed, 10 + (seed % 3) * 10);
    const policy = await policyFileFromCil(cil);
    const pick = choices(seed * 104_729);
    const types = [...domains, ...files];
    await compare(
      policy,
      Array.from({ length: QUESTIONS }, () => questionOn(pick, types, booleans)),
    );
  });
});

describe('information flow of Debian 13’s policy', () => {
  let policy: string;
  let db: PolicyDb;
  beforeAll(async () => {
    ({ policy } = await linkedPolicy('debian-13'));
    db = readPolicy(readFileSync(policy));
  }, 600_000);

  // setools builds its graph for most of a minute, so all questions share one, and so one minimum weight.
  test('is seinfoflow’s', async () => {
    const pick = choices(20_250_213);
    const types = db.types.names.filter((_, id) => !db.types.attributes.has(id as never));
    const questions = Array.from({ length: 60 }, () => ({
      ...questionOn(pick, types, []),
      exclude: [],
      minimumWeight: 3,
    })).map((question) => (question.mode === 'all' ? { ...question, steps: 2 } : question));
    await compare(policy, [
      {
        analysis: 'flows',
        mode: 'shortest',
        source: 'httpd_t',
        target: 'shadow_t',
        minimumWeight: 3,
      },
      ...questions,
    ]);
  }, 600_000);
});

test('every difference from seinfoflow that is listed happens', () => {
  const listed = Object.keys(PATH_DIFFERENCES).filter((name) => name.startsWith('seinfoflow'));
  expect([...differencesSeen].sort()).toEqual(listed.sort());
});

function questionOn(
  pick: Choices,
  types: readonly string[],
  booleans: readonly string[],
): PathQuestion {
  const source = pick.one(types);
  const target = pick.one(types.filter((name) => name !== source));
  const mode = pick.one(['out', 'in', 'shortest', 'shortest', 'all'] as const);
  return {
    analysis: 'flows',
    mode,
    source,
    ...(mode === 'out' || mode === 'in' ? {} : { target }),
    ...(mode === 'all' ? { steps: 1 + pick.below(3) } : {}),
    minimumWeight: pick.one([1, 3, 3, 5, 8, 10]),
    ...(pick.chance(40)
      ? { exclude: pick.some(types, 4).filter((name) => name !== source && name !== target) }
      : {}),
    ...(booleans.length > 0 && pick.chance(40)
      ? {
          booleans: Object.fromEntries(
            (pick.chance(30) ? [] : pick.some(booleans, 3)).map((name) => [name, pick.chance(50)]),
          ),
        }
      : {}),
  };
}

async function compare(policy: string, questions: readonly PathQuestion[]): Promise<void> {
  const db = readPolicy(readFileSync(policy));
  const theirs = await peerAnswers<PeerFlow>(policy, questions);
  expect(theirs.length).toBe(questions.length);
  let found = 0;
  for (const [i, question] of questions.entries()) {
    const answers = informationFlow(db, {
      map,
      minimumWeight: question.minimumWeight!,
      excluded: Bitset.of((question.exclude ?? []).map((name) => typeNamed(db, name))),
      booleans: question.booleans && booleanSetting(db, question.booleans),
    });
    found += compareAnswer(db, answers, question, theirs[i]!);
  }
  // Questions without answers compare nothing.
  expect(found).toBeGreaterThan(questions.length / 3);
}

/** How many steps or paths were compared. */
function compareAnswer(
  db: PolicyDb,
  answers: InformationFlow,
  question: PathQuestion,
  theirs: PeerAnswer<PeerFlow>,
): number {
  const name = JSON.stringify(question);
  const source = typeNamed(db, question.source);
  const possible = new Map(
    theirs.steps
      .map((step) => withoutDifferences(step, question))
      .filter((step) => step !== undefined)
      .map((step) => [`${step.source} ${step.target}`, step]),
  );

  if (question.mode === 'out' || question.mode === 'in') {
    const ours =
      question.mode === 'out'
        ? answers.outOf(source).map((type) => answers.step(source, type))
        : answers.into(source).map((type) => answers.step(type, source));
    expect(
      new Map(ours.map((step) => [`${step.source} ${step.target}`, described(step)])),
      name,
    ).toEqual(possible);
    return ours.length;
  }

  const target = typeNamed(db, question.target!);
  const ours =
    question.mode === 'shortest'
      ? answers.shortest(source, target, LISTED)
      : answers.upTo(source, target, question.steps!, LISTED);
  if (theirs.paths!.length > LISTED) {
    // With booleans, theirs can be more than there are.
    if (question.booleans === undefined) expect(ours.stopped, name).toBe('limit');
    return 1;
  }
  const possiblePaths = theirs.paths!.filter((path) =>
    path.every(([a, b]) => possible.has(`${a} ${b}`)),
  );
  const theirLength = theirs.paths![0]?.length;
  if (question.mode === 'shortest' && theirLength !== undefined && possiblePaths.length === 0) {
    // All of theirs use a step without a rule in force that weighs enough: ours are longer, or none.
    expect(question.booleans, name).toBeDefined();
    expect(
      ours.paths.every((path) => path.length > theirLength),
      name,
    ).toBe(true);
    return 0;
  }
  const text = (path: readonly (readonly [string, string])[]): string =>
    path.map((pair) => pair.join(' ')).join(', ');
  expect(
    ours.paths.map((path) => text(path.map((step) => [step.source, step.target] as const))).sort(),
    name,
  ).toEqual(possiblePaths.map(text).sort());
  expect(ours.total, name).toBe(possiblePaths.length);
  for (const step of new Set(ours.paths.flat())) {
    expect(described(step), name).toEqual(possible.get(`${step.source} ${step.target}`));
  }
  return ours.paths.length;
}

interface Described {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
  /** Rule -> weight. */
  readonly rules: Readonly<Record<string, number>>;
}

function described({ source, target, weight, rules }: FlowStep): Described {
  const described = Object.fromEntries(rules.map(({ rule, weight }) => [formatRule(rule), weight]));
  // A rule twice in a step would vanish here.
  expect(Object.keys(described).length).toBe(rules.length);
  return { source, target, weight, rules: described };
}

/** Their step with what is in force and weighs enough (see PATH_DIFFERENCES); undefined if that is nothing. */
function withoutDifferences(step: PeerFlow, question: PathQuestion): Described | undefined {
  const rules = Object.entries(step.rules);
  const inForce = rules.filter(([, { enabled }]) => enabled);
  const weight = Math.max(0, ...inForce.map(([, { weight }]) => weight));
  if (step.listed > rules.length) {
    differencesSeen.add('seinfoflow: a rule that carries both ways is listed twice');
  }
  if (weight < step.weight) {
    expect(question.booleans).toBeDefined();
    differencesSeen.add('seinfoflow: weight of rules that are not in force');
  }
  if (weight < question.minimumWeight!) return undefined;
  return {
    source: step.source,
    target: step.target,
    weight,
    rules: Object.fromEntries(inForce.map(([rule, { weight }]) => [rule, weight])),
  };
}
