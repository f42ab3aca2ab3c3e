import { abilityLines, DEFAULT_ABI } from '../apparmor/profile/index.ts';
import {
  type Broken,
  type Given,
  grantsEach,
  type ReviewedApparmor,
} from '../apparmor/review/index.ts';
import type { ApparmorRequest } from '../denials/index.ts';
import type { Confinement } from '../description/index.ts';
import { type Candidate, candidatesFor, clashes, hintsOf } from '../draft/index.ts';

/** An ability whose AppArmor half would grant a request. */
export interface ApparmorAdvice {
  readonly candidate: Candidate;
  /** How many lines it has in a profile. */
  readonly rules: number;
  readonly breaks: readonly Broken[];
}

/** The abilities for each request that is open, those that break nothing first, then those with the fewest rules. */
export async function apparmorAdvice(
  confinement: Confinement,
  given: Given,
  reviewed: readonly ReviewedApparmor[],
): Promise<ReadonlyMap<ReviewedApparmor, readonly ApparmorAdvice[]>> {
  const open = reviewed.filter(({ meaning }) => meaning.kind === 'open');
  if (open.length === 0) return new Map();
  const candidates = fitting(confinement, open)
    .map((candidate) => ({ candidate, lines: abilityLines(candidate.ability, DEFAULT_ABI) }))
    .filter(({ lines }) => lines.length > 0);
  const found = await grantsEach(
    given,
    open.map(({ rules }) => rules),
    candidates.map(({ lines }) => lines),
  );
  return new Map(
    open.map((one, i) => [
      one,
      found[i]!.map(({ set, breaks }) => {
        const { candidate, lines } = candidates[set]!;
        return { candidate, rules: lines.length, breaks };
      })
        .sort((a, b) => a.breaks.length - b.breaks.length || a.rules - b.rules)
        .slice(0, MOST),
    ]),
  );
}

const MOST = 3;

/** Candidates with an AppArmor half that can stand beside what the description has. */
function fitting(
  { name, may, program }: Confinement,
  open: readonly ReviewedApparmor[],
): readonly Candidate[] {
  const has = (ability: string): boolean => may.some((one) => one.name === ability);
  const service =
    has('runAsDaemon') || has('runAsTimerJob')
      ? { notify: false, bus: false, sockets: [], timer: !has('runAsDaemon') }
      : undefined;
  const traces = open.map(({ tally }) => traceOf(tally.request));
  const hints = hintsOf(name, traces, program.executables, service);
  return candidatesFor(hints).filter(({ ability }) => may.every((one) => !clashes(ability, one)));
}

/** What of a request options of abilities are found from. */
function traceOf(request: ApparmorRequest): Parameters<typeof hintsOf>[1][number] {
  const isFile = request.kind === 'file';
  return {
    target: isFile ? generalType(request.path) : '',
    tclass: isFile ? 'file' : request.kind,
    path: isFile ? request.path : undefined,
    permissions: isFile
      ? [...request.letters].map((letter) => ('wacd'.includes(letter) ? 'write' : 'read'))
      : [],
  };
}

/** Options are found by paths whose SELinux type says nothing of whose they are; AppArmor knows no types, so each path has the general one of its tree. */
function generalType(path: string): string {
  return GENERAL_TYPES.find(([tree]) => path.startsWith(tree))?.[1] ?? '';
}

const GENERAL_TYPES = [
  ['/etc/ssl/', 'cert_t'],
  ['/etc/pki/', 'cert_t'],
  ['/usr/share/ca-certificates/', 'cert_t'],
  ['/etc/', 'etc_t'],
  ['/run/', 'var_run_t'],
  ['/var/cache/', 'var_t'],
  ['/var/lib/', 'var_lib_t'],
  ['/var/log/', 'var_log_t'],
  ['/var/spool/', 'var_spool_t'],
] as const;
