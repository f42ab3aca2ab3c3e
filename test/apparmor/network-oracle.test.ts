import { expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import {
  FAMILIES,
  NETWORK_PERMISSIONS,
  namesOf,
  SOCKET_TYPES,
  socketGrant,
} from '../../src/apparmor/query/index.ts';
import { Random } from '../hostile/mutation.ts';
import { compileBytes } from './compile.ts';

/** Parser 3.0 knows no access permissions of sockets. */
const BUILDS = [
  { suite: 'trixie', features: 'linux-6.12' },
  { suite: 'trixie', features: 'linux-7.2' },
  { suite: 'sid', features: 'linux-6.12' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;

interface Rule {
  readonly deny: boolean;
  readonly permissions: readonly string[];
  readonly family: string;
  readonly type: string | undefined;
}

/** Unix has rules of its own where addresses are mediated; the others go by family and type. */
const TESTED = ['inet', 'inet6', 'netlink', 'packet', 'bluetooth', 'alg', 'vsock'];
const TYPES = ['stream', 'dgram', 'raw', 'seqpacket'];

test.each(BUILDS)(
  'random rules for sockets, by $suite for $features, are granted as written',
  async (build) => {
    const disagreements: string[] = [];
    for (let seed = 1; seed <= 25; seed++) {
      const random = new Random(seed * 31_337);
      const rules = Array.from({ length: 1 + random.below(5) }, () => randomRule(random));
      const text = `profile p {\n${rules.map(textOf).join('')}}\n`;
      const compiled = readCompiled(await compileBytes(text, build)).profiles[0]!;
      for (const family of TESTED) {
        for (const type of TYPES) {
          const grant = socketGrant(compiled, FAMILIES.indexOf(family), SOCKET_TYPES[type]!);
          const found =
            grant === 'unmediated' ? [grant] : namesOf(NETWORK_PERMISSIONS, grant.always);
          const said = saidOf(rules, family, type);
          if (`${found}` !== `${said}`)
            disagreements.push(`${family} ${type}: ${said}; ${found}\n${text}`);
          if (grant !== 'unmediated') expect(grant.sometimes).toBe(grant.always);
        }
      }
    }
    expect(disagreements.slice(0, 3).join('\n')).toBe('');
  },
);

test.each([
  { suite: 'trixie', features: 'abi-4.0' },
  { suite: 'sid', features: 'linux-7.2' },
] as const)(
  'a rule for one address of a unix socket grants sometimes, by $suite for $features',
  async (build) => {
    const text = 'profile p { unix (connect, send) type=stream peer=(addr=@one), }';
    const compiled = readCompiled(await compileBytes(text, build)).profiles[0]!;
    const of = (type: string) => {
      const grant = socketGrant(compiled, FAMILIES.indexOf('unix'), SOCKET_TYPES[type]!);
      if (grant === 'unmediated') throw new Error('unmediated');
      return grant;
    };
    expect(namesOf(NETWORK_PERMISSIONS, of('stream').always)).not.toContain('connect');
    expect(namesOf(NETWORK_PERMISSIONS, of('stream').sometimes)).toContain('connect');
    expect(namesOf(NETWORK_PERMISSIONS, of('dgram').sometimes)).not.toContain('connect');
  },
);

test('without an abi line there is a list of families, which grants everything or nothing', async () => {
  const text = 'profile p { network inet stream, network alg, deny network alg raw, }';
  const build = { suite: 'trixie', features: 'abi-4.0' } as const;
  const compiled = readCompiled(await compileBytes(text, build, 'abi')).profiles[0]!;
  expect(compiled.families?.length).toBeGreaterThan(40);
  const of = (family: string, type: string) => {
    const grant = socketGrant(compiled, FAMILIES.indexOf(family), SOCKET_TYPES[type]!);
    if (grant === 'unmediated') throw new Error('unmediated');
    return namesOf(NETWORK_PERMISSIONS, grant.always).length;
  };
  const all = Object.keys(NETWORK_PERMISSIONS).length;
  expect([of('inet', 'stream'), of('inet', 'dgram'), of('inet6', 'stream')]).toEqual([all, 0, 0]);
  expect([of('alg', 'seqpacket'), of('alg', 'raw')]).toEqual([all, 0]);
});

function randomRule(random: Random): Rule {
  return {
    deny: random.below(4) === 0,
    permissions:
      random.below(3) === 0
        ? []
        : Object.keys(NETWORK_PERMISSIONS).filter(() => random.below(3) === 0),
    family: random.pick([...TESTED, 'any']),
    type: random.below(4) === 0 ? undefined : random.pick(TYPES),
  };
}

function textOf({ deny, permissions, family, type }: Rule): string {
  const access = permissions.length === 0 ? '' : ` (${permissions.join(', ')})`;
  const what = family === 'any' ? '' : ` ${family}${type === undefined ? '' : ` ${type}`}`;
  return `  ${deny ? 'deny ' : ''}network${access}${what},\n`;
}

function saidOf(rules: readonly Rule[], family: string, type: string): string[] {
  const of = (deny: boolean): string[] =>
    rules
      .filter((rule) => rule.deny === deny)
      .filter(
        (rule) => rule.family === 'any' || (rule.family === family && (rule.type ?? type) === type),
      )
      .flatMap(({ permissions }) =>
        permissions.length === 0 ? Object.keys(NETWORK_PERMISSIONS) : permissions,
      );
  const denied = of(true);
  const allowed = of(false).filter((name) => !denied.includes(name));
  return Object.keys(NETWORK_PERMISSIONS).filter((name) => allowed.includes(name));
}
