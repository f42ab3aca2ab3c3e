import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  type Evidence,
  type Names,
  plainPath,
  readTrace,
  readUnit,
  type Sighting,
  type UnitFacts,
} from '../../draft/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { elfFacts } from '../../upkeep/index.ts';
import type { Io } from '../io.ts';
import { ownersOf } from '../label-owners.ts';
import { UsageError } from '../verb.ts';
import { type Read, readLog } from './read-log.ts';
import { type PackageFacts, readPackages } from './read-package.ts';

export interface Sources {
  readonly name?: string;
  readonly package?: readonly string[];
  readonly unit?: readonly string[];
  readonly log?: readonly string[];
  readonly trace?: readonly string[];
  readonly program?: string;
  /** What is to be asked besides. */
  readonly questions?: readonly string[];
}

/** Refuses what cannot be read or names no program, before anything is fetched for it. */
export function refuseSources(io: Io, sources: Sources): void {
  const { name, program, package: packaged, unit = [], log = [], trace = [] } = sources;
  if ([name, program, packaged].every((given) => given === undefined) && unit.length === 0) {
    throw new UsageError(NAMELESS.message, NAMELESS.hint);
  }
  for (const file of [...unit, ...log, ...trace]) statSync(resolve(io.cwd, file));
}

const NAMELESS = {
  message: 'no program was named',
  hint: 'name it: --package NAME, --program FILE, --unit FILE or --name NAME',
};

/** Everything that was named, read into one value. Throws UsageError where no program can be told from it. */
export async function gatherEvidence(io: Io, sources: Sources, names: Names): Promise<Evidence> {
  const meant = await programMeant(io, sources, names);
  const { name, executable, file, packaged, units, place } = meant;
  const program = { name, executable: file, command: basename(executable) };
  const runs = runsOf(io, sources);
  const logs: Read[] = [];
  for (const log of sources.log ?? []) logs.push(await readLog(io, log, runs.of(log), program));
  const traces = (sources.trace ?? []).map((trace) =>
    readTraceFile(io, trace, runs.of(trace), basename(executable), names),
  );
  // A package's own file is the one that it installs, whatever lies at that path here.
  const bytes =
    packaged?.executables.find(({ path }) => path === file)?.bytes ??
    (sources.program === undefined ? undefined : readFileSync(resolve(io.cwd, sources.program)));
  const elf = bytes && elfFacts(bytes);
  const unit = startingUnit(units, executable);
  return {
    name,
    program: {
      name: basename(executable),
      title: plainTitle(packaged?.summary ?? `what ${basename(executable)} is, in a few words`),
      version: packaged?.version || '1.0',
      homepage: packaged?.homepage || `https://example.org/${name}`,
      executables: [place.path],
    },
    runs: runs.names,
    sightings: [
      ...[...logs, ...traces].flatMap(({ sightings }) => sightings),
      ...units.flatMap(({ sightings }) => sightings.map((one) => ({ ...one, run: undefined }))),
      ...(packaged?.capabilities ?? []).flatMap((words) => fileCapabilities(words)),
    ],
    unit,
    service: unit === undefined ? undefined : serviceOf(unit, units),
    imports: elf?.imports,
    questions: [
      ...place.questions,
      ...(file === executable
        ? []
        : [
            `${executable} is a link to ${file}, which is what the kernel asks the label of: all names of it start in this domain. Are they one program?`,
          ]),
      ...scriptQuestions(file, bytes),
      ...[...logs, ...traces, ...units].flatMap(({ questions }) => questions),
      ...(sources.questions ?? []),
    ],
  };
}

/** Which program the sources are about, and what starts it. */
export interface ProgramMeant {
  /** The module's name. */
  readonly name: string;
  /** As it is called, and the file that this is or leads to. */
  readonly executable: string;
  readonly file: string;
  readonly packaged: PackageFacts | undefined;
  readonly units: readonly (UnitFacts & { readonly name: string; readonly text: string })[];
  /** Where the draft has it: another place, where the policy labels its own for another module. */
  readonly place: { readonly path: string; readonly questions: readonly string[] };
}

/** Throws UsageError where none can be told. */
export async function programMeant(io: Io, sources: Sources, names: Names): Promise<ProgramMeant> {
  const packaged =
    sources.package === undefined ? undefined : await readPackages(io, sources.package);
  const units = [
    ...(packaged?.units ?? []),
    ...(sources.unit ?? []).map((file) => ({
      name: basename(file),
      text: readFileSync(resolve(io.cwd, file), 'utf8'),
    })),
  ].map(({ name, text }) => ({ name, text, ...readUnit(name, text, names) }));
  const executable = executableOf(
    sources,
    packaged,
    units.flatMap(({ starts }) => starts),
  );
  const file = packaged?.links.get(executable) ?? executable;
  return {
    name:
      sources.name ??
      basename(executable)
        .toLowerCase()
        .replace(/[^a-z0-9_]/g, '_'),
    ...{ executable, file, packaged, units },
    place: placeOf(file, names),
  };
}

/** A log and a trace of one name in one directory, as run-1.log and run-1.strace, are of one run; any other file is a run of its own. */
function runsOf(
  io: Io,
  { log = [], trace = [] }: Sources,
): { readonly names: readonly string[]; of(file: string): number } {
  const stem = (file: string): string => resolve(io.cwd, file).replace(/\.[^./]+$/, '');
  const runs = log.map((file) => [file]);
  for (const file of trace) {
    const same = runs.find(
      (one) => one.length === 1 && log.includes(one[0]!) && stem(one[0]!) === stem(file),
    );
    if (same === undefined) runs.push([file]);
    else same.push(file);
  }
  return {
    names: runs.map((files) =>
      files.length === 1 ? basename(files[0]!) : basename(stem(files[0]!)),
    ),
    of: (file) => runs.findIndex((files) => files.includes(file)),
  };
}

function serviceOf(unit: string, units: ProgramMeant['units']): Evidence['service'] {
  return {
    notify: units.some(({ notify }) => notify),
    bus: units.some(({ bus }) => bus),
    sockets: [...new Set(units.flatMap(({ sockets }) => sockets))].sort(),
    timer: units.some(({ times }) => times === unit),
  };
}

/** The service that starts the executable itself, else the first: it may start it by a script. */
function startingUnit(
  units: readonly { name: string; starts: readonly string[] }[],
  executable: string,
): string | undefined {
  const services = units.filter(({ name }) => name.endsWith('.service'));
  const direct = services.find(({ starts }) =>
    starts.some((path) => basename(path) === basename(executable)),
  );
  return (direct ?? services[0])?.name;
}

/** The program that is meant: as it was named, as a unit starts it, or what the package is called. */
function executableOf(
  { program, name }: Sources,
  packaged: PackageFacts | undefined,
  started: readonly string[],
): string {
  const paths = [
    ...(packaged?.executables.map(({ path }) => path) ?? []),
    ...(packaged?.links.keys() ?? []),
  ];
  const installed = (path: string): boolean => paths.length === 0 || paths.includes(path);
  const found =
    (program === undefined
      ? undefined
      : paths.find((path) => basename(path) === basename(program))) ??
    (program?.startsWith('/') ? program : undefined) ??
    (program === undefined ? undefined : `/usr/bin/${basename(program)}`) ??
    started.find((path) => path.startsWith('/') && installed(path)) ??
    paths.find((path) => basename(path) === (name ?? packaged?.name)) ??
    (paths.length === 1 ? paths[0] : undefined) ??
    (paths.length === 0 && name !== undefined ? `/usr/bin/${name}` : undefined);
  if (found !== undefined) return found;
  throw new UsageError(
    paths.length === 0
      ? NAMELESS.message
      : `the package has ${quantity(paths.length, 'program')}, and none of its name`,
    paths.length === 0 ? NAMELESS.hint : `say which: --program ${printable(paths[0]!)}`,
  );
}

/** The domain starts with the script, but what runs is its interpreter. */
function scriptQuestions(path: string, bytes: Uint8Array | undefined): string[] {
  const head = Buffer.from(bytes?.subarray(0, 256) ?? []).toString('latin1');
  const interpreter = /^#!\s*(\/\S+)/.exec(head)?.[1];
  return interpreter === undefined
    ? []
    : [
        `${path} is a script: the domain needs to map and run ${interpreter}, of which neither log nor trace need tell. What else does it start, by name?`,
      ];
}

/** A path that the policy labels for a module of its own cannot be this module's too. */
function placeOf(path: string, names: Names): { path: string; questions: string[] } {
  const type = names.type(path, 'file');
  if (type === undefined || type === 'bin_t') return { path, questions: [] };
  const free = `/usr/local/${path.includes('/sbin/') ? 'sbin' : 'bin'}/${basename(path)}`;
  return {
    path: free,
    questions: [
      `The policy labels ${path} ${type}, for ${domainsOf(path, type)}: the draft stands for ${free} instead. Is that domain enough, or is the program to be installed there, or its path to be taken over (takesOver: [{ path: '${path}', from: ['${type}'], why: '…' }])?`,
    ],
  };
}

function domainsOf(path: string, type: string): string {
  const known = ownersOf(path).find((one) => one.type === type);
  return known === undefined
    ? 'a domain of its own'
    : `${known.domains.join(', ')} of the module ${known.module}`;
}

function readTraceFile(io: Io, file: string, run: number, program: string, names: Names): Read {
  const traced = readTrace(readFileSync(resolve(io.cwd, file), 'utf8'), program, names);
  if (traced.calls === 0) {
    throw new UsageError(`\`${file}\` is no trace`, 'make it with strace -f -y -o FILE PROGRAM');
  }
  return {
    sightings: traced.sightings.map((one) => ({
      ...one,
      run,
      path: one.path === undefined ? undefined : plainPath(one.path),
    })),
    questions: [
      ...traced.started.map(
        (path) =>
          `In ${basename(file)} it started ${path}: in its own domain, in one of that program’s, or not at all?`,
      ),
      ...someOf(
        traced.unplaced,
        `In ${basename(file)}, paths without a label in the policy, or relative ones (strace -y shows the directory)`,
      ),
      ...someOf(
        traced.ioctls,
        `In ${basename(file)}, ioctls, which abilities hold to commands: are all of them needed`,
      ),
      ...(traced.unread === 0
        ? []
        : [
            `${quantity(traced.unread, 'line')} of ${basename(file)} could not be read as system calls. What did they ask for?`,
          ]),
    ],
  };
}

function someOf(names: readonly string[], title: string): string[] {
  if (names.length === 0) return [];
  const rest = names.length - MOST_NAMED;
  return [
    `${title}: ${names.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}?`,
  ];
}

const MOST_NAMED = 8;

/** `cap_net_raw,cap_bpf+eip`: what the package gives the file, it needs. */
function fileCapabilities(words: string): Sighting[] {
  return [...words.matchAll(/cap_([a-z_]+)/gi)].map(([, name]) => ({
    target: 'self',
    tclass:
      /^(bpf|perfmon|syslog|checkpoint_restore|audit_read|wake_alarm|mac_admin|mac_override|block_suspend)$/.test(
        name!,
      )
        ? 'capability2'
        : 'capability',
    permissions: [name!.toLowerCase()],
    run: undefined,
    what: `file capabilities ${words}`,
  }));
}

function plainTitle(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/\.$/, '')
    .trim();
}
