import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecord } from '../../src/denials/index.ts';

/** What a body's pairs are, as one expression says it. */
const PAIR = /(?<=^|[\s('])([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s'"]*))/g;

/** Bare text from outside is hexadecimal, where it can be (audit_log_untrustedstring). */
const UNTRUSTED = ['comm', 'name'];
const bareText = (key: string, bare: string): string =>
  UNTRUSTED.includes(key) && /^([0-9a-f]{2})+$/i.test(bare)
    ? Buffer.from(bare, 'hex').toString()
    : bare;

const PIECES = [
  ...['a', 'comm', 'pid-1', '_x', '9', '=', '"', "'", '(', ')', ' ', '\t', '\u00a0', 'é', '\u2028'],
  ...['avc:  denied  { read } for ', 'msg=', '0x1', '-', 'x=y', 'name="a b"', "k='v w'"],
];

test('pairs are read as their expression says', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }), (pieces) => {
      const record = parseRecord(`type=AVC msg=audit(1.000:1): ${pieces.join('')}`)!;
      const { body } = record;
      const wanted = new Map<string, string>();
      for (const [, key, double, single, bare] of body.matchAll(PAIR)) {
        if (!wanted.has(key!)) wanted.set(key!, double ?? single ?? bareText(key!, bare ?? ''));
      }
      for (const key of ['a', 'comm', 'x', 'absent']) {
        const fresh = parseRecord(record.raw)!;
        expect(fresh.field(key)).toBe(wanted.get(key));
      }
      expect(record.fields).toEqual(wanted);
      const first = body.search(PAIR);
      expect(record.message).toBe((first < 0 ? body : body.slice(0, first)).trim());
    }),
    { numRuns: 5000, examples: [[['comm', '=', 'a', 'a']], [['comm', '=', 'a']]] },
  );
});

/** The head of a record in audit.log. */
const USUAL = /^type=([A-Z0-9_]{1,40}) msg=audit\((\d{1,12})\.(\d{3}):(\d{1,20})\):\s?/;

test('heads too', () => {
  const part = fc.constantFrom(
    ...['type=', 'AVC', 'avc', ' ', 'msg=audit(', '1', '23', '.', '456', ':', ')', '):', 'x', '\t'],
  );
  const usual = ['type=', 'AVC', ' ', 'msg=audit(', '1', '.', '456', ':', '23', '):', ' '];
  const broken = fc
    .tuple(fc.nat(usual.length), fc.nat(3), fc.array(part, { maxLength: 3 }))
    .map(([at, count, put]) => usual.toSpliced(at, count, ...put).join(''));
  fc.assert(
    fc.property(broken, fc.constantFrom('', 'a=b', '\ta=b'), (head, rest) => {
      const match = USUAL.exec(head + rest);
      const record = parseRecord(head + rest);
      if (match === null) return;
      const [matched, type, seconds, fraction, serial] = match;
      expect(record).toMatchObject({
        type,
        event: `${seconds}.${fraction}:${serial}`,
        time: Number(`${seconds}.${fraction}`),
        body: (head + rest).slice(matched.length).trimEnd(),
      });
    }),
    { numRuns: 5000 },
  );
});
