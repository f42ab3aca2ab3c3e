import {
  type AccessLine,
  type ConditionLine,
  type DomainView,
  type ReachLine,
  STANDINGS,
  type Standing,
  type StoppedLine,
  type TransitionLine,
} from '../report/index.ts';
import type { PolicyDb, TypeId } from '../selinux/policydb/index.ts';
import type { Proved, Verdict } from '../selinux/prove/index.ts';
import {
  AREAS,
  conditionalText,
  conditionHolds,
  type DomainTransition,
  defaultPermissionMap,
  domainSummary,
  domainTransitions,
  type Grant,
  informationFlow,
  UNREACHED,
} from '../selinux/query/index.ts';

/** A policy that is asked about a domain. */
export interface AskedPolicy {
  readonly title: string;
  readonly db: PolicyDb;
  /** What a reader must know of it before believing the rest. */
  readonly notes: readonly string[];
}

/** What the rules of these policies say of a domain, side by side. Each has it. */
export function domainView(
  domain: string,
  policies: readonly AskedPolicy[],
  about: Pick<DomainView, 'title' | 'programs' | 'stopped' | 'residuals' | 'commands'>,
): DomainView {
  const asked = policies.map((policy) => askedOf(domain, policy));
  return {
    domain,
    ...about,
    policies: asked.map(({ title, notes }) => ({ title, notes })),
    entrances: joined(asked.map(({ title, entrances }) => ({ title, lines: entrances }))),
    access: accessLines(asked),
    conditions: conditionLines(asked),
    becomes: joined(asked.map(({ title, becomes }) => ({ title, lines: becomes }))),
    reach: asked.map(({ reach }) => reach),
  };
}

interface Asked extends AskedPolicy {
  readonly entrances: readonly Omit<TransitionLine, 'on'>[];
  readonly becomes: readonly Omit<TransitionLine, 'on'>[];
  readonly grants: readonly Grant[];
  readonly reach: ReachLine;
}

function askedOf(domain: string, policy: AskedPolicy): Asked {
  const { db, title } = policy;
  const id = db.types.ids.get(domain)!;
  const transitions = domainTransitions(db);
  const permissive = db.permissive.has(id)
    ? ['the domain is permissive there: nothing that follows is refused']
    : [];
  const become = (step: DomainTransition): Omit<TransitionLine, 'on'> => lineOf(step, step.target);
  return {
    ...policy,
    notes: [...permissive, ...policy.notes],
    entrances: transitions.into(id).map((from) => {
      const step = transitions.step(from, id);
      return lineOf(step, step.source);
    }),
    becomes: transitions.outOf(id).map((to) => become(transitions.step(id, to))),
    grants: domainSummary(db, id),
    reach: reachOf(db, id, title, (from) => transitions.outOf(from)),
  };
}

/** A step as a person reads it: what happens by itself before what has to be asked for. */
function lineOf(step: DomainTransition, domain: string): Omit<TransitionLine, 'on'> {
  const { onExec, inPlace } = step;
  const automatic = onExec?.entrypoints.filter(({ typeTransition }) => typeTransition.length > 0);
  if (automatic !== undefined && automatic.length > 0) {
    return { domain, how: 'by itself', by: automatic.map(({ type }) => type) };
  }
  if (onExec !== undefined) {
    return { domain, how: 'on request', by: onExec.entrypoints.map(({ type }) => type) };
  }
  return { domain, how: 'in place', by: inPlace === undefined ? [] : ['dyntransition'] };
}

const ORDER: readonly TransitionLine['how'][] = ['by itself', 'on request', 'in place'];

/** The same line of several policies once, with where it is. */
function joined(
  columns: readonly { title: string; lines: readonly Omit<TransitionLine, 'on'>[] }[],
): readonly TransitionLine[] {
  const found = new Map<
    string,
    { line: Omit<TransitionLine, 'on'>; by: Set<string>; on: string[] }
  >();
  for (const { title, lines } of columns) {
    for (const line of lines) {
      const key = `${line.domain}\0${line.how}`;
      const known = found.get(key) ?? { line, by: new Set(), on: [] };
      known.on.push(title);
      for (const type of line.by) known.by.add(type);
      found.set(key, known);
    }
  }
  return [...found.values()]
    .map(({ line, by, on }) => ({ ...line, by: [...by].sort(), on }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.how) - ORDER.indexOf(b.how) ||
        b.on.length - a.on.length ||
        (a.domain < b.domain ? -1 : 1),
    );
}

function reachOf(
  db: PolicyDb,
  id: TypeId,
  on: string,
  successors: (type: TypeId) => readonly TypeId[],
): ReachLine {
  const seen = new Set<TypeId>([id]);
  const queue = [id];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const type of successors(next)) {
      if (seen.has(type)) continue;
      seen.add(type);
      queue.push(type);
    }
  }
  const flow = informationFlow(db, { map: defaultPermissionMap(), minimumWeight: MINIMUM_WEIGHT });
  const distances = flow.distancesFrom(id, 3);
  const within = (steps: number): number =>
    distances.reduce(
      (sum, distance) =>
        sum + (distance !== UNREACHED && distance > 0 && distance <= steps ? 1 : 0),
      0,
    );
  return {
    on,
    domains: seen.size - 1,
    out: [within(1), within(2), within(3)],
    into: flow.into(id).length,
    minimumWeight: MINIMUM_WEIGHT,
  };
}

/** As `query flows` has it. */
const MINIMUM_WEIGHT = 3;

/** Targets that are granted the same, under the same condition and on the same policies, share a line; of what is only read the types say enough. */
function accessLines(asked: readonly Asked[]): readonly AccessLine[] {
  const places = new Map<string, { grant: Grant; access: string; on: string[] }>();
  for (const { title, grants } of asked) {
    for (const grant of grants) {
      const access = vectorOf(grant);
      const key = [grant.area, grant.through, grant.target, access, grant.when].join('\0');
      const place = places.get(key) ?? { grant, access, on: [] };
      if (!place.on.includes(title)) place.on.push(title);
      places.set(key, place);
    }
  }
  const lines = new Map<
    string,
    { grant: Grant; access: string; on: string[]; targets: string[] }
  >();
  for (const place of places.values()) {
    const { grant, access, on } = place;
    const key = [grant.area, grant.through, access, grant.when, ...on].join('\0');
    const line = lines.get(key) ?? { ...place, targets: [] };
    line.targets.push(grant.target);
    lines.set(key, line);
  }
  return [...lines.values()]
    .map(({ grant: { area, when, through }, access, on, targets }) => ({
      area,
      targets: targets.sort(),
      access,
      ...(when === undefined ? {} : { when }),
      ...(through === undefined ? {} : { through }),
      on,
    }))
    .sort((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area));
}

function vectorOf({ area, tclass, permissions }: Grant): string {
  return area === 'reads' ? '' : `${tclass} { ${permissions.join(' ')} }`;
}

/** The conditions of the domain's rules, and on which policies each is true as the booleans are set there. */
function conditionLines(asked: readonly Asked[]): readonly ConditionLine[] {
  const conditions = new Map<string, string[]>();
  for (const { db, title, grants } of asked) {
    const wanted = new Set(grants.flatMap(({ when }) => when ?? []));
    for (const conditional of db.conditionals) {
      const text = conditionalText(db, conditional);
      const holds = conditionHolds(conditional, db.booleans.defaults);
      // As domainSummary writes the false branch.
      for (const [when, inForce] of [
        [text, holds],
        [`! ( ${text} )`, !holds],
      ] as const) {
        if (!wanted.has(when)) continue;
        const known = conditions.get(when) ?? [];
        if (inForce && !known.includes(title)) known.push(title);
        conditions.set(when, known);
      }
    }
  }
  return [...conditions]
    .map(([when, inForce]) => ({ when, inForce }))
    .sort((a, b) => b.inForce.length - a.inForce.length || (a.when < b.when ? -1 : 1));
}

/** The nevers of a description by kind, each with its weakest standing on each policy: several of one kind are one row, as in a report. */
export function stoppedLines(
  columns: readonly { readonly title: string; readonly proved: readonly Proved[] }[],
): readonly StoppedLine[] {
  const first = columns[0]?.proved ?? [];
  const kinds = [...new Set(first.map(({ verdict }) => verdict.never.kind))];
  return kinds.map((kind) => {
    const whys = first.filter(({ verdict }) => verdict.never.kind === kind);
    return {
      kind,
      why: whys.map(({ verdict }) => verdict.never.why).join('; '),
      on: columns.map(({ title, proved }) =>
        weakest(
          proved
            .filter(({ verdict }) => verdict.never.kind === kind)
            .map(({ verdict }) => standingOf(title, verdict)),
        ),
      ),
    };
  });
}

/** Of several nevers of one kind the one that stands worst, with what all of them presuppose. */
function weakest(standings: readonly Standing[]): Standing {
  const worst = standings.reduce((a, b) =>
    STANDINGS.indexOf(b.standing) > STANDINGS.indexOf(a.standing) ? b : a,
  );
  return { ...worst, assumes: [...new Set(standings.flatMap(({ assumes }) => assumes))] };
}

function standingOf(target: string, verdict: Verdict): Standing {
  return { target, ...wordOf(verdict), assumes: verdict.assumes };
}

function wordOf(verdict: Verdict): Pick<Standing, 'standing' | 'says'> {
  switch (verdict.outcome) {
    case 'holds':
      return {
        standing: verdict.base.length > 0 ? 'beyond the base' : 'held',
        says: verdict.evidence,
      };
    case 'holds-as-set':
      return { standing: 'as set', says: asSetText(verdict) };
    case 'violated':
      return { standing: 'open', says: openText(verdict) };
    case 'undecided':
      return { standing: 'not judged', says: verdict.reasons.join('; ') };
  }
}

/** Which booleans would break what holds as they are set. */
export function asSetText({ breaks }: Extract<Verdict, { outcome: 'holds-as-set' }>): string {
  const booleans = breaks.flatMap(({ settings }) => settings.map(({ boolean }) => boolean));
  return `as the booleans are set; ${[...new Set(booleans)].join(', ')} would break it`;
}

/** The first ways that are open; of a permissive domain, that it is one. */
export function openText({
  witnesses,
  evidence,
}: Extract<Verdict, { outcome: 'violated' }>): string {
  const ways = witnesses.slice(0, 3).map(({ what }) => what);
  return ways.join('; ') || evidence;
}
