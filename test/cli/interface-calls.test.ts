import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { callsByFacts, callsOnTarget, judgeCalls } from '../../src/cli/interface-calls.ts';
import { fedoraFacts } from '../../src/cli/load-facts.ts';
import { calledInterfaces, probeModule, probeType } from '../../src/selinux/module/index.ts';
import { readPolicy, type TypeId } from '../../src/selinux/policydb/index.ts';
import {
  basePolicy,
  type Compilers,
  compileModule,
  distribution,
  headerInterfaces,
  linkModules,
} from '../../src/targets/index.ts';
import { accessesOf } from '../support/accesses.ts';

/** What is read out of the compiled calls, held against the same calls linked into the whole policy by semodule. */
test('what a call is said to grant is what it grants in the linked policy', async () => {
  const dist = await distribution('debian-13');
  const base = await basePolicy(dist);
  const db = readPolicy(readFileSync(base.policy));
  const here = headerInterfaces(dist);
  const calls = calledInterfaces(rustnet).filter(({ name }) => here.has(name));
  const { given, attributes } = await callsOnTarget(debian13(dist), db, rustnet);
  const { pp } = await compileModule(dist, probeModule(calls));
  const linked = readPolicy(
    readFileSync((await linkModules(dist, base, [{ name: 'confine_probe.pp', bytes: pp }])).policy),
  );
  const members = (name: string): string[] => {
    const id = linked.types.ids.get(name)!;
    const ids = linked.types.attributes.has(id) ? linked.types.members.get(id) : undefined;
    const names: string[] = [];
    ids?.forEach((each: TypeId) => void names.push(linked.types.names[each]!));
    return ids === undefined ? [name] : names;
  };
  expect(calls.length).toBeGreaterThan(20);
  calls.forEach(({ name, args }, k) => {
    args.forEach((arg, i) => {
      // Classes of a file transition are no types.
      if (arg.startsWith('{')) return;
      const type = probeType(k, i);
      const rows = given.get(name)!;
      const rules = rows.flatMap((row) => {
        if (row.kind === 'allow' && row.source === type) return [row];
        return row.kind === 'attribute' && row.type === type
          ? [...attributes.allowRules(row.attribute)]
          : [];
      });
      const said = new Set(
        rules.flatMap(({ target, tclass, permissions }) =>
          members(target).flatMap((each) => permissions.map((one) => `${each} ${tclass} ${one}`)),
        ),
      );
      // What an attribute grants on self stands in a linked policy for each type by name, and other modules' rules reach probes by their attributes.
      const real = [...accessesOf(linked, type)]
        .map((access) => access.replace(/ \[.*/, ''))
        .filter((access) => !access.startsWith(`${type} `));
      expect(
        real.filter((access) => !said.has(access)),
        `${name}: not said`,
      ).toEqual([]);
      expect(
        [...said].filter((access) => !real.includes(access) && !access.startsWith('probe_')),
        `${name}: not so`,
      ).toEqual([]);
    });
  });
});

test('rustnet calls nothing as dontaudit that allows; Fedora’s wider search of /run is said', async () => {
  const dist = await distribution('debian-13');
  const db = readPolicy(readFileSync((await basePolicy(dist)).policy));
  const findings = judgeCalls([
    await callsOnTarget(debian13(dist), db, rustnet),
    callsByFacts('Fedora facts', fedoraFacts(), rustnet),
  ]);
  expect(findings.filter(({ kind }) => kind === 'dontaudit that allows')).toEqual([]);
  const wider = findings.find(
    ({ interface: name, kind }) =>
      name === 'sysnet_read_config' && kind === 'grants more in one place',
  );
  expect(wider?.where.get('Fedora facts')).toContain('pidfile:dir { getattr open search }');
});

test('of Fedora’s 16 interfaces that are named dontaudit and allow, every one would be found', () => {
  const facts = fedoraFacts();
  const allowing = [...facts.given].filter(
    ([name, rows]) => name.includes('dontaudit') && rows.some(({ kind }) => kind === 'allow'),
  );
  expect(allowing).toHaveLength(16);
  for (const [name, rows] of allowing) {
    const given = new Map([[name, rows]]);
    const attributes = { size: () => 1, allowRules: () => [] };
    const found = judgeCalls([{ title: 'Fedora facts', given, attributes }]);
    expect(found[0]?.kind, name).toBe('dontaudit that allows');
  }
});

function debian13(compilers: Compilers): Parameters<typeof callsOnTarget>[0] {
  return { title: 'Debian 13', compilers, flavour: 'default' };
}
