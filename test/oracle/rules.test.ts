import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { membersOf, type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import type { TargetId } from '../../src/targets/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peer } from '../support/peer.ts';
import { policyFileFromCil } from '../support/policy.ts';
import { runCli } from '../support/run-cli.ts';
import { sesearchAnswers } from '../support/sesearch-answers.ts';
import { type Choices, choices } from './random-policy.ts';
import { randomRules } from './random-rules.ts';
import { RULE_DIFFERENCES, type RuleDifference } from './rule-differences.ts';

const differencesSeen = new Set<RuleDifference>();

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const QUESTIONS = 260;
const QUESTIONS_ON_A_DISTRIBUTION = 60;

describe.each(SEEDS)('rules of random policy %i', (seed) => {
  test('are sesearch’s', async () => {
    const policy = await policyFileFromCil(randomRules(seed).cil);
    await compare(policy, seed * 104_729, QUESTIONS);
  });
});

describe.each<TargetId>(['debian-12', 'debian-13'])('rules of %s', (id) => {
  let policy: string;
  beforeAll(async () => {
    ({ policy } = await linkedPolicy(id));
  }, 600_000);

  test('are sesearch’s', async () => {
    await compare(policy, 20_250_213, QUESTIONS_ON_A_DISTRIBUTION);
  });

  test('are the lines of the sesearch command, of every kind', async () => {
    for (const kind of ['-A', '-T', '--auditallow --dontaudit --type_change --type_member']) {
      const args = kind.split(' ');
      const { stdout } = await peer('sesearch', [...args, policy]);
      const { out } = await runCli(['query', 'rules', ...args, '--policy', policy]);
      expect(out === stdout).toBe(true);
    }
  });
});

test('every difference from sesearch that is listed happens', () => {
  const listed = Object.keys(RULE_DIFFERENCES).filter((name) => name.startsWith('sesearch'));
  expect([...differencesSeen].sort()).toEqual(listed.sort());
});

test('an option that sesearch takes is taken the same way from a command line', async () => {
  const policy = await policyFileFromCil(randomRules(3).cil);
  const pick = choices(77);
  const names = namesOf(readPolicy(readFileSync(policy)));
  for (let i = 0; i < 20; i++) {
    const question = questionOn(pick, names);
    const { stdout } = await peer('sesearch', [...question, policy], { accept: [0, 1, 2] });
    const { out, code } = await runCli(['query', 'rules', ...question, '--policy', policy]);
    if (code === 0 && !/empty/.test(question.join(' ')) && !/xperm.*\]:/.test(out)) {
      expect({ question, out }).toEqual({ question, out: stdout });
    }
  }
});

/** Each question to both; an answer must have the same lines in the same order, and what one refuses the other must refuse. */
async function compare(policy: string, seed: number, count: number): Promise<void> {
  const pick = choices(seed);
  const names = namesOf(readPolicy(readFileSync(policy)));
  const questions = Array.from({ length: count }, () => questionOn(pick, names));
  const theirs = await sesearchAnswers(policy, questions);
  let [answered, lines] = [0, 0];
  for (const [i, question] of questions.entries()) {
    const { code, out } = await ask(policy, question, names);
    const [theirCode, theirOut] = theirs[i]!;
    const expected = theirCode === 0 ? { code: 0, out: theirOut } : { code: 2, out: '' };
    expect({ question: question.join(' '), code, out }).toEqual({
      question: question.join(' '),
      ...expected,
    });
    if (theirCode !== 0) continue;
    answered++;
    lines += theirOut.split('\n').length - 1;
  }
  // Questions that nothing matches, or that are refused, would show little.
  expect(answered).toBeGreaterThan(count * 0.8);
  expect(lines).toBeGreaterThan(count * 3);
}

/** Our answer, with the differences that are on purpose made as sesearch has them. */
async function ask(
  policy: string,
  question: readonly string[],
  { empty }: Names,
): Promise<{ code: number; out: string }> {
  const run = async (args: readonly string[]) => {
    const { code, out, err } = await runCli(['query', 'rules', ...args, '--policy', policy]);
    // Of nothing found sesearch says nothing.
    if (code !== 1) return { code, out };
    expect({ out, err }).toEqual({ out: '', err: 'none: no rule matches\n' });
    differencesSeen.add('sesearch: finding nothing is no answer of its own');
    return { code: 0, out };
  };
  const heeded = question.filter(
    (word, i) =>
      !(['-s', '-t', '-D'].includes(word) && empty.includes(question[i + 1]!)) &&
      !(['-s', '-t', '-D'].includes(question[i - 1]!) && empty.includes(word)),
  );
  const { code, out } = await run(heeded);
  if (heeded.length < question.length && code === 0) {
    const own = (await run(question)).out;
    if (own !== out) differencesSeen.add('sesearch: an attribute without types is no criterion');
    const all = new Set(out.split('\n'));
    expect(own.split('\n').filter((line) => !all.has(line))).toEqual([]);
  }
  const bare = out.replace(/^(\w+xperm .*;) \[ .* \]:(True|False)$/gm, '$1');
  if (bare === out) return { code, out };
  differencesSeen.add('sesearch: extended rules lose their condition');
  const lines = bare.trimEnd().split('\n').sort();
  return { code, out: `${lines.join('\n')}\n` };
}

interface Names {
  readonly types: readonly string[];
  readonly attributes: readonly string[];
  /** Attributes without types. */
  readonly empty: readonly string[];
  readonly roles: readonly string[];
  readonly classes: readonly string[];
  readonly booleans: readonly string[];
  /** class -> permissions. */
  readonly permissions: ReadonlyMap<string, readonly string[]>;
  /** A source, target, class and permissions that some rule has: half of the questions are near one, so that rules match. */
  readonly rules: readonly RuleNames[];
}

interface RuleNames {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
}

function namesOf(db: PolicyDb): Names {
  const { types, classes, rules } = db;
  const step = Math.max(1, Math.floor(rules.count / 500));
  const rows = Array.from({ length: Math.floor(rules.count / step) }, (_, i) => i * step);
  return {
    types: [...types.ids.keys()].filter((name) => !types.attributes.has(types.ids.get(name)!)),
    empty: types.attributes
      .toArray()
      .filter((id) => membersOf(types, id).isEmpty())
      .map((id) => types.names[id]!),
    attributes: types.attributes.toArray().map((id) => types.names[id]!),
    roles: db.roles.names,
    classes: classes.names,
    booleans: db.booleans.names,
    permissions: new Map(classes.names.map((name, id) => [name, classes.permissions[id]!])),
    rules: rows.map((row) => ({
      source: types.names[rules.source[row]!]!,
      target: types.names[rules.target[row]!]!,
      tclass: classes.names[rules.tclass[row]!]!,
    })),
  };
}

const KINDS = [
  '-A',
  '-A',
  '-A',
  '--allow',
  '--allowxperm',
  '--auditallow',
  '--auditallowxperm',
  '--dontaudit',
  '--dontauditxperm',
  '-T',
  '-T',
  '--type_change',
  '--type_member',
];

function questionOn(pick: Choices, names: Names): string[] {
  const near = pick.one(names.rules);
  const name = (own: string): string =>
    pick.chance(60) ? own : pick.one(pick.chance(70) ? names.types : names.attributes);
  if (pick.chance(6)) return roleQuestion(pick, names);
  const range = pick.chance(6);
  const args = range ? ['--range_transition'] : pick.some(KINDS, 3);
  const flag = (option: string, percent: number): void => {
    if (pick.chance(percent)) args.push(option);
  };
  if (pick.chance(range ? 20 : 55)) args.push(...nameOption(pick, '-s', '-rs', name(near.source)));
  if (pick.chance(range ? 20 : 45)) args.push(...nameOption(pick, '-t', '-rt', name(near.target)));
  flag('-ds', 25);
  flag('-dt', 25);
  if (pick.chance(50)) {
    const classes = pick.some([near.tclass, near.tclass, pick.one(names.classes)], 2);
    args.push('-c', pick.chance(25) ? `^${near.tclass.slice(0, 3)}` : classes.join(','));
    if (args.at(-1)!.startsWith('^')) args.push('-rc');
  }
  if (range) return args;
  if (pick.chance(25)) {
    const permissions = pick.chance(15) ? ['ioctl'] : names.permissions.get(near.tclass)!;
    if (permissions.length > 0) args.push('-p', pick.some(permissions, 3).join(','));
    flag(pick.one(['-ep', '-Sp']), 50);
  }
  if (pick.chance(10)) {
    args.push('-x', pick.one(['0x5401', '5400-54ff', '0x8910-0x8920,0x5413', '0x8bff-0x8b00']));
    flag('-ex', 30);
  }
  if (pick.chance(12)) args.push(...nameOption(pick, '-D', '-rd', pick.one(names.types)));
  if (pick.chance(12) && names.booleans.length > 0) {
    args.push('-b', pick.some(names.booleans, 2).join(','));
    if (pick.chance(30)) args.splice(-1, 1, pick.one(names.booleans).slice(0, 2), '-rb');
    flag('-eb', 40);
  }
  return args;
}

function roleQuestion(pick: Choices, names: Names): string[] {
  const args = pick.some(['--role_allow', '--role_transition'], 2);
  if (pick.chance(50)) args.push(...nameOption(pick, '-s', '-rs', pick.one(names.roles)));
  if (pick.chance(40)) {
    const target = pick.one([...names.roles, pick.one(names.types), pick.one(names.attributes)]);
    args.push(...nameOption(pick, '-t', '-rt', target));
  }
  if (pick.chance(20)) args.push('-c', 'process');
  if (pick.chance(20)) args.push(...nameOption(pick, '-D', '-rd', pick.one(names.roles)));
  if (pick.chance(20)) args.push('-dt');
  return args;
}

/** The name itself, or a regular expression that it matches. */
function nameOption(pick: Choices, option: string, regex: string, name: string): string[] {
  if (pick.chance(75)) return [option, name];
  const escaped = name.replaceAll('.', '\\.');
  return [option, pick.one([`^${escaped}`, escaped.slice(0, 4), `${escaped.slice(1)}$`]), regex];
}
