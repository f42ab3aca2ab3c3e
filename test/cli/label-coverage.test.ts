import { expect, test } from 'vitest';
import { coverageLines, type LabelCoverage, labelCoverage } from '../../src/cli/label-coverage.ts';
import type { Confinement } from '../../src/description/index.ts';
import { allow, confine, dontaudit } from '../../src/index.ts';
import { plain } from '../../src/text/index.ts';
import { contexts } from '../selinux/prove/subject-policy.ts';
import { CIL_PRELUDE, policyFromCil } from '../support/policy.ts';

const BASE = `/.* u:object_r:base_t:s0
/var/log(/.*)? u:object_r:var_log_t:s0
/var/(.*/)?keys(/.*)? u:object_r:keys_t:s0
/var/log/thing/decoy\\.elsewhere -d u:object_r:decoy_t:s0
/srv/data(/.*)? u:object_r:data_t:s0
/srv/more(/.*)? u:object_r:data_t:s0
/home/[^/]+/\\.config(/.*)? u:object_r:config_t:s0
`;
const OWN = `/usr/bin/thing -- u:object_r:thing_exec_t:s0
/var/log/thing(/.*)? u:object_r:thing_log_t:s0
/home/[^/]+/\\.config/thing(/.*)? u:object_r:thing_home_t:s0
`;

const thing: Confinement = confine({
  name: 'thing',
  title: 'a program for tests',
  version: '1.0.0',
  released: '2026-11-24',
  program: {
    ...{ name: 'thing', version: '1', homepage: 'https://example.org/' },
    executables: ['/usr/bin/thing'],
  },
  rollout: 'enforcing',
  tunables: [],
  may: [
    {
      name: 'work',
      title: 'Work',
      types: [
        { name: 'log', nature: 'log', what: 'logs' },
        { name: 'home', nature: 'home-content', what: 'settings' },
      ],
      fileContexts: [
        { pattern: '/var/log/thing(/.*)?', kind: 'any', type: 'own:log' },
        { pattern: 'HOME_DIR/\\.config/thing(/.*)?', kind: 'any', type: 'own:home' },
      ],
      blocks: [
        {
          why: 'Data.',
          selinux: [
            allow('data_t', 'file', 'read'),
            allow('base_t', 'dir', ['getattr', 'open', 'search']),
            allow('nowhere_t', 'file', 'read'),
            dontaudit('config_t', 'file', 'read'),
            allow('own:log', 'file', 'append'),
          ],
        },
      ],
    },
  ],
  never: [],
  residuals: [],
});

const db = await policyFromCil(`${CIL_PRELUDE}
${['data_t', 'web_port_t', 'config_t', 'thing_t'].map((name) => `(type ${name}) (roletype r ${name})`).join('\n')}
(portcon tcp 80 (u r web_port_t ((s0) (s0))))
(portcon tcp (8000 8010) (u r web_port_t ((s0) (s0))))
(portcon udp 80 (u r web_port_t ((s0) (s0))))
`);

function coverage(labelled?: readonly string[]): LabelCoverage {
  return labelCoverage(thing, {
    db,
    fileContexts: contexts(`${BASE}${OWN}`),
    base: contexts(BASE),
    labelled,
    grants: [
      {
        ...{ area: 'network', target: 'web_port_t', tclass: 'tcp_socket', when: undefined },
        ...{ permissions: ['name_connect'], through: undefined },
      },
      {
        ...{ area: 'network', target: 'web_port_t', tclass: 'udp_socket', when: undefined },
        ...{ permissions: ['name_bind'], through: 'domain' },
      },
    ],
  });
}

test('what gets another label, all entries of others among it, and what was there', () => {
  expect(
    coverage().relabels.map(({ pattern, insteadOf }) => [pattern, Object.keys(insteadOf!).sort()]),
  ).toEqual([
    ['/usr/bin/thing', ['base_t']],
    // By its own directory, and by what matches within without being of it.
    ['/var/log/thing(/.*)?', ['decoy_t', 'keys_t', 'var_log_t']],
    ['HOME_DIR/\\.config/thing(/.*)?', ['config_t']],
  ]);
});

test('of types that rules name for what is in files, every entry; not of those on the way, refused, absent or its own', () => {
  const { types } = coverage();
  expect(types.map(({ type, by }) => [type, by])).toEqual([['data_t', 'a rule']]);
  expect(types[0]!.entries.map(({ pattern }) => pattern)).toEqual([
    '/srv/data(/.*)?',
    '/srv/more(/.*)?',
  ]);
});

test('the ports that the domain is granted by name, of the protocol that is asked', () => {
  expect(coverage().ports).toEqual([
    {
      type: 'web_port_t',
      access: 'tcp_socket name_connect',
      ports: ['tcp 80', 'tcp 8000-8010'],
    },
  ]);
});

test('where not all labels are known, what was there is said only of what is, and types are at least what is known', () => {
  const { relabels, types } = coverage(['/var/log', 'HOME']);
  expect(relabels.map(({ insteadOf }) => insteadOf === undefined)).toEqual([true, false, false]);
  expect(types.map(({ atLeast }) => atLeast)).toEqual([true]);
  const text = coverageLines(
    [
      { title: 'Here', coverage: coverage() },
      { title: 'Facts', coverage: { relabels, types, ports: coverage().ports } },
    ],
    plain,
  ).join('\n');
  expect(text).toMatch(
    /\/usr\/bin\/thing +Here: instead of base_t\n +Facts: what it had is not known/,
  );
  expect(text).toMatch(/var\/log\/thing\(\/\.\*\)\? +instead of decoy_t, keys_t, var_log_t\n/);
  expect(text).toMatch(/web_port_t +tcp_socket name_connect +tcp 80, tcp 8000-8010\n/);
});
