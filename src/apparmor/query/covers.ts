import {
  type CompiledProfile,
  classStart,
  granted,
  NO_STATE,
  nextState,
  type Permissions,
  permissionsOf,
  type Rules,
} from '../compiled/index.ts';
import { grantsCapability } from './capabilities.ts';
import { fileRules } from './path.ts';

/**
 * Whether a profile grants all that another one does, state by state of the compiled automata: `granted`, or the least that comes in between. `denied`:
 * explicit rules refuse all that is missing. `too-large`: there are too many pairs of states to say.
 */
export type Cover = 'granted' | 'missing' | 'denied' | 'too-large';

/** Both have to be compiled by one compiler for the same features. */
export function covers(profile: CompiledProfile, wanted: CompiledProfile): Cover {
  const missing: Lack[] = [];
  const [files, wantedFiles] = [fileRules(profile), fileRules(wanted)];
  const parts: [Place | undefined, Place][] = [];
  if (wantedFiles !== undefined) parts.push([files, wantedFiles]);
  for (let number = FIRST_CLASS; number < CLASSES_AT_MOST; number++) {
    const start = classStart(wanted.classes, number);
    if (start === NO_STATE) continue;
    const own = classStart(profile.classes, number);
    parts.push([
      own === NO_STATE ? undefined : { rules: profile.classes!, start: own },
      { rules: wanted.classes!, start },
    ]);
  }
  for (const [has, wants] of parts) {
    if (!walk(has, wants, missing)) return 'too-large';
  }
  for (let number = 0; number < CAPABILITIES_AT_MOST; number++) {
    if (grantsCapability(wanted, number) && !grantsCapability(profile, number)) {
      missing.push(
        ((profile.capabilities.quiet >> BigInt(number)) & 1n) === 1n ? 'denied' : 'no rule',
      );
    }
  }
  if (missing.length === 0) return 'granted';
  return missing.every((lack) => lack === 'denied') ? 'denied' : 'missing';
}

type Lack = 'denied' | 'no rule';

interface Place {
  readonly rules: Rules;
  readonly start: number;
}

/** After files, of which `fileRules` knows where they are. */
const FIRST_CLASS = 3;
const CLASSES_AT_MOST = 256;
const CAPABILITIES_AT_MOST = 64;
const MOST_PAIRS = 200_000;

/** Puts together what is missing of every pair of states that one text leads to; false where there are too many. */
function walk(has: Place | undefined, wants: Place, missing: Lack[]): boolean {
  const seen = new Set<number>();
  const open: [number, number][] = [[has?.start ?? NO_STATE, wants.start]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [own, other] = pair;
    compare(has, own, wants, other, missing);
    for (let byte = 0; byte < 256; byte++) {
      const next = nextState(wants.rules.dfa, other, byte);
      if (next === NO_STATE) continue;
      const at = own === NO_STATE ? NO_STATE : nextState(has!.rules.dfa, own, byte);
      const key = at * wants.rules.dfa.states + next;
      if (seen.has(key)) continue;
      if (seen.size >= MOST_PAIRS) return false;
      seen.add(key);
      open.push([at, next]);
    }
  }
  return true;
}

function compare(
  has: Place | undefined,
  own: number,
  wants: Place,
  other: number,
  missing: Lack[],
): void {
  const wanted = permissionsOf(wants.rules, other);
  const grant = has === undefined || own === NO_STATE ? undefined : permissionsOf(has.rules, own);
  for (const half of ['owner', 'other'] as const) {
    const lacks = (granted(wanted[half]) & ~bitsOf(grant?.[half])) >>> 0;
    if (lacks === 0) continue;
    const refused = grant === undefined ? 0 : grant[half].deny | grant[half].quiet;
    missing.push((lacks & ~refused) === 0 ? 'denied' : 'no rule');
  }
}

function bitsOf(permissions: Permissions | undefined): number {
  return permissions === undefined ? 0 : granted(permissions);
}
