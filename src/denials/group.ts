import type { Denial } from './denial.ts';

/** Denials that ask for the same: one source type, one target type, one class. */
export interface DenialGroup {
  readonly source: string;
  /** `self` where source and target types are the same. */
  readonly target: string;
  readonly tclass: string;
  /** All of them, sorted. */
  readonly permissions: readonly string[];
  readonly denials: readonly Denial[];
}

/** Groups denials by source type, target type and class, in the order in which the groups first appear. */
export function groupDenials(denials: readonly Denial[]): DenialGroup[] {
  const groups = new Map<string, Denial[]>();
  for (const denial of denials) {
    const key = `${denial.source.type} ${denial.target.type} ${denial.tclass}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [denial]);
    else group.push(denial);
  }
  return [...groups.values()].map((members) => {
    const { source, target, tclass } = members[0]!;
    return {
      source: source.type,
      target: target.type === source.type ? 'self' : target.type,
      tclass,
      permissions: [...new Set(members.flatMap(({ permissions }) => permissions))].sort(),
      denials: members,
    };
  });
}

/** As a rule's head would say it: `rustnet_t cgroup_t:dir { search }`. */
export function formatGroup({ source, target, tclass, permissions }: DenialGroup): string {
  return `${source} ${target}:${tclass} { ${permissions.join(' ')} }`;
}
