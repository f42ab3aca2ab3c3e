import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bitset, type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import {
  type DomainTransition,
  type DomainTransitions,
  domainTransitions,
  formatRule,
  type Rule,
  typeNamed,
} from '../../src/selinux/query/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { policyFileFromCil } from '../support/policy.ts';
import {
  LISTED,
  type PathQuestion,
  type PeerAnswer,
  type PeerTransition,
  peerAnswers,
} from './path-answers.ts';
import { PATH_DIFFERENCES, type PathDifference } from './path-differences.ts';
import { type Choices, choices, randomPolicy } from './random-policy.ts';

const SEEDS = [11, 12, 13, 14, 15, 16];
const QUESTIONS = 50;

const differencesSeen = new Set<PathDifference>();

describe.each(SEEDS)('domain transitions of random policy %i', (seed) => {
  test('are sedta’s', async () => {
    const { cil, domains, files } = randomPolicy(seed, 10 + (seed % 4) * 10);
    const policy = await policyFileFromCil(cil);
    const pick = choices(seed * 7919);
    const questions = Array.from({ length: QUESTIONS }, () =>
      questionOn(pick, domains, [...domains, ...files], 4),
    );
    await compare(policy, questions);
  });
});

describe('domain transitions of Debian 13’s policy', () => {
  let policy: string;
  let db: PolicyDb;
  beforeAll(async () => {
    ({ policy } = await linkedPolicy('debian-13'));
    db = readPolicy(readFileSync(policy));
  }, 600_000);

  test('are sedta’s', async () => {
    const pick = choices(20_250_213);
    const domains = [...db.types.members.get(db.types.ids.get('domain')!)!].map(
      (id) => db.types.names[id]!,
    );
    // Excluding types makes setools build its graph again, so few questions do.
    const questions = Array.from({ length: 60 }, (_, i) => ({
      ...questionOn(pick, domains, domains, 3),
      ...(i % 20 === 0 ? { exclude: ['init_t', 'bin_t'] } : { exclude: [] }),
    }));
    await compare(policy, questions);
  });
});

test('every difference from sedta that is listed happens', () => {
  const listed = Object.keys(PATH_DIFFERENCES).filter((name) => name.startsWith('sedta'));
  expect([...differencesSeen].sort()).toEqual(listed.sort());
});

function questionOn(
  pick: Choices,
  domains: readonly string[],
  excludable: readonly string[],
  steps: number,
): PathQuestion {
  const source = pick.one(domains);
  const target = pick.one(domains.filter((name) => name !== source));
  const mode = pick.one(['out', 'in', 'shortest', 'shortest', 'all'] as const);
  return {
    analysis: 'transitions',
    mode,
    source,
    ...(mode === 'out' || mode === 'in' ? {} : { target, reverse: pick.chance(25) }),
    ...(mode === 'all' ? { steps: 1 + pick.below(steps) } : {}),
    ...(pick.chance(40)
      ? {
          exclude: pick.some(excludable, 4).filter((name) => name !== source && name !== target),
        }
      : {}),
  };
}

async function compare(policy: string, questions: readonly PathQuestion[]): Promise<void> {
  const db = readPolicy(readFileSync(policy));
  const theirs = await peerAnswers<PeerTransition>(policy, questions);
  expect(theirs.length).toBe(questions.length);
  let found = 0;
  for (const [i, question] of questions.entries()) {
    const answers = domainTransitions(db, {
      excluded: Bitset.of((question.exclude ?? []).map((name) => typeNamed(db, name))),
    });
    found += compareAnswer(db, answers, question, theirs[i]!);
  }
  // Questions without answers compare nothing.
  expect(found).toBeGreaterThan(questions.length / 3);
}

/** How many steps or paths were compared. */
function compareAnswer(
  db: PolicyDb,
  answers: DomainTransitions,
  question: PathQuestion,
  theirs: PeerAnswer<PeerTransition>,
): number {
  const name = JSON.stringify(question);
  const source = typeNamed(db, question.source);
  const possible = theirs.steps.map(withoutDifferences).filter((step) => step !== undefined);

  if (question.mode === 'out' || question.mode === 'in') {
    const ours =
      question.mode === 'out'
        ? answers.outOf(source).map((type) => answers.step(source, type))
        : answers.into(source).map((type) => answers.step(type, source));
    expect(byKey(ours.map(described)), name).toEqual(byKey(possible));
    return ours.length;
  }

  const target = typeNamed(db, question.target!);
  const [from, to] = question.reverse ? [target, source] : [source, target];
  const ours =
    question.mode === 'shortest'
      ? answers.shortest(from, to, LISTED)
      : answers.upTo(from, to, question.steps!, LISTED);
  if (theirs.paths!.length > LISTED) {
    expect(ours.stopped, name).toBe('limit');
    return 1;
  }
  const steps = new Map(possible.map((step) => [key(step), step]));
  const possiblePaths = theirs.paths!.filter((path) =>
    path.every(([a, b]) => steps.has(`${a} ${b}`)),
  );
  const theirLength = theirs.paths![0]?.length;
  if (question.mode === 'shortest' && theirLength !== undefined && possiblePaths.length === 0) {
    // All of theirs use a step that the kernel refuses: ours are longer, or none.
    expect(
      ours.paths.every((path) => path.length > theirLength),
      name,
    ).toBe(true);
    return 0;
  }
  const ourPaths = ours.paths.map((path) => {
    const pairs = path.map((step) => `${step.source} ${step.target}`);
    return (question.reverse ? pairs.reverse() : pairs).join(', ');
  });
  expect(ourPaths.sort(), name).toEqual(
    possiblePaths.map((path) => path.map(([a, b]) => `${a} ${b}`).join(', ')).sort(),
  );
  for (const step of new Set(ours.paths.flat())) {
    expect(described(step), name).toEqual(steps.get(`${step.source} ${step.target}`));
  }
  return ours.paths.length;
}

interface Described {
  readonly source: string;
  readonly target: string;
  readonly transition: readonly string[];
  readonly setexec: readonly string[];
  readonly entrypoints: PeerTransition['entrypoints'];
  readonly dyntransition: readonly string[];
  readonly setcurrent: readonly string[];
}

function described({ source, target, onExec, inPlace }: DomainTransition): Described {
  const texts = (rules: readonly Rule[] | undefined): string[] =>
    (rules ?? []).map(formatRule).sort();
  return {
    source,
    target,
    transition: texts(onExec?.transition),
    setexec: texts(onExec?.setexec),
    entrypoints: Object.fromEntries(
      (onExec?.entrypoints ?? []).map((entry) => [
        entry.type,
        {
          entrypoint: texts(entry.entrypoint),
          execute: texts(entry.execute),
          typeTransition: texts(entry.typeTransition),
        },
      ]),
    ),
    dyntransition: texts(inPlace?.dyntransition),
    setcurrent: texts(inPlace?.setcurrent),
  };
}

/** Their step as the kernel would take it (see PATH_DIFFERENCES); undefined if nothing of it is left. */
function withoutDifferences(step: PeerTransition): Described | undefined {
  const setexec = onSelf(step.setexec);
  const setcurrent = onSelf(step.setcurrent);
  const entrypoints = Object.fromEntries(
    Object.entries(step.entrypoints).filter(
      ([, { typeTransition }]) => setexec.length > 0 || typeTransition.length > 0,
    ),
  );
  const onExec = Object.keys(entrypoints).length > 0;
  const inPlace = step.dyntransition.length > 0 && setcurrent.length > 0;
  if (
    setexec.length < Object.keys(step.setexec).length ||
    setcurrent.length < Object.keys(step.setcurrent).length
  ) {
    differencesSeen.add('sedta: setexec and setcurrent on another domain');
  }
  if (Object.keys(entrypoints).length < Object.keys(step.entrypoints).length) {
    differencesSeen.add('sedta: entrypoints that lead elsewhere');
  }
  if (Object.keys(step.entrypoints).length === 0 && step.transition.length > 0) {
    differencesSeen.add('sedta: means that are left without their rules');
  }
  if (!onExec && !inPlace) return undefined;
  return {
    source: step.source,
    target: step.target,
    transition: onExec ? step.transition : [],
    setexec: onExec ? setexec : [],
    entrypoints,
    dyntransition: inPlace ? step.dyntransition : [],
    setcurrent: inPlace ? setcurrent : [],
  };
}

function onSelf(rules: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(rules)
    .filter((rule) => rules[rule])
    .sort();
}

function key(step: { readonly source: string; readonly target: string }): string {
  return `${step.source} ${step.target}`;
}

function byKey<T extends { readonly source: string; readonly target: string }>(
  steps: readonly T[],
): Record<string, T> {
  return Object.fromEntries(steps.map((step) => [key(step), step]));
}
