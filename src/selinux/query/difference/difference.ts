import { type PolicyDb, RuleKind } from '../../policydb/index.ts';
import { COMPONENT_KINDS, type ComponentDifference, LATE_COMPONENT_KINDS } from './components.ts';
import { sharedNames } from './names.ts';
import {
  accessRuleDifference,
  extendedRuleDifference,
  type RuleDifference,
  typeRuleDifference,
} from './rules.ts';
import type { PolicyPair } from './side.ts';

/** What differs between two policies in one kind of component or rule. */
export interface DifferenceSection {
  /** For scripts: `types`, `allow`, `ports` … */
  readonly id: string;
  /** As sediff heads it. */
  readonly title: string;
  readonly difference: ComponentDifference | RuleDifference;
}

interface Kind {
  readonly id: string;
  readonly title: string;
  difference(pair: PolicyPair): ComponentDifference | RuleDifference;
}

/** Two policies ready to be compared: made once for any number of questions. */
export function policyPair(left: PolicyDb, right: PolicyDb): PolicyPair {
  return { left, right, names: sharedNames(left, right) };
}

/**
 * What the right policy has more, less or other than the left one, by the kinds that sediff knows and as it compares them: rules with
 * attributes expanded, constraints as written. Only sections with a difference. `kinds`: restrict to these ids.
 */
export function policyDifference(
  pair: PolicyPair,
  kinds?: ReadonlySet<string>,
): readonly DifferenceSection[] {
  return KINDS.filter(({ id }) => kinds === undefined || kinds.has(id))
    .map(({ id, title, difference }) => ({ id, title, difference: difference(pair) }))
    .filter(
      ({ difference: { added, removed, modified } }) =>
        added.length + removed.length + modified.length > 0,
    );
}

const RULE_KINDS: readonly Kind[] = [
  accessKind('allow', 'Allow Rules', RuleKind.allow),
  extendedKind('allowxperm', 'Allowxperm Rules', RuleKind.allowxperm),
  accessKind('auditallow', 'Auditallow Rules', RuleKind.auditallow),
  extendedKind('auditallowxperm', 'Auditallowxperm Rules', RuleKind.auditallowxperm),
  accessKind('dontaudit', 'Dontaudit Rules', RuleKind.dontaudit),
  extendedKind('dontauditxperm', 'Dontauditxperm Rules', RuleKind.dontauditxperm),
  typeKind('type-transition', 'Type_transition Rules', RuleKind.typeTransition),
  typeKind('type-change', 'Type_change Rules', RuleKind.typeChange),
  typeKind('type-member', 'Type_member Rules', RuleKind.typeMember),
];

const KINDS: readonly Kind[] = [...COMPONENT_KINDS, ...RULE_KINDS, ...LATE_COMPONENT_KINDS];

/** The ids that `policyDifference` knows, in the order in which sections are shown. */
export const DIFFERENCE_KINDS: readonly string[] = KINDS.map(({ id }) => id);

function accessKind(id: string, title: string, kind: 0 | 1 | 2): Kind {
  return { id, title, difference: (pair) => accessRuleDifference(pair, kind) };
}

function extendedKind(id: string, title: string, kind: 6 | 7 | 8): Kind {
  return { id, title, difference: (pair) => extendedRuleDifference(pair, kind) };
}

function typeKind(id: string, title: string, kind: 3 | 4 | 5): Kind {
  return { id, title, difference: (pair) => typeRuleDifference(pair, kind) };
}
