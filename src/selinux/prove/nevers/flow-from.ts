import type { Consideration } from '../../../verdict/index.ts';
import type { PolicyDb, TypeId } from '../../policydb/index.ts';
import {
  accessVector,
  defaultPermissionMap,
  defaultSetting,
  type FlowOptions,
  type FlowStep,
  informationFlow,
  UNREACHED,
} from '../../query/index.ts';
import { permissionMask } from '../inquiry/grants.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { typesBelow } from '../inquiry/paths.ts';
import type { Guarantee } from './guarantee.ts';

/**
 * Nothing that these types hold reaches the domain, over any number of other types, by steps of at least the given weight. What the
 * permission map does not know carries nothing.
 */
export const flowFrom: Guarantee<'flow-from'> = {
  question: ({ sources, minWeight }) =>
    `learn of ${sources.join(' or ')}, over steps of weight ${minWeight} or more`,
  considers: [boundsAsDoubt],
  asksAll: true,
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, domain } = subject;
    const options = { map: defaultPermissionMap(), minimumWeight: never.minWeight };
    const anySetting = informationFlow(db, options);
    const asSet = informationFlow(db, { ...options, booleans: defaultSetting(db) });
    if (anySetting.unmapped.length > 0) {
      inquiry.assume(
        `${anySetting.unmapped.length} permissions that the map does not know carry nothing`,
      );
    }
    for (const [type, name] of sources(inquiry, never.sources)) {
      if (anySetting.distancesFrom(type)[domain] === UNREACHED) continue;
      const way = asSet.shortest(type, domain, 1).paths[0];
      if (way === undefined) {
        inquiry.doubt(
          `information of ${name} reaches the domain if the rules of all settings are taken together; no single setting was looked for`,
        );
      } else if (way.every((step) => stepHolds(db, options, step, 'allowed'))) {
        const heaviestOfStep = way.map(({ rules }) => heaviest(rules).rule);
        inquiry.found({
          what: `information flows from ${[name, ...way.map(({ target }) => target)].join(' to ')}`,
          rules: heaviestOfStep,
          takes: heaviestOfStep.map((rule) => ('permissions' in rule ? rule.permissions : [])),
          settings: [],
          checks: [],
        });
      } else if (way.every((step) => stepHolds(db, options, step, 'bounded'))) {
        inquiry.doubt(
          `information of ${name} reaches the domain by rules of which typebounds takes some away; whether another way is left was not looked for`,
        );
      } else {
        inquiry.doubt(
          `two ways of computing disagree about the flow from ${name}: please report this with the policy`,
        );
      }
    }
  },
};

/** A way is found by rules as they stand, and what bounds take away is seen only when it is confirmed. */
function boundsAsDoubt(): Consideration {
  return {
    aspect: 'typebounds',
    how: 'rules of bounded types count; a way by one that is taken away is a doubt',
    errs: 'towards violated',
  };
}

function sources(inquiry: Inquiry, names: readonly string[]): Map<TypeId, string> {
  const { db } = inquiry.subject;
  const found = new Map<TypeId, string>();
  const every = new Set(db.types.names.keys() as Iterable<TypeId>);
  for (const name of names) {
    if (name.startsWith('/') || /^HOME(\/|$)/.test(name)) {
      for (const type of typesBelow(inquiry, [name], every).keys()) {
        found.set(type, db.types.names[type]!);
      }
      continue;
    }
    const type = db.types.ids.get(name);
    if (type === undefined) inquiry.doubt(`the policy has no type ${name}`);
    else found.set(type, name);
  }
  return found;
}

/**
 * Whether the access vector grants what carries information this way in the step's heaviest rule: writing by the one type, or reading by the
 * other. With `bounded` what typebounds takes away counts too.
 */
function stepHolds(
  db: PolicyDb,
  { map, minimumWeight }: Pick<FlowOptions, 'map' | 'minimumWeight'>,
  { source, target, rules }: FlowStep,
  counted: 'allowed' | 'bounded',
): boolean {
  const { rule } = heaviest(rules);
  if (rule.kind !== 'allow') return false;
  const [from, to] = [db.types.ids.get(source)!, db.types.ids.get(target)!];
  const tclass = db.classes.ids.get(rule.tclass)!;
  const carries = (by: TypeId, on: TypeId, direction: 'read' | 'write'): boolean => {
    const permissions = rule.permissions.filter((name) => {
      const flow = map.get(rule.tclass)?.get(name);
      if (flow === undefined || flow.weight < minimumWeight) return false;
      return flow.direction === direction || flow.direction === 'both';
    });
    const { allowed, bounded } = accessVector(db, by, on, tclass);
    const granted = counted === 'allowed' ? allowed : allowed | bounded;
    return (granted & permissionMask(db, tclass, permissions)) !== 0;
  };
  return carries(from, to, 'write') || carries(to, from, 'read');
}

function heaviest(rules: FlowStep['rules']): FlowStep['rules'][number] {
  return rules.reduce((best, rule) => (rule.weight > best.weight ? rule : best));
}
