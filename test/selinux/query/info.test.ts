import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { COMPONENTS, type CountName, policyInfo } from '../../../src/selinux/query/index.ts';
import { BUILDS, buildFixture } from '../../support/fixtures.ts';
import { linkedPolicy } from '../../support/linked-policy.ts';
import { type Seinfo, seinfo } from '../../support/seinfo.ts';

describe('a distribution’s policy is counted and listed as seinfo does', () => {
  test.each([
    ['debian-12', 'default'],
    ['debian-12', 'mls'],
    ['debian-13', 'default'],
    ['debian-13', 'mls'],
  ] as const)('%s %s', async (target, flavour) => {
    const { policy } = await linkedPolicy(target, flavour);
    compare(policy, await seinfo(policy));
  });
});

describe('one of everything is counted and listed as seinfo does', () => {
  test.each(BUILDS)('$source, version $version, mls $mls', async (build) => {
    // seinfo 4.4 and 4.5 crash on attributes before version 24, which have no entry in the table of types.
    const policy = await buildFixture({ ...build, attributes: build.version >= 24 });
    compare(policy, await seinfo(policy));
  });
});

function compare(policy: string, peer: Seinfo): void {
  const db = readPolicy(readFileSync(policy));
  const { version, mls, handleUnknown, counts } = policyInfo(db);
  expect(`${version}`).toBe(peer.version);
  expect(mls ? 'enabled' : 'disabled').toBe(peer.mls);
  expect(handleUnknown).toBe(peer.handleUnknown);
  const theirs = Object.fromEntries(
    Object.entries(COUNTED).map(([ours, name]) => [ours, peer.counts[name]]),
  );
  const { neverAudit: _, ...ours } = counts;
  expect(ours).toEqual(theirs);

  for (const [heading, name] of Object.entries(LISTED)) {
    const component = COMPONENTS.find((each) => each.name === name)!;
    const statements = component
      .entries(db)
      .map(({ expanded }) => normal(heading, expanded))
      .sort();
    expect(statements, name).toEqual(
      peer.listings[heading]!.map((statement) => normal(heading, statement)).sort(),
    );
  }
}

/** Blanks and the order within sets aside; and constraints without parentheses, since setools writes more of them than it needs. */
function normal(heading: string, statement: string): string {
  const constraint = heading === 'Constraints' || heading === 'Validatetrans';
  return (constraint ? statement.replace(/[()]/g, ' ') : statement)
    .replace('<empty attribute>', '')
    .replace('low_high', 'low-high')
    .replace(/\s+/g, ' ')
    .replace(/ ;/g, ';')
    .replace(
      /\{([^}]*)\}/g,
      (_, names: string) => `{ ${names.trim().split(' ').sort().join(' ')} }`,
    )
    .trim();
}

const COUNTED: Readonly<Record<Exclude<CountName, 'neverAudit'>, string>> = {
  classes: 'Classes',
  permissions: 'Permissions',
  sensitivities: 'Sensitivities',
  categories: 'Categories',
  types: 'Types',
  attributes: 'Attributes',
  users: 'Users',
  roles: 'Roles',
  booleans: 'Booleans',
  conditionals: 'Cond. Expr.',
  allow: 'Allow',
  auditallow: 'Auditallow',
  dontaudit: 'Dontaudit',
  typeTransitions: 'Type_trans',
  typeChanges: 'Type_change',
  typeMembers: 'Type_member',
  rangeTransitions: 'Range_trans',
  roleAllows: 'Role allow',
  roleTransitions: 'Role_trans',
  constraints: 'Constraints',
  validateTransitions: 'Validatetrans',
  mlsConstraints: 'MLS Constrain',
  mlsValidateTransitions: 'MLS Val. Tran',
  permissive: 'Permissives',
  capabilities: 'Polcap',
  defaults: 'Defaults',
  typeBounds: 'Typebounds',
  allowxperm: 'Allowxperm',
  auditallowxperm: 'Auditallowxperm',
  dontauditxperm: 'Dontauditxperm',
  ibendports: 'Ibendportcon',
  ibpkeys: 'Ibpkeycon',
  initialSids: 'Initial SIDs',
  fsUses: 'Fs_use',
  genfs: 'Genfscon',
  ports: 'Portcon',
  netifs: 'Netifcon',
  nodes: 'Nodecon',
};

const LISTED: Readonly<Record<string, string>> = {
  Types: 'types',
  'Type Attributes': 'attributes',
  Classes: 'classes',
  Commons: 'commons',
  Booleans: 'booleans',
  Roles: 'roles',
  Users: 'users',
  Sensitivities: 'sensitivities',
  Categories: 'categories',
  Portcon: 'ports',
  Nodecon: 'nodes',
  Netifcon: 'netifs',
  Genfscon: 'genfs',
  Fs_use: 'fs-use',
  'Initial SIDs': 'initial-sids',
  Typebounds: 'typebounds',
  'Default rules': 'defaults',
  Constraints: 'constraints',
  Validatetrans: 'validatetrans',
  Polcap: 'polcaps',
  Ibpkeycon: 'ibpkeys',
  Ibendportcon: 'ibendports',
};
