import type { Ability, Confinement, Tunable } from '../description/index.ts';
import {
  addedRules,
  allowSource,
  type Candidate,
  candidatesFor,
  clashes,
  hintsOf,
  plainPath,
  refOf,
  type Suggestion,
  suggestionsFor,
  typeOf,
  type Wanted,
} from '../draft/index.ts';
import { type Forbidden, forbidding, type Reviewed } from '../review/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import type { PolicySet } from '../selinux/prove/index.ts';
import { accessVector } from '../selinux/query/index.ts';
import type { OpenTarget } from '../targets/index.ts';
import { portOf } from './draft/read-log.ts';
import type { Io } from './io.ts';
import { probeCandidates } from './probe-candidates.ts';

/** What a description can do about an open request. */
export interface Advice {
  /** The request as a statement of the house. */
  readonly statement: string;
  /** The abilities that would grant it, the least excess first; undefined where no target could be asked. */
  readonly abilities: readonly AdvisedAbility[] | undefined;
  /** The same statement as an ability of its own. */
  readonly written: Ability;
}

export interface AdvisedAbility extends Suggestion {
  /** Nevers that the ability would break. */
  readonly breaks: readonly Forbidden[];
  /** Types that it would declare: what nevers say of them is not in `breaks`. */
  readonly declares: readonly string[];
}

/** Advice on every open request, by request. Without a target no ability is looked for. */
export async function adviceOn(
  io: Io,
  target: OpenTarget | undefined,
  set: PolicySet,
  confinement: Confinement,
  reviewed: readonly Reviewed[],
): Promise<ReadonlyMap<Reviewed, Advice>> {
  const open = reviewed.filter(({ meaning }) => meaning.kind === 'open');
  if (open.length === 0) return new Map();
  const probed =
    target === undefined
      ? undefined
      : await probeCandidates(io, target, fitting(confinement, open));
  const { db } = set;
  const has = holderOf(db, confinement);
  const broken = breaker(set, confinement);
  return new Map(
    open.map((one, i) => {
      const wanted = wantedOf(one, confinement, has);
      return [
        one,
        {
          statement: statementOf(wanted),
          written: writtenAbility(wanted, i),
          abilities: probed && broken(suggestionsFor(wanted, probed, has).slice(0, MOST)),
        },
      ];
    }),
  );
}

/** What `--what-if` does about a request: the first ability that breaks no never, else the statement. */
export function chosenOf({ abilities, written }: Advice): {
  readonly ability: Ability;
  readonly tunables: readonly Tunable[];
  readonly named: string | undefined;
} {
  const fit = abilities?.find(({ breaks }) => breaks.length === 0)?.candidate;
  return fit === undefined
    ? { ability: written, tunables: [], named: undefined }
    : { ability: fit.ability, tunables: fit.tunables, named: fit.source };
}

/** Of the abilities that would grant a request, as many are proved and shown. */
const MOST = 3;

/** Candidates that can stand beside what the description has. */
function fitting(confinement: Confinement, open: readonly Reviewed[]): readonly Candidate[] {
  const { name, may, program } = confinement;
  const has = (ability: string): boolean => may.some((one) => one.name === ability);
  const service =
    has('runAsDaemon') || has('runAsTimerJob')
      ? { notify: false, bus: false, sockets: [], timer: !has('runAsDaemon') }
      : undefined;
  const hints = hintsOf(name, tracesOf(name, open), program.executables, service);
  return candidatesFor(hints).filter(({ ability }) => may.every((one) => !clashes(ability, one)));
}

function tracesOf(name: string, open: readonly Reviewed[]): Parameters<typeof hintsOf>[1] {
  return open.flatMap(({ tally: { paths, permissions, tclass, example } }) =>
    (paths.length === 0 ? [undefined] : paths).map((path) => ({
      ...{ path, permissions, tclass, role: example.source.role },
      target: refOf(example.target.type, name),
      port: portOf(example),
    })),
  );
}

/** Whether the domain has a permission already, under some setting of its booleans. */
function holderOf(
  db: PolicyDb,
  { name, domain }: Confinement,
): (target: string, tclass: string, permission: string) => boolean {
  const source = db.types.ids.get(domain)!;
  return (target, tclass, permission) => {
    const type = db.types.ids.get(typeOf(target, name));
    const ofClass = db.classes.ids.get(tclass);
    if (type === undefined || ofClass === undefined) return false;
    const bit = db.classes.permissionBits[ofClass]!.get(permission);
    const { allowed } = accessVector(db, source, type, ofClass, 'any');
    return bit !== undefined && ((allowed >>> bit) & 1) === 1;
  };
}

function wantedOf(
  { tally }: Reviewed,
  { name }: Confinement,
  has: (target: string, tclass: string, permission: string) => boolean,
): Wanted {
  const { example, tclass, permissions, ioctl, nlmsg, paths } = tally;
  const target = refOf(example.target.type, name);
  const command = ioctl ?? nlmsg;
  const extended = (permission: string): boolean =>
    command !== undefined && (permission === 'ioctl' || permission === 'nlmsg');
  const path = paths.find((each) => each.startsWith('/'));
  return {
    ...{ target, tclass },
    permissions: permissions.filter((one) => extended(one) || !has(target, tclass, one)),
    command: command === undefined ? undefined : Number(command),
    path: path === undefined ? undefined : plainPath(path),
    port: portOf(example),
  };
}

function statementOf({ target, tclass, permissions, command }: Wanted): string {
  const rule = allowSource({ targets: [target], tclass, permissions });
  if (command === undefined || !permissions.includes('ioctl')) return rule;
  const number = `0x${command.toString(16)}`;
  return `${rule} and ioctls('${target}', '${tclass}', { COMMAND_${number}: ${number} })`;
}

function writtenAbility({ target, tclass, permissions, command }: Wanted, i: number): Ability {
  const rule = { targets: [target], classes: [tclass] };
  const commands = [{ name: `COMMAND_${command}`, number: command ?? 0 }];
  return {
    name: `statement${i + 1}`,
    title: `A statement for ${tclass}`,
    blocks: [
      {
        why: 'To try what it would open.',
        selinux: [
          { kind: 'allow', ...rule, permissions },
          ...(command !== undefined && permissions.includes('ioctl')
            ? [{ kind: 'ioctls' as const, ...rule, commands }]
            : []),
        ],
      },
    ],
  };
}

/** Proves the nevers with what suggestions would add, each suggestion once. */
function breaker(
  set: PolicySet,
  confinement: Confinement,
): (suggestions: readonly Suggestion[]) => readonly AdvisedAbility[] {
  const { adding } = forbidding(set, confinement);
  const known = new Map<string, readonly Forbidden[]>();
  const knows = (type: string): boolean => set.db.types.ids.has(type);
  return (suggestions) =>
    suggestions.map((suggestion) => {
      const { rules, without } = addedRules(suggestion, confinement.name, knows);
      const { source } = suggestion.candidate;
      const breaks = known.get(source) ?? adding([rules])[0]!;
      known.set(source, breaks);
      return { ...suggestion, breaks, declares: without };
    });
}
