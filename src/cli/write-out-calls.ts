import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Confinement, InterfaceCall } from '../description/index.ts';
import { linesOfModule } from '../selinux/facts/index.ts';
import {
  type CompiledCall,
  compiledFrom,
  learnCalls,
  linesOnFedora,
  probeOfCall,
  unwrittenCalls,
} from '../selinux/module/index.ts';
import {
  basePolicy,
  cached,
  compileModule,
  type Distribution,
  digest,
  distribution,
  headerInterfaces,
  TARGETS,
  ToolchainError,
} from '../targets/index.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { loadPolicy } from './load-policy.ts';
import { step } from './progress.ts';

/**
 * Asks the compilers of both Debian releases what those calls of a description grant that nobody has written down, so that its .cil can be written.
 * Where they cannot be had, that is left to whoever needs the .cil to say.
 */
export async function writeOutCalls(io: Io, confinement: Confinement): Promise<void> {
  const calls = unwrittenCalls(confinement);
  if (calls.length === 0) return;
  const what = calls.length === 1 ? `\`${calls[0]!.name}\`` : `${calls.length} interfaces`;
  try {
    await step(io, `what ${what} of the policy grants, for the .cil`, async () =>
      learnCalls(confinement, await compileCalls(io, calls)),
    );
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
  }
}

/** What each of these calls comes to on Debian 12 and 13, as their compilers have it, and on Fedora, as far as it is known. */
export async function compileCalls(
  io: Io,
  calls: readonly InterfaceCall[],
): Promise<readonly CompiledCall[]> {
  const facts = fedoraFacts();
  const found: CompiledCall[] = [];
  for (const call of calls) {
    const lines = new Map<string, ReadonlySet<string> | 'unknown'>();
    let writable = true;
    for (const { id } of TARGETS) {
      const here = await linesOn(io, await distribution(id), call);
      if (here === 'none') continue;
      if (here === undefined) writable = false;
      else lines.set(id, new Set(here));
    }
    const fedora = linesOnFedora(call, facts);
    if (fedora !== undefined) lines.set('fedora', fedora);
    if (writable && lines.size > 0) found.push(compiledFrom(call, lines));
  }
  return found;
}

/** The lines of a call on one release: `none` where it has no such interface, undefined for lines that stand in no other module. */
async function linesOn(
  io: Io,
  dist: Distribution,
  call: InterfaceCall,
): Promise<readonly string[] | 'none' | undefined> {
  const parameters = headerInterfaces(dist).get(call.name);
  if (parameters === undefined && !/_pattern$/.test(call.name)) return 'none';
  const probe = probeOfCall(call);
  const base = await basePolicy(dist);
  const key = `calls/${digest(dist.root, base.policy, probe.te)}`;
  const directory = await cached(key, async (partial) => {
    const { types } = loadPolicy(io, base.policy);
    const cil = await probeCil(dist, probe);
    const lines = linesOfModule(cil, (name) => types.ids.has(name));
    writeFileSync(join(partial, 'lines.json'), JSON.stringify(lines?.map(withParameters) ?? null));
  });
  const lines = JSON.parse(readFileSync(join(directory, 'lines.json'), 'utf8')) as string[] | null;
  return lines ?? undefined;
}

/** `probe_1_2_t`, the second type of the call, is `$2`. */
function withParameters(line: string): string {
  return line.replace(/\bprobe_1_(\d+)_t\b/g, '$$$1');
}

async function probeCil(
  dist: Distribution,
  probe: Parameters<typeof compileModule>[1],
): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    const file = join(work, 'probe.pp');
    writeFileSync(file, (await compileModule(dist, probe)).pp);
    return (await dist.run('pp', [file])).stdout;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
