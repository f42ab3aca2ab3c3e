import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { allow, type Confinement, confine } from '../../description/index.ts';
import type { Names } from '../../draft/index.ts';
import {
  debian13,
  type Image,
  type RecordedUnit,
  recordRuns,
  startLines,
  startQemu,
  wholePackages,
} from '../../lab/index.ts';
import { artefacts } from '../../selinux/module/index.ts';
import { ToolchainError } from '../../targets/index.ts';
import { printable, quantity } from '../../text/index.ts';
import type { Io } from '../io.ts';
import { ownersOf } from '../label-owners.ts';
import { step } from '../progress.ts';
import { UsageError } from '../verb.ts';
import { writeWhole } from '../write-file.ts';
import { type ProgramMeant, programMeant, type Sources } from './gather-evidence.ts';
import type { LabPlan } from './lab-plan.ts';

/** What came out of the lab, as files to draft from. */
export interface LabSources {
  readonly sources: Sources;
  /** Removes what was not to be kept. */
  dispose(): void;
}

/**
 * Installs the package in the guest, runs its service or the command as often as is wanted, and leaves a log and a trace of each run. Everything that can be
 * refused is, before anything boots: by `refuse` where the module's name cannot be had. Throws UsageError, MachineError, ToolchainError.
 */
export async function runInLab(
  io: Io,
  plan: LabPlan,
  names: Names,
  refuse: (name: string) => void,
): Promise<LabSources> {
  const image = await step(io, 'image debian-13', () => debian13());
  const packages = await step(
    io,
    `packages ${plan.packages.map((one) => basename(one)).join(', ')}`,
    () => fetched(image, plan.packages),
  );
  const sources = { ...plan.sources, package: packages.named };
  const meant = await programMeant(io, sources, names);
  refuse(meant.name);
  refuseUnpackaged(meant);
  refuseLabelled(meant, names);
  const unit = unitOf(plan, meant);
  const machine = await step(io, 'machine debian-13', () =>
    startQemu(image, { progress: (what) => io.err(`${printable(what)}\n`) }),
  );
  try {
    const started = performance.now();
    const runs = await recordRuns({
      machine,
      packages: packages.all,
      executable: meant.file,
      module: domainAlone(meant, unit !== undefined),
      unit,
      command: plan.command,
      files: plan.files.map((file) => ({ name: basename(file), bytes: readFileSync(file) })),
      runs: plan.runs,
      progress: (what) => {
        const time = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
        io.err(`${io.errStyle.faint(`${time} s`)}  ${printable(what)}\n`);
      },
    });
    const notes = runs.flatMap((run, i) => run.notes.map((note) => `run-${i + 1}: ${note}`));
    for (const note of notes) io.err(`${printable(note)}\n`);
    return written(plan, sources, runs, notes);
  } finally {
    await machine.stop();
  }
}

/** Throws UsageError for a package that the distribution has not. */
async function fetched(image: Image, named: readonly string[]): ReturnType<typeof wholePackages> {
  try {
    return await wholePackages(image, named);
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    const [, unknown] = /Unable to locate package (\S+)/.exec(error.output) ?? [];
    const [, virtual] =
      /Package '?([^\s']+)'? has no installation candidate/.exec(error.output) ?? [];
    const none = unknown ?? virtual;
    if (none === undefined) throw error;
    throw new UsageError(`Debian 13 has no package \`${none}\``, 'name another, or give its .deb');
  }
}

function refuseUnpackaged({ file, executable, packaged }: ProgramMeant): void {
  const there =
    packaged?.links.has(executable) || packaged?.executables.some(({ path }) => path === file);
  if (there) return;
  throw new UsageError(
    `the package \`${packaged?.name}\` has no program \`${executable}\``,
    `it has ${packaged?.executables.map(({ path }) => path).join(', ')}`,
  );
}

/** Where the distribution labels the program, the service manager and users start it in that module's domain, whatever ours says. */
function refuseLabelled({ file, name }: ProgramMeant, names: Names): void {
  const type = names.type(file, 'file');
  if (type === undefined || type === 'bin_t') return;
  const known = ownersOf(file).find((one) => one.type === type);
  const domain = known?.domains[0];
  throw new UsageError(
    `the distribution labels \`${file}\` ${type}${domain === undefined ? '' : `, the way into ${domain}`}, so that the lab cannot run it in a domain of its own`,
    `${domain === undefined ? '' : `confine explain --domain ${domain} says what it may do there; `}a draft without --lab, from --trace, stands for ${name} at another path`,
  );
}

/** The service to run; undefined where the command is what runs the program. Throws UsageError where nothing does. */
function unitOf(plan: LabPlan, meant: ProgramMeant): RecordedUnit | undefined {
  const services = meant.units.filter(({ name }) => name.endsWith('.service'));
  const put = ({ name }: { name: string }): boolean =>
    (plan.sources.unit ?? []).some((file) => basename(file) === name);
  if (plan.unit !== undefined) {
    const template = plan.unit.replace(/@.*\.service$/, '@.service');
    const found = services.find(({ name }) => name === plan.unit || name === template);
    if (found === undefined) {
      throw new UsageError(
        `the package has no unit \`${plan.unit}\``,
        services.length === 0
          ? 'give the unit as a file, or what to run: --lab-command'
          : `it has ${services.map(({ name }) => name).join(', ')}`,
      );
    }
    return { name: plan.unit, text: found.text, put: false };
  }
  const direct = services.filter(({ text }) =>
    startLines(text).some(({ program }) => basename(program) === basename(meant.executable)),
  );
  const [found] = direct;
  if (found === undefined) {
    if (plan.command !== undefined) return undefined;
    throw new UsageError(
      `no unit starts \`${meant.executable}\`, so that the lab does not know what to run`,
      `say it: --lab-command '${basename(meant.executable)} …'${services.length === 0 ? '' : `, or --unit ${services[0]!.name} if that starts it by a script`}`,
    );
  }
  if (found.name.endsWith('@.service')) {
    throw new UsageError(
      `\`${found.name}\` is a template`,
      `say which instance the lab is to start: --unit ${found.name.replace('@.', '@NAME.')}`,
    );
  }
  return { name: found.name, text: found.text, put: put(found) };
}

/** A module with the program's label and the way into its domain, and nothing that it may do there. */
function domainAlone(
  { name, file, executable, packaged }: ProgramMeant,
  isService: boolean,
): Parameters<typeof recordRuns>[0]['module'] {
  const confinement: Confinement = confine({
    name,
    title: 'a program whose domain is granted nothing',
    version: '1.0.0',
    released: '2026-01-01',
    program: {
      name: basename(executable),
      version: packaged?.version || '1',
      homepage: 'https://example.org/',
      executables: [file],
    },
    rollout: 'permissive',
    tunables: [],
    may: [
      {
        name: 'start',
        title: 'Start',
        entries: [isService ? { from: 'service' } : { from: 'user', prefix: 'unconfined' }],
        // The service manager starts a tracer, like a script, in the domain of scripts: the program is executed from there.
        blocks: isService
          ? [
              {
                why: 'The service manager starts the tracer.',
                selinux: [
                  // The tracer's descriptors, which the program was given and did not ask for.
                  allow('initrc_t', 'fd', 'use'),
                  {
                    kind: 'type-transition',
                    parent: 'own:exec',
                    result: 'self',
                    classes: ['process'],
                    source: 'initrc_t',
                  },
                ],
              },
            ]
          : [],
      },
    ],
    never: [],
    residuals: [],
  });
  const { domain, executableType } = confinement;
  const cil = artefacts(confinement).find(({ role }) => role === 'cil')!.text;
  return { name, domain, executableType, cil };
}

/** Kept are the packages too: what is installed here may be another release of them. */
function written(
  { keep, runs }: LabPlan,
  sources: Sources,
  recorded: Awaited<ReturnType<typeof recordRuns>>,
  questions: readonly string[],
): LabSources {
  const directory = keep ?? mkdtempSync(join(tmpdir(), 'confine-draft-'));
  mkdirSync(directory, { recursive: true });
  const files = (kind: string): string[] =>
    Array.from({ length: runs }, (_, i) => join(directory, `run-${i + 1}.${kind}`));
  const [log, trace] = [files('log'), files('strace')];
  for (const [i, run] of recorded.entries()) {
    writeWhole(log[i]!, run.log);
    writeWhole(trace[i]!, run.trace);
  }
  if (keep !== undefined) {
    for (const deb of sources.package!)
      writeWhole(join(directory, basename(deb)), readFileSync(deb));
  }
  return {
    sources: { ...sources, log, trace, questions },
    dispose: () => {
      if (keep === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What a person is told of a directory that was kept: how to draft from it again. */
export function keptWords(shown: string, plan: LabPlan): string {
  return `kept     ${shown}: ${quantity(plan.runs, 'run')}; draft from it again with --package ${shown}/*.deb --log ${shown}/run-*.log --trace ${shown}/run-*.strace`;
}
