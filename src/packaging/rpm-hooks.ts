import type { Confinement } from '../description/index.ts';
import { type Placed, SPACED, withBlocks, withoutBlocks } from './package-blocks.ts';
import { PackagingRefusal } from './package-refusal.ts';
import { packageName } from './package-sources.ts';
import { type RpmPackage, rpmPackage } from './rpm-package.ts';
import {
  isText,
  outlineOf,
  ownersOf,
  type Section,
  type SpecOutline,
  sectionName,
} from './rpm-sections.ts';
import { LICENSE } from './rpm-spec.ts';

/**
 * A program's spec with the subpackage `NAME-selinux`: blocks between marks, each at the top level of the file and conditional on the releases
 * of Fedora and openSUSE that have the macros, so that other distributions see nothing of it. What stood there before is replaced. Everything
 * else stays to the byte. Throws PackagingRefusal, with the line, where a block could only be placed by guessing.
 *
 * The policy's sources are expected in `selinux/` of the program's source tree.
 */
export function withRpmHooks(spec: string, confinement: Confinement): string {
  const rpm = rpmPackage(confinement);
  const outline = outlineOf(withoutRpmHooks(spec, confinement));
  refuseForeign(outline, confinement);
  const where = places(outline);
  const block = (topic: string, at: number, lines: readonly string[]): Placed => ({
    topic,
    at,
    spaced: SPACED.has(topic),
    lines: [`%if ${PLATFORMS}`, ...lines, '%endif'],
  });
  const enter = 'cd %{_builddir}/%{?buildsubdir}';
  return withBlocks(outline.lines, rpm.name, [
    block(
      'build-requires',
      where.buildRequires,
      rpm.buildRequires.map((name) => `BuildRequires:  ${name}`),
    ),
    block('requires', where.requires, [
      `Requires:       (${rpm.name} = %{version}-%{release} ${rpm.condition})`,
    ]),
    block('package', where.package, subpackage(rpm)),
    where.build.header === undefined
      ? block('build', where.build.at, [enter, ...rpm.build])
      : block('build-section', where.build.at, [where.build.header, ...rpm.build]),
    where.install.header === undefined
      ? block('install', where.install.at, [enter, ...rpm.install])
      : block('install-section', where.install.at, [where.install.header, ...rpm.install]),
    block('files', where.files, [
      ...rpm.scriptlets.flatMap(({ section, lines }) => [
        `${section} -n ${rpm.name}`,
        ...lines,
        '',
      ]),
      `%files -n ${rpm.name}`,
      ...rpm.files,
    ]),
  ]);
}

/** The spec without what `withRpmHooks` put into it. */
export function withoutRpmHooks(spec: string, confinement: Confinement): string {
  return withoutBlocks(spec, packageName(confinement)).text;
}

/** Fedora 42 and newer; Leap 16 (1600), Tumbleweed and MicroOS (above it), which enforce a policy made from Fedora's. */
const PLATFORMS = '0%{?fedora} >= 42 || 0%{?suse_version} >= 1600';

function subpackage(rpm: RpmPackage): string[] {
  return [
    `%package -n ${rpm.name}`,
    `Summary:        ${rpm.summary}`,
    `License:        ${LICENSE}`,
    'BuildArch:      noarch',
    ...rpm.tags,
    '',
    `%description -n ${rpm.name}`,
    ...rpm.description,
  ];
}

/** Refuses what is no spec, and a spec that has such a package already. */
function refuseForeign({ lines, sections, macro }: SpecOutline, confinement: Confinement): void {
  const preamble = sections[0]!;
  const name = lines
    .slice(0, preamble.end)
    .map(({ text }) => /^Name\s*:\s*(\S+)/i.exec(text)?.[1])
    .find((value) => value !== undefined);
  if (name === undefined) {
    throw new PackagingRefusal(
      1,
      'this is no spec file: it has no `Name:` before its first section',
      'name the spec of the program',
    );
  }
  const own = packageName(confinement);
  lines.forEach(({ text }, i) => {
    const declared = /^\s*%package\s+(.*)$/i.exec(text)?.[1]?.trim().replace(/\s+/g, ' ');
    const same =
      declared === `-n ${own}` ||
      (declared === 'selinux' && (name === confinement.name || name.includes('%'))) ||
      (declared === '-n %{name}-selinux' && (name === confinement.name || name.includes('%')));
    if (same && macro[i] === 0) {
      throw new PackagingRefusal(
        i + 1,
        `the spec has a package ${own} of its own`,
        'remove it first: its %package, %description, scriptlets and %files, and its lines in %build and %install',
      );
    }
  });
}

interface Places {
  readonly buildRequires: number;
  readonly requires: number;
  readonly package: number;
  /** With a header, the section is missing and the block brings it. */
  readonly build: { readonly at: number; readonly header?: string };
  readonly install: { readonly at: number; readonly header?: string };
  readonly files: number;
}

function places(outline: SpecOutline): Places {
  const { sections, lines } = outline;
  const firstOf = (names: RegExp): Section | undefined =>
    sections.find(({ name, header }) => header >= 0 && names.test(name));
  const before = (section: Section | undefined): number =>
    section === undefined ? afterText(outline, 0, lines.length) : beforeHeader(outline, section);

  const install = scriptEnd(outline, 'install', () => before(firstOf(AFTER_INSTALL)));
  const build = scriptEnd(outline, 'build', () => {
    const section = firstOf(/^install$/);
    return section === undefined ? install.at : beforeHeader(outline, section);
  });
  const found: Places = {
    buildRequires: afterTags(outline, /^BuildRequires\s*:/i),
    requires: afterTags(outline, /^Requires\s*(\([^)]*\))?\s*:/i),
    package: before(firstOf(/^(?!package$|description$|preamble$)/)),
    build,
    install,
    files: 0,
  };
  for (const at of [
    found.package,
    ...(build.header === undefined ? [] : [build.at]),
    ...(install.header === undefined ? [] : [install.at]),
  ]) {
    const wrong = obstacle(outline, at);
    if (wrong !== undefined) throw wrong;
  }
  const candidates = [
    ...sections
      .filter(({ name }) => name === 'files')
      .reverse()
      .flatMap((section) => [sectionEnd(outline, section), before(section)]),
    before(firstOf(/^changelog$/)),
    before(firstOf(SCRIPTLET)),
  ].filter((at) => at >= found.package);
  const files = candidates.find((at) => obstacle(outline, at) === undefined);
  if (files === undefined) throw obstacle(outline, candidates[0] ?? lines.length)!;
  return { ...found, files };
}

const AFTER_INSTALL =
  /^(check|clean|files|changelog|verifyscript|sepolicy|pre|post|.*trans|preun|postun|.*trigger.*)$/;

/** After the last tag of this kind in the preamble, and outside its conditional; without one, after the preamble's text. */
function afterTags(outline: SpecOutline, tag: RegExp): number {
  const { sections, lines, outer, closes, macro } = outline;
  const { end } = sections[0]!;
  for (let i = end - 1; i >= 0; i--) {
    if (macro[i] === 1 || !tag.test(lines[i]!.text.trimStart())) continue;
    const after = outer[i]! >= 0 ? closes.get(outer[i]!)! + 1 : i + 1;
    if (after <= end) return after;
  }
  return sectionEnd(outline, sections[0]!);
}

/** Where lines are added to %build or %install, or where that section goes if the spec has none. */
function scriptEnd(
  outline: SpecOutline,
  name: 'build' | 'install',
  missing: () => number,
): { at: number; header?: string } {
  const { lines, sections, outer } = outline;
  const [plain, second] = sections.filter(
    (section) => section.name === name && !section.perhaps && !/^-[ap]\b/.test(section.args),
  );
  if (second !== undefined) {
    throw new PackagingRefusal(
      second.header + 1,
      `a second %${name}: which of them is built depends on conditions`,
      `write one %${name} with the conditions inside`,
    );
  }
  if (plain === undefined) {
    const hidden = lines.findIndex(
      ({ text }, i) =>
        /^\s*%include\b/.test(text) ||
        (outline.perhaps.get(i) === name && outline.macro[i + 1] !== 1) ||
        (outline.macro[i] === 1 && new RegExp(`^\\s*%${name}(\\s|\\\\|$)`).test(text)),
    );
    if (hidden >= 0) {
      throw new PackagingRefusal(
        hidden + 1,
        `the spec has no %${name} in the open, and this line may bring one`,
        `write %${name} into the spec itself`,
      );
    }
    // A declarative build system brings the section: a plain one would replace it (rpm 4.20).
    const declarative = lines.some(({ text }) => /^BuildSystem\s*:/i.test(text));
    return { at: missing(), header: declarative ? `%${name} -a` : `%${name}` };
  }
  if (outer[plain.header]! >= 0) {
    throw new PackagingRefusal(
      plain.header + 1,
      `%${name} stands inside \`${lines[outer[plain.header]!]!.text.trim()}\``,
      `write %${name} at the top level with the conditions inside`,
    );
  }
  const at = sectionEnd(outline, plain);
  if (lines[at - 1]!.text.endsWith('\\')) {
    throw new PackagingRefusal(
      at,
      `%${name} ends in a line that wants to be continued`,
      'remove the backslash at its end',
    );
  }
  return { at };
}

/** Right below the last line of a section's own text, at the top level of the file. */
function sectionEnd(outline: SpecOutline, section: Section): number {
  const { outer, closes, lines } = outline;
  let end = section.end;
  const around = end < lines.length ? outer[end]! : -1;
  // The next header may stand in a conditional that opens in this section, or in the one around this section.
  if (around >= 0) end = around > section.header ? around : closes.get(around)! + 1;
  return afterText(outline, section.header + 1, end);
}

/** At the top level, below the text before a section's header. */
function beforeHeader(outline: SpecOutline, section: Section): number {
  const around = outline.outer[section.header]!;
  return afterText(outline, 0, around >= 0 ? around : section.header);
}

/** Back over empty lines and comments, which belong to what follows. */
function afterText({ lines, outer, macro }: SpecOutline, from: number, end: number): number {
  let at = end;
  while (
    at > from &&
    macro[at - 1] === 0 &&
    outer[at - 1] === -1 &&
    /^\s*(#.*)?$/.test(lines[at - 1]!.text)
  ) {
    at--;
  }
  return at;
}

/**
 * What speaks against sections of ours at this place: our mark would become part of a scriptlet, which may be in any language or none, or the lines
 * below would become part of our section.
 */
function obstacle(outline: SpecOutline, at: number): PackagingRefusal | undefined {
  const { lines } = outline;
  const above = at === 0 ? [] : [...ownersOf(outline, 0, new Set()).at(at - 1)!];
  const scriptlet = above.find((header) => SCRIPTLET.test(sectionName(outline, header)!));
  if (scriptlet !== undefined) {
    return new PackagingRefusal(
      scriptlet + 1,
      `\`${lines[scriptlet]!.text.trim()}\` stands where a section of the new package belongs`,
      'put an unconditional %files below it',
    );
  }
  const taken = ownersOf(outline, at, new Set([OURS])).findIndex(
    (owners, k) => owners.has(OURS) && isText(outline, at + k),
  );
  if (taken < 0) return undefined;
  return new PackagingRefusal(
    at + taken + 1,
    `\`${lines[at + taken]!.text.trim()}\` would become part of a section of the new package`,
    'let the section that it belongs to end at the top level, outside of conditionals',
  );
}

/** The header of a section that is not there yet. */
const OURS = -2;

const SCRIPTLET = /^((pre|post)(un)?|.*trans|verifyscript|.*trigger.*)$/;
