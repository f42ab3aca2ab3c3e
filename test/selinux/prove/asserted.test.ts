import { expect, test } from 'vitest';
import {
  EGRESS_CHANNELS,
  egressBy,
  mount,
  type Never,
  ptrace,
  useCapabilities,
} from '../../../src/description/index.ts';
import { withAllowRules } from '../../../src/selinux/policydb/index.ts';
import { type Assertion, assertedNevers, prove } from '../../../src/selinux/prove/index.ts';
import { GUARANTEES } from '../../../src/selinux/prove/nevers/index.ts';
import { policyFromCil } from '../../support/policy.ts';
import { ANYWHERE, describe, PRELUDE } from './subject-policy.ts';

const LEFT = ['bluetooth-l2cap', 'tun-tap', 'netlink-write'] as const;
const WHOLE: readonly Never[] = [
  mount('none'),
  ptrace('none'),
  egressBy(
    EGRESS_CHANNELS.filter((channel) => !LEFT.some((left) => left === channel)),
    'none',
  ),
  useCapabilities('one of each', { except: [{ names: ['net_raw', 'perfmon'] }] }),
];

test('only these kinds have neverallow rules', () => {
  const kinds = Object.entries(GUARANTEES).filter(([, { asserted }]) => asserted !== undefined);
  expect(kinds.map(([kind]) => kind).sort()).toEqual(WHOLE.map(({ kind }) => kind).sort());
});

test.each(WHOLE)(
  '$kind: every permission of every class, on itself and on another: the rules forbid it if and only if the proof does',
  async (never) => {
    const db = await policyFromCil(`${PRELUDE}(type demo_t)(type other_t)`);
    const [asserted] = assertedNevers([never]);
    expect(asserted!.rest).toBeUndefined();
    const description = describe('demo', [never]);
    const refused: string[] = [];
    let asked = 0;
    for (const [id, tclass] of db.classes.names.entries()) {
      for (const permission of db.classes.permissions[id]!) {
        for (const target of ['demo_t', 'other_t']) {
          const rule = { source: 'demo_t', target, tclass, permissions: [permission] };
          const set = { db: withAllowRules(db, [rule]), base: db, fileContexts: ANYWHERE };
          const [proved] = prove({ ...set, ruleset: undefined }, description);
          const access = `${target} ${tclass} ${permission}`;
          const forbidden = asserted!.rules.some((one) => forbids(one, target, tclass, permission));
          expect(proved!.verdict.outcome === 'violated', access).toBe(forbidden);
          if (forbidden) refused.push(access);
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(2000);
    expect(refused.length).toBeGreaterThan(0);
  },
);

test('what rules cannot say is said: channels by command, device and message, and when excepted capabilities may be used', () => {
  const [egress, capabilities] = assertedNevers([
    egressBy(EGRESS_CHANNELS, 'none'),
    useCapabilities('few', { except: [{ names: ['net_raw'], when: 'sometimes' }] }),
  ]);
  expect(egress!.rest).toBe(LEFT.join(', '));
  expect(capabilities!.rest).toContain('tunables');
  expect(assertedNevers([egressBy(LEFT, 'none')])).toEqual([]);
  // Of which class it is cannot be told, so nothing is said.
  expect(assertedNevers([useCapabilities('few', { except: [{ names: ['new_one'] }] })])).toEqual(
    [],
  );
});

function forbids(
  { on, classes, permissions }: Assertion,
  target: string,
  tclass: string,
  permission: string,
): boolean {
  return (
    (on === 'every type' || target === 'demo_t') &&
    classes.includes(tclass) &&
    ('but' in permissions
      ? !permissions.but.includes(permission)
      : permissions.includes(permission))
  );
}
