import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain, printable, quantity, styled, table } from '../../src/text/index.ts';

test('control characters become visible, and nothing else changes', () => {
  expect(printable('a\x1b[31mb\r\n\u202eg\u0085')).toBe('a\\x1b[31mb\\x0d\\x0a\\u202eg\\x85');
  expect(printable('grüße 漢字 🙂')).toBe('grüße 漢字 🙂');
});

test('no text makes printable let a control character or a lone surrogate through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(printable(text).isWellFormed()).toBe(true);
    }),
  );
});

test('a table is aligned by what a terminal shows: colours take no width, wide characters two', () => {
  const text = table(
    [{ heading: 'name' }, { heading: 'rules', align: 'right' }],
    [
      [styled.good('a'), '1'],
      ['漢字', '12345678\n9'],
    ],
  );
  expect(text.replaceAll(/\x1b\[\d+m/g, '')).toBe(
    [
      'name     rules',
      '----  --------',
      'a            1',
      '漢字  12345678',
      '             9',
      '',
    ].join('\n'),
  );
});

test('quantities', () => {
  expect([
    quantity(1, 'rule'),
    quantity(0, 'rule'),
    quantity(1234567, 'policy', 'policies'),
  ]).toEqual(['1 rule', '0 rules', '1,234,567 policies']);
  expect(plain.bad('x')).toBe('x');
});
