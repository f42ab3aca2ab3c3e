import { expect, test } from 'vitest';
import { type AddedRule, withAllowRules } from '../../../src/selinux/policydb/index.ts';
import {
  access,
  differenceText,
  policyDifference,
  policyPair,
} from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFromCil } from '../../support/policy.ts';

const BASE = `${CIL_PRELUDE}
(type app_t) (type data_t) (type tty_t)
(typeattribute domains) (typeattributeset domains (app_t base_t))
(boolean reads false)
(booleanif reads (true (allow app_t data_t (file (read)))) (false (dontaudit app_t data_t (file (read)))))
(booleanif (not reads) (true (allow domains data_t (dir (search)))))
(allow app_t tty_t (chr_file (ioctl)))
(allowx app_t tty_t (ioctl chr_file (0x5401)))
`;

const ADDED: readonly AddedRule[] = [
  { source: 'app_t', target: 'data_t', tclass: 'file', permissions: ['write', 'open'] },
  { source: 'domains', target: 'domains', tclass: 'udp_socket', permissions: 'all' },
  { source: 'app_t', target: 'tty_t', tclass: 'chr_file', permissions: [], ioctl: 0x5412 },
  // Nothing of these is in the policy.
  { source: 'nobody_t', target: 'data_t', tclass: 'file', permissions: ['read'] },
  { source: 'app_t', target: 'data_t', tclass: 'file', permissions: ['no_such_permission'] },
];

const SAME_IN_CIL = `
(allow app_t data_t (file (write open)))
(allow domains domains (udp_socket (all)))
(allowx app_t tty_t (ioctl chr_file (0x5412)))
`;

test('a policy with rules added is the policy that the compiler makes of them', async () => {
  const db = await policyFromCil(BASE);
  const ours = withAllowRules(db, ADDED);
  const compiled = await policyFromCil(`${BASE}${SAME_IN_CIL}`);
  const difference = policyDifference(policyPair(ours, compiled));
  expect(difference.flatMap((section) => [...differenceText(section)])).toEqual([]);
  expect(policyDifference(policyPair(db, compiled))).not.toEqual([]);
  // Conditional rules are where they were, behind what was added.
  expect(ours.rules.unconditional).toBe(db.rules.unconditional + 3);
  const read = (booleans: Record<string, boolean>): string | undefined =>
    access(ours, {
      source: 'app_t',
      target: 'data_t',
      tclass: 'file',
      permissions: ['read'],
      booleans,
    }).permissions[0]?.access;
  expect([read({ reads: true }), read({ reads: false })]).toEqual(['granted', 'denied']);
});

test('the given policy stays as it is, and nothing added gives the same one', async () => {
  const db = await policyFromCil(BASE);
  const rows = db.rules.count;
  withAllowRules(db, ADDED);
  expect(db.rules.count).toBe(rows);
  expect(withAllowRules(db, ADDED.slice(3))).toBe(db);
});
