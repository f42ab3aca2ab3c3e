import { type Automaton, literally, shortestCommon, wholeMatch } from '../../patterns/index.ts';
import { type CompiledProfile, granted, PERM, permissionsOf } from '../compiled/index.ts';
import { type Execution, execModeText, executions, fileRules, machineOf } from '../query/index.ts';
import { emptyFinding, type Finding } from './verdict.ts';

/** Every profile of the file that a program can come to run in, from its own on, and how it gets out of all of them. */
export interface Reach {
  readonly profiles: readonly CompiledProfile[];
  readonly finding: Finding;
}

/**
 * A never is about what the program does and what becomes of it: execution and change_profile lead to other profiles, hats can be entered at
 * will, and a profile that is not enforced refuses nothing.
 */
export function reachOf(own: CompiledProfile, file: readonly CompiledProfile[]): Reach {
  const reached = new Set<CompiledProfile>([own]);
  const finding = emptyFinding();
  for (const profile of reached) {
    noteMode(profile, finding);
    if (profile.mode === 'unconfined') continue;
    for (const next of [
      ...hatsOf(profile, file),
      ...executed(profile, file, finding),
      ...changedTo(profile, file, finding),
    ]) {
      reached.add(next);
    }
  }
  return { profiles: [...reached], finding };
}

function noteMode({ name, mode }: CompiledProfile, { ways }: Finding): void {
  if (mode === 'complain')
    ways.push(`profile ${name} is in complain mode: it refuses nothing but what deny rules name`);
  if (mode === 'unconfined') ways.push(`profile ${name} is unconfined: it refuses nothing`);
  if (mode === 'prompt') ways.push(`profile ${name} asks a person, who may grant anything`);
}

export function hatsOf(
  profile: CompiledProfile,
  file: readonly CompiledProfile[],
): CompiledProfile[] {
  return childrenOf(profile, file).filter(({ hat }) => hat);
}

function childrenOf(
  { name }: CompiledProfile,
  file: readonly CompiledProfile[],
): CompiledProfile[] {
  return file.filter((each) => each.name.startsWith(`${name}//`));
}

function executed(
  profile: CompiledProfile,
  file: readonly CompiledProfile[],
  finding: Finding,
): CompiledProfile[] {
  return executions(profile).flatMap((execution) => {
    const { mode } = execution;
    if (mode.otherwise === 'unconfined') {
      finding.ways.push(`${executionSentence(profile, execution)}: it goes on without any profile`);
    }
    if (mode.to === 'none') return [];
    if (mode.to === 'child') return childrenOf(profile, file);
    if (mode.to === 'profile') {
      finding.reasons.push(
        `${executionSentence(profile, execution)}: it goes on in whichever profile attaches to that path`,
      );
      return [];
    }
    return (mode.target ?? '').split('\0').flatMap((target) => {
      // A stacked profile can only take away.
      if (target.startsWith('&')) return [];
      const found = file.find(({ name }) => name === target);
      if (found !== undefined) return [found];
      if (target === 'unconfined') {
        finding.ways.push(
          `${executionSentence(profile, execution)}: it goes on without any profile`,
        );
      } else {
        finding.reasons.push(
          `${executionSentence(profile, execution)}: it goes on in profile ${target}, which this file has not`,
        );
      }
      return [];
    });
  });
}

export function executionSentence({ name }: CompiledProfile, { mode, example }: Execution): string {
  return `profile ${name} executes ${example?.path ?? 'something'} as ${execModeText(mode)}`;
}

function changedTo(
  profile: CompiledProfile,
  file: readonly CompiledProfile[],
  finding: Finding,
): CompiledProfile[] {
  const grants = (name: string): boolean =>
    nameToChangeTo(profile, [], exactly(name)) !== undefined;
  if (grants('unconfined')) {
    finding.ways.push(`profile ${profile.name} may change to unconfined: change_profile`);
  }
  const others = nameToChangeTo(profile, ['unconfined', ...file.map(({ name }) => name)]);
  if (others !== undefined) {
    finding.reasons.push(
      `profile ${profile.name} may change to profiles that this file has not, as \`${others}\`: change_profile`,
    );
  }
  return file.filter(({ name }) => grants(name));
}

/**
 * A name that change_profile may change to, now or at the next execution, besides some; undefined if there is none. It is granted in the rules for
 * files, where a name stands like a path. One that begins with `&` is stacked upon the profile, and can only take away.
 */
export function nameToChangeTo(
  profile: CompiledProfile,
  besides: readonly string[],
  within?: Automaton,
): string | undefined {
  const found = fileRules(profile);
  if (found === undefined) return undefined;
  const { rules, start } = found;
  const machine = machineOf(rules, start, (state) => {
    const { owner, other } = permissionsOf(rules, state);
    return ((granted(owner) | granted(other)) & PERM.changeProfile) !== 0;
  });
  const name = shortestCommon(
    { ...(within !== undefined && { within }), without: [STACKED, ...besides.map(exactly)] },
    machine,
  );
  if (name === undefined) return undefined;
  return name === 'too-large' ? 'others' : new TextDecoder().decode(name);
}

function exactly(name: string): Automaton {
  return wholeMatch(literally(name));
}

const STACKED: Automaton = wholeMatch('&.*');
