import type { Confinement, Scenario, Statement, Suite } from '../description/index.ts';
import {
  debian13,
  type ModuleFiles,
  probeBinary,
  recordRequests,
  startQemu,
} from '../lab/index.ts';
import { moduleSource, permissiveModule } from '../selinux/module/index.ts';
import { printable } from '../text/index.ts';
import {
  mergedRequests,
  type ProgramRelease,
  type Request,
  type Requests,
} from '../upkeep/index.ts';
import type { Io } from './io.ts';
import type { Profile } from './load-profile.ts';
import { moduleFiles, probeSource } from './load-suite.ts';
import { step } from './progress.ts';
import { UsageError } from './verb.ts';

/** A release with the scenarios that it is to run. */
export interface Recording {
  readonly release: ProgramRelease;
  readonly scenarios: readonly Scenario[];
}

/** Runs each release's scenarios in a guest, in a permissive domain that is granted nothing by name, and gives what it asked for. */
export async function recordedRequests(
  io: Io,
  profile: Profile,
  suite: Suite,
  recordings: readonly Recording[],
): Promise<readonly { readonly requests: Requests; readonly notes: readonly string[] }[]> {
  const programs = recordings.map(({ release, scenarios }) => ({
    title: release.title,
    program: binaryOf(release),
    scenarios,
  }));
  const probe = await step(io, 'the attack program', () =>
    probeBinary(probeSource(profile, suite)),
  );
  const machine = await step(io, 'machine debian-13', async () =>
    startQemu(await debian13(), { progress: (what) => io.err(`${printable(what)}\n`) }),
  );
  try {
    const started = performance.now();
    const recorded = await recordRequests({
      machine,
      confinement: profile.confinement,
      suite,
      module: { ...moduleFiles(profile), ...grantingNothing(profile.confinement) },
      probe,
      programs,
      duration: SESSION_SECONDS,
      progress: (what) => {
        const time = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
        io.err(`${io.errStyle.faint(`${time} s`)}  ${printable(what)}\n`);
      },
    });
    return [...recorded].map(([title, scenarios]) => ({
      requests: {
        title,
        scenarios: scenarios.map(({ scenario }) => scenario),
        requests: mergedRequests(
          scenarios.flatMap(({ scenario, denials }) =>
            denials.map(
              ({ source, target, tclass, permissions, path }): Request => ({
                scenario,
                target: target.type === source.type ? 'self' : target.type,
                tclass,
                permissions,
                ...(path === undefined ? {} : { path }),
              }),
            ),
          ),
        ),
      },
      notes: scenarios.flatMap(({ scenario, problems }) =>
        problems.map((problem) => `${title}, ${scenario}: ${problem}`),
      ),
    }));
  } finally {
    await machine.stop();
  }
}

const SESSION_SECONDS = 10;

function binaryOf({ binaries, title }: ProgramRelease): Uint8Array {
  const [binary] = binaries;
  if (binary !== undefined) return binary.bytes;
  throw new UsageError(
    `\`${title}\` has no program that could run in the lab`,
    'give a release, a binary or a package',
  );
}

/** The module with its types, labels and entries, and without every rule that grants the domain something or hides what it asks for. */
export function grantingNothing(confinement: Confinement): Pick<ModuleFiles, 'te' | 'permissive'> {
  const stays = ({ kind }: Statement): boolean => kind === 'type-transition';
  const bare = {
    ...confinement,
    may: confinement.may.map((ability) => ({
      ...ability,
      blocks: ability.blocks
        .map((block) => ({ ...block, selinux: block.selinux.filter(stays) }))
        .filter(({ selinux }) => selinux.length > 0),
    })),
  };
  const { domain } = confinement;
  return {
    te: moduleSource(bare).te,
    permissive: [{ domain, text: permissiveModule(confinement).text }],
  };
}
