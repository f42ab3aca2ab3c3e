import {
  type CompiledProfile,
  type ExecMode,
  execModeOf,
  granted,
  PERM,
  permissionsOf,
} from '../compiled/index.ts';
import { fileRules } from './path.ts';
import { type PathWitness, pathWitness } from './witness.ts';

/** One thing that executing can do, with a shortest path that does it. */
export interface Execution {
  readonly mode: ExecMode;
  /** Undefined where none was found within the limits of the search. */
  readonly example: PathWitness | undefined;
}

/** What a profile may execute, one for each mode and target, those that leave it for no profile first. */
export function executions(profile: CompiledProfile): readonly Execution[] {
  const found = fileRules(profile);
  if (found === undefined) return [];
  const { rules } = found;
  const indexes = new Set<number>();
  for (let state = 1; state < rules.dfa.states; state++) {
    const { owner, other } = permissionsOf(rules, state);
    for (const each of [owner, other]) {
      if ((granted(each) & PERM.exec) !== 0) indexes.add(each.xindex);
    }
  }
  return [...indexes].flatMap((index) => {
    const example = pathWitness(
      profile,
      (allow, xindex) => (allow & PERM.exec) !== 0 && xindex === index,
    );
    // No name of a file leads there: the second half of a link's pair, say.
    if (example === undefined) return [];
    return {
      mode: execModeOf(index, rules.names),
      example: example === 'too-large' ? undefined : example,
    };
  });
}

/** The mode as a rule writes it, with the target: `Px -> other`, `ix`, `Cux`. */
export function execModeText({ to, target, otherwise, unsafe }: ExecMode): string {
  const letter = { profile: 'p', child: 'c', named: 'p', none: '' }[to];
  const fallback = { inherit: 'i', unconfined: 'u', none: '' }[otherwise ?? 'none'];
  const letters = unsafe ? `${letter}${fallback}` : `${letter}${fallback}`.replace(/[pcu]/g, upper);
  const written = letters === '' ? 'refused' : `${letters}x`;
  return target === undefined ? written : `${written} -> ${target.split('\0').join(', ')}`;
}

function upper(letter: string): string {
  return letter.toUpperCase();
}
