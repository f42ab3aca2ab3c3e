import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, describe as group, test } from 'vitest';
import { FACT_LISTS, FactsError, parseFacts } from '../../../src/selinux/facts/index.ts';

const data = join(import.meta.dirname, '../../../data/fedora');

type Lists = Record<keyof typeof FACT_LISTS, string>;
const lists = Object.fromEntries(
  Object.entries(FACT_LISTS).map(([list, file]) => [list, readFileSync(join(data, file), 'utf8')]),
) as Lists;

const rowsOf = (text: string): number => text.trimEnd().split('\n').length - 1;

test('no row of any list is lost', () => {
  const facts = parseFacts('2024-10-24', lists);
  const given = [...facts.given.values()].reduce((sum, rows) => sum + rows.length, 0);
  expect(given).toBe(rowsOf(lists.given) + rowsOf(lists.givenSeveral) + rowsOf(lists.givenMore));
  expect(facts.base).toHaveLength(rowsOf(lists.base));
  expect(facts.interfaces.size).toBe(rowsOf(lists.interfaces));
  expect(facts.patterns.size).toBe(rowsOf(lists.patterns));
  expect(facts.members.size).toBe(rowsOf(lists.members));
  expect(facts.labels).toHaveLength(rowsOf(lists.labels) + rowsOf(lists.labelsMore));
  expect(facts.types.size).toBeGreaterThan(5000);
  expect(facts.booleans.get('domain_fd_use')).toBe(true);
  expect(facts.booleans.get('abrt_anon_write')).toBe(false);
});

test('the one type that is passed is arg1 in every list', () => {
  const { given } = parseFacts('2024-10-24', lists);
  expect(given.get('domain_type')).toContainEqual({
    kind: 'allow',
    source: 'arg1',
    target: 'arg1',
    tclass: 'association',
    permissions: ['sendto'],
    condition: undefined,
  });
  expect(given.get('corenet_packet')).toEqual([
    { kind: 'attribute', type: 'arg1', attribute: 'packet_type' },
  ]);
});

group('a damaged list is refused, with its name and what is wrong', () => {
  test.each([
    [
      'a row cut short',
      'given',
      'x_y\tallow\tetc_t\n',
      'interface-rules.tsv: line 2 has 3 fields, not 6',
    ],
    [
      'a kind that is none',
      'given',
      'x_y\tpermit\tetc_t\tfile\tread\t\n',
      '`permit` is no kind of rule',
    ],
    [
      'a permission that the class has not',
      'base',
      'allow\tdomain\tetc_t\tfile\treed\t\n',
      'the class `file` has no permission `reed`',
    ],
    [
      'a condition that is none',
      'base',
      'allow\tdomain\tetc_t\tfile\tread\tfoo\n',
      '`foo` is no condition',
    ],
    [
      'a membership among base rules',
      'base',
      'attribute\tdomain\tetc_t\t\t\t\n',
      '`attribute` is no kind of base rule',
    ],
  ] as const)('%s', (_, list, row, message) => {
    const heading = lists[list].slice(0, lists[list].indexOf('\n') + 1);
    const damaged = { ...lists, [list]: heading + row };
    expect(() => parseFacts('2024-10-24', damaged)).toThrow(FactsError);
    expect(() => parseFacts('2024-10-24', damaged)).toThrow(message);
  });
});
