import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Candidate,
  Grants,
  PROBES,
  type Probed,
  probeConfinement,
  probeName,
} from '../draft/index.ts';
import { moduleSource } from '../selinux/module/index.ts';
import {
  cached,
  compileModule,
  digest,
  type OpenTarget,
  ToolchainError,
} from '../targets/index.ts';
import { printable, quantity } from '../text/index.ts';
import type { Io } from './io.ts';
import { loadPolicy } from './load-policy.ts';
import { step } from './progress.ts';

/**
 * What each candidate grants on a target: each is compiled as a module of its own, all are linked into one policy, and there each domain is
 * compared with that of an empty module. One that the target's headers do not know is left out, and said.
 */
export async function probeCandidates(
  io: Io,
  target: OpenTarget,
  candidates: readonly Candidate[],
): Promise<readonly Probed[]> {
  const title = `what ${quantity(candidates.length, 'candidate')} would grant on ${target.title}`;
  return step(io, title, async () => {
    const modules = [{ name: `${probeName(0)}.pp`, bytes: (await moduleOf(target, 0))! }];
    const compiled: { candidate: Candidate; k: number }[] = [];
    for (const [i, candidate] of candidates.entries()) {
      const bytes = await moduleOf(target, i + 1, candidate);
      if (bytes === undefined) {
        io.err(
          `${io.errStyle.faint(`- left out: ${printable(candidate.source)}, which does not compile for ${target.title}`)}\n`,
        );
        continue;
      }
      modules.push({ name: `${probeName(i + 1)}.pp`, bytes });
      compiled.push({ candidate, k: i + 1 });
    }
    const { policy } = await target.link([], modules);
    const db = loadPolicy(io, policy);
    return compiled.map(({ candidate, k }) => ({
      candidate,
      grants: new Grants({ db, name: probeName(k), bare: probeName(0), foreign: PROBES }),
    }));
  });
}

/** The compiled module, kept by its text and what compiles it; undefined where the target refuses it. */
async function moduleOf(
  target: OpenTarget,
  k: number,
  candidate?: Candidate,
): Promise<Uint8Array | undefined> {
  const source = moduleSource(probeConfinement(k, candidate));
  const key = digest(JSON.stringify(source), target.packages.headers, target.flavour);
  const directory = await cached(`${target.id}/candidate-${key}`, async (place) => {
    try {
      const { pp } = await compileModule(target.compilers, source, target.flavour);
      writeFileSync(join(place, FILE), pp);
    } catch (error) {
      if (!(error instanceof ToolchainError)) throw error;
      // That it is refused is kept too.
    }
  });
  const file = join(directory, FILE);
  return existsSync(file) ? readFileSync(file) : undefined;
}

const FILE = 'module.pp';
