import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { MECHANISMS, type Mechanism } from '../../description/index.ts';
import {
  type DebianPackage,
  DebianRefusal,
  debianSource,
  PackagingRefusal,
  rpmSpec,
  SOURCE_DIRECTORY,
  withDebianHooks,
  withoutDebianHooks,
  withoutRpmHooks,
  withRpmHooks,
} from '../../packaging/index.ts';
import { artefacts, moduleSource } from '../../selinux/module/index.ts';
import { compileModule, distribution, TARGET_IDS, type TargetId } from '../../targets/index.ts';
import { printable } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile } from '../load-profile.ts';
import { BACKENDS } from '../mechanisms.ts';
import { readWhole } from '../read-whole.ts';
import { verifyRollout } from '../rollout-evidence.ts';
import { UsageError, type Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

const FORMS = ['rpm', 'deb', 'cil'] as const;
type Form = (typeof FORMS)[number];

interface Options {
  readonly into?: string;
  readonly remove?: true;
  readonly output?: string;
  readonly maintainer?: string;
  readonly mechanism: Mechanism;
  readonly pp?: TargetId;
  readonly json?: true;
}

/** A file as it is to be; no bytes for one that goes. */
interface Wanted {
  readonly path: string;
  readonly bytes: string | Uint8Array | undefined;
  readonly mode: number;
}

export const packageVerb: Verb = {
  name: 'package',
  summary: 'write packaging: an RPM or Debian source, hooks into a program’s own, or artefacts',
  define(command, run, io) {
    command
      .addArgument(new Argument('<form>', 'what to write').choices(FORMS))
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option(
        '--into <path>',
        'rpm: a spec, deb: a debian directory, that gets a package of the policy',
      )
      .option('--remove', 'take out what --into put in: the original bytes come back')
      .option('--output <dir>', 'write a source package here; with --into only the policy’s files')
      .option(
        '--maintainer <name>',
        'deb: `Name <address>`; otherwise from DEBFULLNAME and DEBEMAIL',
      )
      .addOption(
        new Option('--mechanism <name>', 'deb: what the policy is for')
          .choices(MECHANISMS)
          .default('selinux'),
      )
      .addOption(
        new Option('--pp <release>', 'cil: also a .pp, compiled for this release').choices(
          TARGET_IDS,
        ),
      )
      .option('--json', 'the state of each file as data')
      .addHelpText(
        'after',
        `
Examples:
  confine package rpm --output build/rpm       a spec and its sources, for rpmbuild
  confine package rpm --into rpm/rustnet.spec --output selinux
                                               a subpackage in the program's own spec, and its sources
  confine package deb --into debian --output debian/selinux
                                               a binary package more in the program's own source package
  confine package deb --into debian --remove   and out again, to the byte
  confine package deb --output build/deb --maintainer 'Name <address>'
                                               a source package of its own, for dpkg-buildpackage
  confine package deb --mechanism apparmor --output build/deb
                                               the same with an AppArmor profile
  confine package cil --output build/policy --pp debian-13
                                               modules for semodule, with checksums

--into expects the policy's files in selinux/ or apparmor/ of the source tree, for deb also below debian/.
A spec or debian directory in which a place could only be guessed is refused with the line (exit 2).`,
      )
      .action((form: Form, profile: string, options: Options) =>
        run(() => packageProfile(form, profile, options, io)),
      );
  },
};

async function packageProfile(
  form: Form,
  named: string,
  options: Options,
  io: Io,
): Promise<ExitCode> {
  refuseOptions(form, options);
  const profile = await loadProfile(io, named);
  refuseMechanism(options, profile);
  if (!options.remove) verifyRollout(profile, io);
  // Before anything is written: what is in the way of it is looked for in the files as they are.
  const deb = debianPackageOf(profile, options, io);
  const wanted = [
    ...(options.into === undefined ? [] : hooks(form, profile, options.into, { options, deb, io })),
    ...(options.output === undefined || options.remove
      ? []
      : await output(form, profile, { options, deb, io })),
  ];
  // Everything is computed before anything is written, so that a refusal changes no file.
  const files = wanted.map((file) => ({ path: relative(io.cwd, file.path), state: put(file) }));
  if (options.json) {
    io.out(
      `${JSON.stringify({ profile: profile.shown, rollout: profile.confinement.rollout, files }, null, 2)}\n`,
    );
  } else {
    for (const { path, state } of files) io.out(`${state.padEnd(9)}  ${printable(path)}\n`);
    for (const line of nextSteps(form, profile, options)) io.out(`${line}\n`);
  }
  if (
    form === 'rpm' &&
    options.into !== undefined &&
    options.output === undefined &&
    !options.remove
  )
    noteMissingTree(options.into, profile, io);
  if (form === 'deb' && options.into !== undefined && !options.remove)
    noteMissingSources(resolve(io.cwd, options.into), deb, io);
  return ExitCode.yes;
}

function refuseOptions(form: Form, options: Options): void {
  const only = (option: string, forms: readonly Form[], given: unknown): void => {
    if (given !== undefined && !forms.includes(form))
      throw new UsageError(`--${option} goes with ${forms.join(' or ')} only`);
  };
  only('into', ['rpm', 'deb'], options.into);
  only('maintainer', ['deb'], options.maintainer);
  only('pp', ['cil'], options.pp);
  only('mechanism', ['deb'], options.mechanism === 'selinux' ? undefined : options.mechanism);
  if (options.remove && options.into === undefined) {
    throw new UsageError(
      '--remove says not from where',
      `add --into ${form === 'deb' ? 'debian' : 'SPEC'}`,
    );
  }
  if (options.remove && options.output !== undefined)
    throw new UsageError('--remove writes no sources', 'leave out --output');
  if (options.into === undefined && options.output === undefined) {
    throw new UsageError(
      'nowhere to write to',
      form === 'cil' ? 'add --output DIR' : 'add --output DIR, or --into what the program has',
    );
  }
}

function refuseMechanism({ mechanism }: Options, { confinement, shown }: Profile): void {
  if (confinement.mechanisms.includes(mechanism)) return;
  throw new UsageError(
    `the description in ${shown} is not for ${mechanism}`,
    `say so in it: mechanisms: ['selinux', '${mechanism}']`,
  );
}

/** What makes a package of what was written: with --into the program's own build does. */
function nextSteps(form: Form, { confinement }: Profile, options: Options): readonly string[] {
  if (options.output === undefined || options.into !== undefined) return [];
  const directory = printable(options.output);
  switch (form) {
    case 'rpm':
      return [
        `next: rpmbuild -ba --define "_sourcedir ${isAbsolute(options.output) ? '' : '$PWD/'}${directory}" ${directory}/${confinement.name}-selinux.spec`,
      ];
    case 'deb':
      return [`next: cd ${directory} && dpkg-buildpackage -us -uc -b`];
    case 'cil':
      return [
        `next, on each host, as root: cd ${directory} && sha256sum -c SHA256SUMS && semodule -i ${confinement.name}.cil`,
      ];
  }
}

/** Whatever is in its way, what is there can be taken out again. */
function debianPackageOf({ confinement }: Profile, options: Options, io: Io): DebianPackage {
  const { takenFrom, debianPackage } = BACKENDS[options.mechanism];
  const shown = options.into === undefined ? undefined : withoutSlash(options.into);
  const debian = shown === undefined ? undefined : { path: resolve(io.cwd, shown), shown };
  return debianPackage(confinement, options.remove ? [] : takenFrom(confinement, debian));
}

/** What is wanted, and the binary package of it. */
interface Packaging {
  readonly options: Options;
  readonly deb: DebianPackage;
  readonly io: Io;
}

/** The edit of the program's own packaging. */
function hooks(
  form: Form,
  profile: Profile,
  into: string,
  { options, deb, io }: Packaging,
): Wanted[] {
  const { confinement } = profile;
  const named = withoutSlash(into);
  // A link is followed: what it points at is replaced, not the link.
  const path = existing(resolve(io.cwd, named), named);
  if (statSync(path).isDirectory() !== (form === 'deb')) {
    throw form === 'deb'
      ? new UsageError(`\`${named}\` is no directory`, 'name the program’s debian directory')
      : new UsageError(`\`${named}\` is a directory`, specIn(path, named));
  }
  if (form === 'deb' && !existsSync(join(path, 'control'))) {
    throw new UsageError(
      `\`${named}\` has no control file`,
      existsSync(join(path, 'debian/control'))
        ? `name the debian directory in it: ${named}/debian`
        : 'name the program’s debian directory',
    );
  }
  if (form === 'rpm') {
    const spec = textOf(path, named);
    const bytes = refusals(named, () =>
      options.remove ? withoutRpmHooks(spec, confinement) : withRpmHooks(spec, confinement),
    );
    return [{ path, bytes, mode: statSync(path).mode & 0o777 }];
  }
  const shared = ['control', 'rules'] as const;
  const texts = {
    control: textOf(join(path, 'control'), `${named}/control`),
    rules: textOf(join(path, 'rules'), `${named}/rules`),
    ...(existsSync(join(path, 'compat'))
      ? { compat: textOf(join(path, 'compat'), `${named}/compat`) }
      : {}),
  };
  const edited = refusals(named, () =>
    options.remove
      ? withoutDebianHooks(texts, confinement, deb)
      : withDebianHooks(texts, confinement, readdirSync(path), io.env.DH_COMPAT, deb),
  );
  // Of another rollout: it would go into the package all the same.
  const stale = readdirSync(path).filter(
    (name) =>
      name.startsWith(`${deb.name}.`) &&
      !deb.files.some((file) => file.name === name) &&
      statSync(join(path, name)).isFile() &&
      isOurs(join(path, name)),
  );
  return [
    ...stale.map((name) => ({ path: join(path, name), bytes: undefined, mode: 0o644 })),
    ...shared.map((name) => ({
      path: join(path, name),
      bytes: edited[name],
      mode: statSync(join(path, name)).mode & 0o777,
    })),
    ...deb.files.map(({ name, text }) => {
      refuseForeign(join(path, name), `${named}/${name}`);
      return { path: join(path, name), bytes: options.remove ? undefined : text, mode: 0o644 };
    }),
  ];
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

function specIn(directory: string, named: string): string {
  const specs = readdirSync(directory).filter((name) => name.endsWith('.spec'));
  return specs.length === 1
    ? `name the spec file in it: ${named}/${specs[0]}`
    : 'name the program’s spec file in it';
}

/** The build would end at the first of them, minutes later. */
function noteMissingSources(
  debian: string,
  { sources, sourceDirectory }: DebianPackage,
  io: Io,
): void {
  const file = sources[0]!.name;
  const places = [join(debian, sourceDirectory), join(debian, '..', sourceDirectory)];
  if (places.some((place) => existsSync(join(place, file)))) return;
  io.err(
    `note: the package is built from \`${sourceDirectory}/${file}\` and others of the source tree, which are not there: \`--output debian/${sourceDirectory}\` writes them\n`,
  );
}

/** A spec is often kept apart from the source tree that it builds: only where no such tree is in sight is it said what is needed. */
function noteMissingTree(into: string, { confinement }: Profile, io: Io): void {
  const spec = dirname(resolve(io.cwd, into));
  const file = `${confinement.name}.te`;
  const places = [io.cwd, spec, dirname(spec)].map((at) => join(at, SOURCE_DIRECTORY, file));
  if (places.some((place) => existsSync(place))) return;
  io.err(
    `note: the package is built from \`${SOURCE_DIRECTORY}/${file}\` and others of the source tree: \`--output ${SOURCE_DIRECTORY}\` writes them\n`,
  );
}

/** A file of the program's packagers that has the name of one of ours is neither replaced nor removed. */
function refuseForeign(path: string, shown: string): void {
  if (existsSync(path) && !isOurs(path)) {
    throw new UsageError(
      `\`${shown}\` is not ours`,
      'move it away: the generated file has the same name',
    );
  }
}

function isOurs(path: string): boolean {
  return readFileSync(path, 'utf8').includes('# Generated by confine');
}

async function output(
  form: Form,
  profile: Profile,
  { options, deb, io }: Packaging,
): Promise<readonly Wanted[]> {
  const { confinement } = profile;
  const directory = resolve(io.cwd, options.output!);
  if (existsSync(directory) && !statSync(directory).isDirectory()) {
    throw new UsageError(
      `\`${options.output}\` is a file`,
      'name a directory for the package’s files',
    );
  }
  const file = (path: string, bytes: string | Uint8Array, executable = false): Wanted => ({
    path: join(directory, path),
    bytes,
    mode: executable ? 0o755 : 0o644,
  });
  const { sources } = deb;
  if (form === 'cil') return modulesForImages(profile, options.pp, file);
  if (options.into !== undefined)
    return sources.map(({ name, text, executable }) => file(name, text, executable));
  if (form === 'rpm') {
    return [
      file(`${confinement.name}-selinux.spec`, rpmSpec(confinement)),
      ...sources.map(({ name, text, executable }) => file(name, text, executable)),
    ];
  }
  return [
    ...debianSource(confinement, maintainer(options, io), deb).map(({ name, text, executable }) =>
      file(`debian/${name}`, text, executable),
    ),
    ...sources.map(({ name, text, executable }) =>
      file(`${deb.sourceDirectory}/${name}`, text, executable),
    ),
  ];
}

/** The modules for hosts that no package manager changes, with their checksums as `sha256sum -c` reads them. */
async function modulesForImages(
  { confinement }: Profile,
  release: TargetId | undefined,
  file: (path: string, bytes: string | Uint8Array) => Wanted,
): Promise<readonly Wanted[]> {
  const modules: { name: string; bytes: string | Uint8Array }[] = artefacts(confinement)
    .filter(({ role }) => role === 'cil' || role === 'permissive')
    .map(({ name, text }) => ({ name, bytes: text }));
  if (release !== undefined) {
    const { pp } = await compileModule(await distribution(release), moduleSource(confinement));
    modules.push({ name: `${confinement.name}.pp`, bytes: pp });
  }
  const sums = modules.map(
    ({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
  );
  return [
    ...modules.map(({ name, bytes }) => file(name, bytes)),
    file('SHA256SUMS', sums.join('')),
  ];
}

function maintainer({ maintainer: given }: Options, io: Io): string {
  const { DEBFULLNAME: name, DEBEMAIL: address } = io.env;
  const found = given ?? (name && address ? `${name} <${address}>` : undefined);
  if (found === undefined || !/^[^<>\n]+ <[^<>@\s]+@[^<>@\s]+>$/.test(found)) {
    throw new UsageError(
      found === undefined
        ? 'a Debian package names its maintainer'
        : `\`${found}\` is no \`Name <address>\``,
      'add --maintainer "Name <address>", or set DEBFULLNAME and DEBEMAIL',
    );
  }
  return found;
}

function existing(path: string, shown: string): string {
  if (!existsSync(path))
    throw new UsageError(`there is no file \`${shown}\``, 'name one that exists');
  return realpathSync(path);
}

/** A file's text, to be given back to the byte: refused if it is not UTF-8. */
function textOf(path: string, shown: string): string {
  existing(path, shown);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      readWhole(path, shown),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`\`${shown}\` is not UTF-8`, 'convert it first, as with iconv');
  }
}

function refusals<T>(into: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof PackagingRefusal)) throw error;
    if (error instanceof DebianRefusal && error.file === 'environment')
      throw new UsageError(`the environment’s ${error.message}`, error.hint);
    const file = error instanceof DebianRefusal ? `${into}/${error.file}` : into;
    throw new UsageError(`${file}:${error.line}: ${error.message}`, error.hint);
  }
}

function put({ path, bytes, mode }: Wanted): 'written' | 'unchanged' | 'removed' | 'absent' {
  if (bytes === undefined) {
    if (!existsSync(path)) return 'absent';
    rmSync(path);
    return 'removed';
  }
  const same =
    existsSync(path) &&
    readFileSync(path).equals(Buffer.from(bytes as string)) &&
    (statSync(path).mode & 0o777) === mode;
  if (same) return 'unchanged';
  writeWhole(path, bytes, mode);
  return 'written';
}
