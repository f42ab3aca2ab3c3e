import { expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';

/** What no scenario can show on the machines that we have, each with its reason. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'inherited-descriptors':
    'Debian’s base policy hands no descriptor of the user’s files down: only Fedora’s does.',
  'route-socket-port': 'the attack that listens on UDP shows it, under AppArmor alone.',
  'bluetooth-inquiry': 'the guest has no Bluetooth adapter.',
  'modules-on-demand': 'which module is installed and not loaded is for each machine.',
};

test('every ability is exercised by a scenario', () => {
  const exercised = new Set(suite.scenarios.flatMap(({ exercises }) => exercises));
  expect(rustnet.may.map(({ name }) => name).filter((name) => !exercised.has(name))).toEqual([]);
});

test('every never is attacked, and every residual shown', () => {
  const attacked = new Set(suite.attacks.map(({ against }) => against));
  expect(
    [...new Set(rustnet.never.map(({ kind }) => kind))].filter((kind) => !attacked.has(kind)),
  ).toEqual([]);
  const shown = new Set(suite.attacks.map(({ residual }) => residual));
  const missing = rustnet.residuals.map(({ id }) => id).filter((id) => !shown.has(id));
  expect(missing).toEqual(Object.keys(NOT_SHOWN));
});

test('scenarios name abilities, tunables and residuals that exist', () => {
  const abilities = new Set(rustnet.may.map(({ name }) => name));
  const tunables = new Set(rustnet.tunables.map(({ name }) => name));
  const residuals = new Set(rustnet.residuals.map(({ id }) => id));
  const kinds = new Set(rustnet.never.map(({ kind }) => kind));
  for (const { id, exercises, tunables: set = {} } of suite.scenarios) {
    for (const name of exercises) expect(abilities, id).toContain(name);
    for (const name of Object.keys(set)) expect(tunables, id).toContain(name);
  }
  for (const { id, against, residual, refusedBy = [] } of suite.attacks) {
    if (against !== undefined) expect(kinds, id).toContain(against);
    if (residual !== undefined) expect(residuals, id).toContain(residual);
    // An attack that expects no denial would pass for any refusal.
    expect(against === undefined || refusedBy.some(({ optional }) => !optional), id).toBe(true);
    expect((against === undefined) !== (residual === undefined), id).toBe(true);
  }
});

test('ids are unique, and every ability that works permissive works enforcing', () => {
  const ids = [...suite.scenarios, ...suite.attacks].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, modes } of suite.scenarios) expect(modes, id).toContain('enforcing');
});
