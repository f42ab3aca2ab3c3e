import { expect, test } from 'vitest';
import {
  access,
  commandDifference,
  equivalent,
  noNewAccess,
  policyPair,
} from '../../../src/selinux/query/index.ts';
import { choices } from '../../oracle/random-policy.ts';
import { CIL_PRELUDE, policyFromCil } from '../../support/policy.ts';

/** A rule on commands as it is written, for the model. */
interface Rule {
  readonly kind: 'allowx' | 'auditallowx' | 'dontauditx';
  readonly permission: 'ioctl' | 'nlmsg';
  readonly target: 'self' | 'x' | 'both';
  readonly commands: readonly number[];
  readonly when: undefined | { readonly boolean: 'one' | 'two'; readonly value: boolean };
}

interface Policy {
  readonly rules: readonly Rule[];
  /** In which setting `allow` grants both permissions. */
  readonly grant: Rule['when'];
}

type Setting = Readonly<Record<'one' | 'two', boolean>>;

const SETTINGS: readonly Setting[] = [false, true].flatMap((one) =>
  [false, true].map((two) => ({ one, two })),
);
/** Of one driver and of others. */
const COMMANDS = [0x12, 0x16, 0x5401, 0x5412, 0x8921];

/** security/selinux/avc.c, `avc_has_extended_perms`, with one pair of types. */
function lets(
  policy: Policy,
  target: 'self' | 'x',
  permission: string,
  command: number,
  on: Setting,
) {
  const holds = (when: Rule['when']): boolean =>
    when === undefined || on[when.boolean] === when.value;
  if (!holds(policy.grant)) return false;
  const rules = policy.rules.filter(
    (rule) => (rule.target === 'both' || rule.target === target) && holds(rule.when),
  );
  return (
    rules.length === 0 ||
    rules.some(
      (rule) =>
        rule.kind === 'allowx' && rule.permission === permission && rule.commands.includes(command),
    )
  );
}

function cilOf({ rules, grant }: Policy): string {
  const within = (when: Rule['when'], statement: string): string =>
    when === undefined
      ? statement
      : `(booleanif ${when.boolean} (${String(when.value)} ${statement}))`;
  const each = rules.flatMap(({ kind, permission, target, commands, when }) =>
    (target === 'self' ? ['a_t'] : target === 'x' ? ['x_t'] : ['all_t']).map((name) =>
      within(
        when,
        `(${kind} a_t ${name} (${permission} netlink_route_socket (${commands.join(' ')})))`,
      ),
    ),
  );
  return `${CIL_PRELUDE}(type a_t) (roletype r a_t) (type x_t) (roletype r x_t)
(typeattribute all_t) (typeattributeset all_t (a_t x_t)) (boolean one false) (boolean two true)
${['a_t', 'x_t'].map((name) => within(grant, `(allow a_t ${name} (netlink_route_socket (ioctl nlmsg)))`)).join('\n')}
${each.join('\n')}\n`;
}

function random(pick: ReturnType<typeof choices>): Policy {
  const when = (): Rule['when'] =>
    pick.one([undefined, { boolean: pick.one(['one', 'two']), value: pick.one([true, false]) }]);
  const rules = Array.from({ length: pick.one([0, 1, 1, 2, 3]) }, (): Rule => {
    const permission = pick.one(['ioctl', 'nlmsg'] as const);
    const known = COMMANDS.filter((command) => permission === 'ioctl' || command < 0x100);
    return {
      kind: pick.one(['allowx', 'allowx', 'auditallowx', 'dontauditx']),
      permission,
      target: pick.one(['self', 'x', 'both']),
      commands: known.filter((command, i) => i === 0 || pick.one([true, false]) || command < 0),
      when: when(),
    };
  });
  return { rules, grant: pick.one([undefined, undefined, when()]) };
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'rules on commands mean what the kernel makes of them: random policy %i',
  async (seed) => {
    const pick = choices(seed + 100);
    const [left, right] = [random(pick), random(pick)];
    const [one, other] = [await policyFromCil(cilOf(left)), await policyFromCil(cilOf(right))];
    const gained = new Set<string>();
    let [isMore, differs] = [false, false];
    for (const target of ['self', 'x'] as const) {
      for (const permission of ['ioctl', 'nlmsg'] as const) {
        const name = target === 'self' ? 'a_t' : 'x_t';
        for (const command of COMMANDS) {
          const ask = (booleans: 'every' | Setting) =>
            access(one, {
              ...{ source: 'a_t', target: name, tclass: 'netlink_route_socket' },
              ...{ permissions: [permission], command, booleans },
            }).permissions[0]!;
          const granting = SETTINGS.filter((on) => lets(left, target, permission, command, on));
          const every = ask('every');
          expect(every.access).toBe(
            granting.length === 4 ? 'granted' : granting.length === 0 ? 'denied' : 'sometimes',
          );
          if (every.access === 'sometimes') {
            const named = SETTINGS.filter((on) =>
              every.when!.some((term) =>
                Object.entries(term).every(([key, value]) => on[key as 'one'] === value),
              ),
            );
            expect(named).toEqual(granting);
          }
          for (const on of SETTINGS) {
            const is = lets(left, target, permission, command, on);
            expect(ask(on).access).toBe(is ? 'granted' : 'denied');
            const then = lets(right, target, permission, command, on);
            if (!is && then) isMore = true;
            if (is !== then) differs = true;
            const [both, after] = [left, right].map(({ grant }) => grant);
            const granted = (when: Rule['when']): boolean =>
              when === undefined || on[when.boolean] === when.value;
            if (!is && then && granted(both) && granted(after)) gained.add(`${name} ${permission}`);
          }
        }
      }
    }
    const pair = policyPair(one, other);
    const said = commandDifference(pair);
    // It shows the first setting that differs, so what it shows is so, and no pair is left out.
    for (const pairOf of gained) {
      expect(said.map((change) => `${change.target} ${change.permission}`)).toContain(pairOf);
    }
    if (isMore) expect(noNewAccess(pair).verdict).toBe('no');
    else expect(noNewAccess(pair).verdict).not.toBe('no');
    if (differs) expect(equivalent(pair).verdict).toBe('no');
    else expect(equivalent(pair).verdict).not.toBe('no');
  },
);
