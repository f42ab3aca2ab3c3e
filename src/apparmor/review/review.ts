import type { ApparmorRequest, ApparmorTally } from '../../denials/index.ts';
import type { Tunable } from '../../description/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import { grantLines } from '../profile/index.ts';
import type { ProfileSubject } from '../prove/index.ts';
import { type Cover, covers } from '../query/index.ts';
import type { Given, Step } from './given.ts';
import { grantedLetters } from './granted-letters.ts';
import { type Broken, Ways } from './ways.ts';

/** A request that AppArmor refused, or would have, with what it means for the description. */
export interface ReviewedApparmor {
  readonly tally: ApparmorTally;
  readonly meaning: ApparmorMeaning;
  /** The rules that would grant it, whatever it means; empty where none is known. */
  readonly rules: readonly string[];
}

/**
 * - `forbidden`: granting it breaks nevers; it was an attack, or the description is wrong about the program.
 * - `granted`: this profile grants it, so the log is older, or of another profile.
 * - `tunable`: granted with a tunable of the description that is off; `nevers` are those that stand because it is.
 * - `silenced`: a rule of the profile refuses it without a record; it is seen where the kernel logs those as well.
 * - `unknown`: it cannot be judged.
 * - `open`: nothing grants it and no never forbids it, so the description must decide; `nevers` are those that what programs do next would break, and
 *   `unsaid` is what could not be said any more of nevers that hold.
 */
export type ApparmorMeaning =
  | { readonly kind: 'forbidden'; readonly nevers: readonly Broken[] }
  | { readonly kind: 'granted' }
  | { readonly kind: 'tunable'; readonly tunable: Tunable; readonly nevers: readonly Broken[] }
  | { readonly kind: 'silenced' }
  | { readonly kind: 'unknown'; readonly text: string }
  | {
      readonly kind: 'open';
      readonly nevers: readonly Broken[];
      readonly unsaid: readonly string[];
    };

/**
 * What each request means, in the order of the tallies. A request becomes the rules that would grant it, compiled alone: whether the profile grants it is
 * asked state by state, and which nevers it breaks is proved of what it adds, by itself and beside what the profile has.
 */
export async function reviewApparmor(
  given: Given,
  tallies: readonly ApparmorTally[],
): Promise<readonly ReviewedApparmor[]> {
  const asked = tallies.map((tally) => askedBy(given, tally));
  const ways = await Ways.of(
    given,
    asked.flatMap(({ steps }) => steps),
  );
  return asked.map(({ tally, steps, problem }) => ({
    tally,
    rules: steps.at(-1)?.wanted ?? [],
    meaning:
      problem === undefined
        ? meaningOf(given, ways, tally, steps)
        : { kind: 'unknown', text: problem },
  }));
}

interface Asked {
  readonly tally: ApparmorTally;
  /** What a child of complain mode asked for has the execution that made the child before it. */
  readonly steps: readonly Step[];
  readonly problem: string | undefined;
}

function askedBy({ subject }: Given, tally: ApparmorTally): Asked {
  const { profile: name, request } = tally;
  const [base, ...executed] = name.split('//null-');
  const profile = profileOf(subject, base!);
  const failed = (problem: string): Asked => ({ tally, steps: [], problem });
  if (name.startsWith(':'))
    return failed('a profile of a namespace, which may be another than the machine’s');
  if (name.includes('//&'))
    return failed('several profiles at once, any of which may have refused');
  if (profile === undefined) return failed(`the file has no profile ${base}`);
  if (request.kind === 'file' && !request.path.startsWith('/')) {
    const why = tally.info === undefined ? '' : ` (${tally.info})`;
    return failed(
      `no path led to the file${why}: rules go by paths, and attach_disconnected would take it for one below the root`,
    );
  }
  const steps: Step[] = [];
  for (const each of [...executed.map(executionOf), request]) {
    const wanted = grantLines(each);
    if (wanted === undefined || wanted.length === 0) return failed(`no rule for it is known here`);
    steps.push({ profile, wanted, had: hadOf(profile, each), next: nextOf(each) });
  }
  return { tally, steps, problem: undefined };
}

/** The program's own, or one of its children by the end of the name. */
function profileOf({ profiles }: ProfileSubject, name: string): CompiledProfile | undefined {
  const child = name.indexOf('//');
  const own = profiles[0]!;
  if (child < 0) return own;
  return profiles.find((each) => each.name === `${own.name}${name.slice(child)}`);
}

/** `/usr/bin/dash`, which complain mode made a profile of. */
function executionOf(path: string): ApparmorRequest {
  return { kind: 'file', path, letters: 'x', owner: undefined, target: undefined };
}

function hadOf(profile: CompiledProfile, request: ApparmorRequest): readonly string[] {
  if (request.kind !== 'file') return [];
  const letters = grantedLetters(profile, request);
  if (letters === '') return [];
  return grantLines({ ...request, letters, target: undefined }) ?? [];
}

/** A socket is made to be used, and the first refusal hides all that follow. */
function nextOf(request: ApparmorRequest): readonly string[] {
  if (request.kind !== 'socket' || !request.access.includes('create')) return [];
  return grantLines({ ...request, access: [] }) ?? [];
}

/** The first step that is not granted decides. */
function meaningOf(
  given: Given,
  ways: Ways,
  { info }: ApparmorTally,
  steps: readonly Step[],
): ApparmorMeaning {
  for (const step of steps) {
    const alone = ways.alone(step.wanted);
    if (alone === undefined) {
      return { kind: 'unknown', text: `the compiler does not take \`${step.wanted.join(' ')}\`` };
    }
    const cover = covers(step.profile, alone);
    if (cover === 'granted') continue;
    return missing(given, ways, step, alone, cover);
  }
  return info === undefined
    ? { kind: 'granted' }
    : { kind: 'unknown', text: `this profile grants it, and the kernel refused it: ${info}` };
}

function missing(
  { tunables }: Given,
  ways: Ways,
  step: Step,
  alone: CompiledProfile,
  cover: Cover,
): ApparmorMeaning {
  if (cover === 'too-large') return { kind: 'unknown', text: 'it is too large a question' };
  if (cover === 'denied') return { kind: 'silenced' };
  const { broken, unsaid } = ways.opened(step);
  const by = tunables.find(({ profile }) => covers(profile, alone) === 'granted');
  if (by !== undefined) return { kind: 'tunable', tunable: by.tunable, nevers: broken };
  if (broken.length > 0) return { kind: 'forbidden', nevers: broken };
  return { kind: 'open', nevers: ways.leadingTo(step), unsaid };
}
