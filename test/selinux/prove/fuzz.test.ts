import { beforeAll, expect, test } from 'vitest';
import type { PolicyDb } from '../../../src/selinux/policydb/index.ts';
import { fuzz, type Prover, provedOn } from './fuzz/cases.ts';
import { emptyWorld, standsFor } from './fuzz/world.ts';

let world: PolicyDb;

beforeAll(async () => {
  world = await emptyWorld();
});

test('500 random policies: the prover and the model of the kernel agree', () => {
  const { outcomes, disagreements } = fuzz(world, 1, 500);
  expect(disagreements).toEqual([]);
  // Not because nothing happens in them.
  for (const outcome of ['violated', 'holds-as-set', 'holds'] as const) {
    expect(outcomes.get(outcome), outcome).toBeGreaterThan(20);
  }
  // Flows alone are doubted, and a doubt without a reason is a disagreement.
  expect(outcomes.get('undecided')).toBeLessThan(20);
});

/** Provers with a fault each, which the fuzzer must find. */
const FAULTY: Readonly<Record<string, Prover>> = {
  'says that everything holds': (on, found) => provedOn(on, { ...found, rules: [] }),
  'sees no rule on an attribute of the domain': (on, found) =>
    provedOn(on, { ...found, rules: found.rules.filter(({ source }) => source.endsWith('_t')) }),
  'sees no conditional rule': (on, found) =>
    provedOn(on, { ...found, rules: found.rules.filter(({ under }) => under === undefined) }),
  'takes conditional rules for unconditional': (on, found) =>
    provedOn(on, { ...found, rules: found.rules.map(({ under: _, ...rule }) => rule) }),
  'sees no allowxperm': (on, found) =>
    provedOn(on, {
      ...found,
      rules: found.rules.filter(({ commands }) => commands === undefined),
    }),
  'sees no typebounds': (on, found) => provedOn(on, { ...found, bounded: false }),
  'thinks that all policies have open_perms': (on, found) =>
    provedOn(on, { ...found, capabilities: [...found.capabilities, 'open_perms'] }),
  'takes every exception for one without a tunable': (on, found) => {
    const { never } = found;
    if (never.kind !== 'write') return provedOn(on, found);
    const except = never.except.map(({ when: _, ...exception }) => exception);
    return provedOn(on, { ...found, never: { ...never, except } });
  },
  'follows information over the domain’s own rules alone': (on, found) =>
    provedOn(on, {
      ...found,
      rules:
        found.never.kind === 'flow-from'
          ? found.rules.filter(({ source }) => standsFor(source, 'demo_t'))
          : found.rules,
    }),
  'doubts every flow': (on, found) => {
    const { never } = found;
    if (never.kind !== 'flow-from') return provedOn(on, found);
    return provedOn(on, { ...found, never: { ...never, sources: ['no_such_t'] } });
  },
  'does not look at transitions': (on, found) =>
    provedOn(on, { ...found, rules: found.rules.filter(({ tclass }) => tclass !== 'process') }),
};

test.each(Object.entries(FAULTY))('a prover that %s is found out', (_, faulty) => {
  expect(fuzz(world, 1, 5000, faulty).disagreements.length).toBeGreaterThan(0);
});
