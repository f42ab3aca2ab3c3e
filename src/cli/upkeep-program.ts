import type { Scenario, Suite } from '../description/index.ts';
import { olderThan } from '../lab/index.ts';
import { labelOf } from '../selinux/file-contexts/index.ts';
import type { PolicyTarget } from '../targets/index.ts';
import {
  accessOf,
  type Baseline,
  type Concerns,
  comparePrograms,
  compareRequests,
  type PathAnswer,
  type ProgramRelease,
  programFacts,
  standingOf,
  typeNames,
} from '../upkeep/index.ts';
import { pattern } from './commands/lab.ts';
import { examineTargets } from './examine-targets.ts';
import type { Io } from './io.ts';
import type { Profile } from './load-profile.ts';
import { loadRelease } from './load-program.ts';
import { loadSuite } from './load-suite.ts';
import { step } from './progress.ts';
import { usualTarget } from './targets.ts';
import { recordedRequests } from './upkeep-lab.ts';
import type { UpkeepPart } from './upkeep-report.ts';
import { UsageError } from './verb.ts';

interface ProgramOptions {
  readonly program: string;
  readonly from?: string;
  readonly lab?: true;
  readonly only?: string;
}

/** What a new release of the program asks for: hints from its bytes, and with `lab` what it asked for while its scenarios ran. */
export async function programParts(
  io: Io,
  profile: Profile,
  options: ProgramOptions,
  concerns: Concerns,
): Promise<UpkeepPart[]> {
  const suite = await loadSuite(io, profile);
  const old = options.from ?? ownRelease(suite);
  const load = (named: string): Promise<ProgramRelease> =>
    step(io, `the program ${named}`, () => loadRelease(io, profile.confinement, suite, named));
  // First what was typed: the other may have to be built, for minutes, before a mistake is told.
  const now = await load(options.program);
  const before = await load(old);
  const target = usualTarget(io);
  const ground = await examined(io, profile, target);
  const findings = await step(io, 'what the two releases have in them', () =>
    comparePrograms(
      profile.confinement,
      programFacts(before),
      programFacts(now),
      concerns,
      ground.ask,
      ground.calls,
    ),
  );
  const parts: UpkeepPart[] = [
    {
      id: 'program',
      title: `${profile.confinement.program.name}, by its bytes`,
      before: before.title,
      now: now.title,
      findings,
      notes: [
        `hints, and no proof: what it asks for the scenarios show; labels are those of ${target.title}`,
      ],
    },
  ];
  if (options.lab)
    parts.push(await inTheLab(io, profile, suite, { before, now }, options, ground, concerns));
  return parts;
}

function ownRelease({ program }: Suite): string {
  if (program.from === 'crates.io') return program.version;
  throw new UsageError(
    `${program.path} comes from the distribution, so nobody knows the release before`,
    'name it with `--from`: a package or a binary',
  );
}

interface Ground {
  readonly ask: (path: string) => PathAnswer | undefined;
  readonly calls: Baseline['calls'];
  readonly standing: ReturnType<typeof standingOf>;
  readonly namesOf: (type: string) => readonly string[];
}

async function examined(io: Io, profile: Profile, target: PolicyTarget): Promise<Ground> {
  const [column] = await examineTargets(io, profile, [target]);
  const { db, fileContexts } = column!.set;
  // A policy of a target has its own.
  const contexts = fileContexts!;
  const allows = accessOf(db, profile.confinement.domain);
  return {
    calls: (await column!.baseline()).calls,
    standing: standingOf(db, profile.confinement.domain),
    namesOf: typeNames(db),
    ask(path) {
      // What the kernel makes has its label from the kernel.
      if (/^\/(proc|sys|dev)(\/|$)/.test(path)) return undefined;
      const asFile = labelOf(contexts, path, 'file');
      const asDirectory = labelOf(contexts, path, 'dir');
      // Nobody knows which it is: a label for directories alone says so.
      const kind = asDirectory.winner?.kind === 'dir' ? 'dir' : 'file';
      const type = (kind === 'dir' ? asDirectory : asFile).context?.type;
      if (type === undefined) return undefined;
      const access = `${type}:${kind}`;
      return { type, access, readable: allows(access, ['read', 'open']) };
    },
  };
}

/** The scenarios that make sense permissive: those that are run so, and those that only the new release has. */
function scenariosOf(suite: Suite, release: string, only: RegExp | undefined): readonly Scenario[] {
  const program =
    suite.program.from === 'crates.io' ? { ...suite.program, version: release } : suite.program;
  return suite.scenarios
    .filter(({ id }) => only?.test(id) ?? true)
    .filter(({ modes, since }) => modes.includes('permissive') || since !== undefined)
    .filter(({ since }) => !olderThan(program, since));
}

async function inTheLab(
  io: Io,
  profile: Profile,
  suite: Suite,
  { before, now }: { readonly before: ProgramRelease; readonly now: ProgramRelease },
  options: ProgramOptions,
  ground: Ground,
  concerns: Concerns,
): Promise<UpkeepPart> {
  const only = pattern(options.only, suite);
  const version = (release: ProgramRelease): string =>
    / (\d+\.\d+\.\d+)$/.exec(release.title)?.[1] ??
    (suite.program.from === 'crates.io' ? suite.program.version : '');
  const recordings = [before, now].map((release) => ({
    release,
    scenarios: scenariosOf(suite, version(release), only),
  }));
  if (recordings.some(({ scenarios }) => scenarios.length === 0)) {
    throw new UsageError(
      `no scenario that both releases have matches \`--only ${options.only}\``,
      `they are ${scenariosOf(suite, version(now), undefined)
        .map(({ id }) => id)
        .join(', ')}`,
    );
  }
  const [was, is] = await recordedRequests(io, profile, givenProgram(suite), recordings);
  return {
    id: 'requests',
    title: `${profile.confinement.program.name}, by what it asked for in the lab`,
    before: was!.requests.title,
    now: is!.requests.title,
    findings: compareRequests(profile.confinement, was!.requests, is!.requests, ground, concerns),
    notes: [...was!.notes, ...is!.notes],
    recorded: [was!.requests, is!.requests],
  };
}

/** The suite with the program that is given: the distribution's own must not be copied over it. */
function givenProgram(suite: Suite): Suite {
  const { program } = suite;
  if (program.from === 'crates.io') return suite;
  const { copyOf: _, ...rest } = program;
  return { ...suite, program: rest };
}
