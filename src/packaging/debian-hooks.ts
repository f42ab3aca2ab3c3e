import type { Confinement } from '../description/index.ts';
import {
  type DebianFiles,
  DebianRefusal,
  firstValue,
  type Paragraph,
  paragraphsOf,
  relationsOf,
} from './debian-files.ts';
import { debhelperLevel } from './debian-level.ts';
import { type DebianHook, type DebianPackage, debianPackage } from './debian-package.ts';
import { type Makefile, makefileOf } from './debian-rules.ts';
import { type Line, linesOf, type Placed, withBlocks, withoutBlocks } from './package-blocks.ts';
import { PackagingRefusal } from './package-refusal.ts';

export { type DebianFiles, DebianRefusal } from './debian-files.ts';

/**
 * `debian/control` and `debian/rules` with a binary package (`NAME-selinux`, where no other is given), in marked blocks; everything else stays to the byte. The package's
 * own files stand beside them (`deb.files`). `present`: names of the other files of `debian/`; `environment`: DH_COMPAT, where it is set.
 */
export function withDebianHooks(
  original: DebianFiles,
  confinement: Confinement,
  present: readonly string[],
  environment?: string,
  deb: DebianPackage = debianPackage(confinement),
): DebianFiles {
  const { control, rules } = withoutDebianHooks(original, confinement, deb);
  const controlLines = linesOf(control);
  const [source, ...binaries] = paragraphsOf(controlLines);
  if (source === undefined || !source.fields.has('source')) {
    throw new DebianRefusal(
      'control',
      1,
      'the first paragraph has no `Source:`',
      'name the `debian` directory of a source package',
    );
  }
  refusePackage(deb.name, controlLines, binaries, present);
  const ruleLines = linesOf(rules);
  const makefile = makefileOf(ruleLines);
  refuseRules(makefile);
  refuseContinued(ruleLines);
  const { compat } = original;
  const level = debhelperLevel({ control: controlLines, source, makefile, compat, environment });
  return {
    control: withBlocks(controlLines, deb.name, [
      buildDepends(controlLines, source, deb.buildDepends),
      { at: afterText(controlLines), topic: 'stanza', lines: deb.stanza, spaced: true },
    ]),
    rules: withBlocks(ruleLines, deb.name, [
      {
        at: afterText(ruleLines),
        topic: 'stanza',
        lines: [
          deb.include,
          ...deb.hooks.map((hook) => hooked(hook, makefile, deb.name)),
          ...installedAsBefore(makefile, controlLines, source, binaries, level),
        ],
        spaced: true,
      },
    ]),
  };
}

export function withoutDebianHooks(
  files: DebianFiles,
  confinement: Confinement,
  { name: owner }: DebianPackage = debianPackage(confinement),
): DebianFiles {
  const restored = (file: 'control' | 'rules'): string => {
    try {
      return withoutBlocks(files[file], owner).text;
    } catch (error) {
      if (!(error instanceof PackagingRefusal)) throw error;
      throw new DebianRefusal(file, error.line, error.message, error.hint);
    }
  };
  return { control: restored('control'), rules: restored('rules') };
}

/** What would be lost or doubled: a package of the same name, files that debhelper would take for it, a control file that is made anew. */
function refusePackage(
  own: string,
  lines: readonly Line[],
  binaries: readonly Paragraph[],
  present: readonly string[],
): void {
  const twin = binaries.find(({ fields }) => firstValue(lines, fields.get('package')) === own);
  if (twin !== undefined) {
    throw new DebianRefusal(
      'control',
      twin.fields.get('package')!.from + 1,
      `there is a package ${own} already`,
      'remove its paragraph and its files first',
    );
  }
  const left = ['tmpfiles', 'tmpfile', 'sysusers']
    .map((suffix) => `${own}.${suffix}`)
    .find((name) => present.includes(name));
  if (left !== undefined) {
    throw new DebianRefusal(
      'control',
      1,
      `beside it stands ${left}, which debhelper would install for the new package`,
      `remove debian/${left} first`,
    );
  }
  if (present.includes('control.in')) {
    throw new DebianRefusal(
      'control',
      1,
      'it is made from control.in, which would undo what is put in here',
      'add the package to control.in by hand: `confine package deb --output DIR` writes a debian directory that has it',
    );
  }
}

/** More lines for the field, or the field after the other build dependencies. */
function buildDepends(lines: readonly Line[], source: Paragraph, names: readonly string[]): Placed {
  const list = names.join(', ');
  const field = source.fields.get('build-depends-indep');
  if (field === undefined) {
    const before = source.fields.get('build-depends') ?? source.fields.get('source')!;
    return {
      at: before.to,
      topic: 'build-depends',
      lines: [`Build-Depends-Indep: ${list}`],
      spaced: false,
    };
  }
  const complete = /(,|:)\s*$/.test(lines[field.to - 1]!.text);
  return {
    at: field.to,
    topic: 'build-depends',
    lines: [complete ? ` ${list},` : ` , ${list}`],
    spaced: false,
  };
}

/** The sequences by which the package is built. */
const SEQUENCES = ['build', 'build-indep', 'install', 'install-indep', 'binary', 'binary-indep'];
const CALLS_DH = /(^|[\s@+\-;&|(])(\S*\/)?dh\s+["']?(\$[@*({]|build|install|binary)/;
/** Options of dh that name the packages it acts on, or leave out those of all architectures. */
const SOME_PACKAGES = /(?:^|\s)(-[ap]\S*|-s|--arch|--same-arch|--package=\S*)(?=\s|$)/;

/** Refuses rules in which a sequence of `dh` does not come to the hooks. */
function refuseRules(makefile: Makefile): void {
  const { rules, includes, recipePrefix } = makefile;
  if (recipePrefix !== undefined) {
    throw new DebianRefusal(
      'rules',
      recipePrefix + 1,
      '.RECIPEPREFIX has recipes begin with something else than a tab',
      'remove it, and begin recipes with tabs',
    );
  }
  const cdbs = includes.find(({ text }) => /(^|\/)cdbs\//.test(text));
  if (cdbs !== undefined) {
    throw new DebianRefusal(
      'rules',
      cdbs.line + 1,
      'the rules are of cdbs, which has no place for the package’s commands',
      'rules that call `dh $@` have: cdbs itself is deprecated for it',
    );
  }
  if (!rules.some(({ recipe }) => recipe.some(({ text }) => CALLS_DH.test(text)))) {
    throw new DebianRefusal(
      'rules',
      1,
      'the rules do not call `dh $@`',
      'only debhelper’s sequence has the places that the package’s commands hook into',
    );
  }
  refuseSelection(makefile);
  for (const name of SEQUENCES) {
    const own = rules.find(({ targets }) => targets.includes(name));
    if (own !== undefined && !reachesDh(name, makefile, new Set())) {
      throw new DebianRefusal(
        'rules',
        own.line + 1,
        `\`${name}\` does not call dh, so nothing of the new package is made there`,
        `let \`${name}\` call \`dh $@\`, or remove it where \`%:\` does`,
      );
    }
  }
}

/** Refuses rules that tell dh to act on some packages: it would pass over the new one in silence. */
function refuseSelection({ rules, variables }: Makefile): void {
  const calls = rules
    .filter(({ targets }) => !targets.every((target) => /-arch$/.test(target)))
    .flatMap(({ recipe }) => recipe)
    .filter(({ text }) => CALLS_DH.test(text));
  const options = variables
    .filter(({ name, exported }) => name === 'DH_OPTIONS' && exported)
    .map(({ value: text, line }) => ({ text, line }));
  for (const { text, line } of [...calls, ...options]) {
    const option = SOME_PACKAGES.exec(text)?.[1];
    if (option === undefined) continue;
    throw new DebianRefusal(
      'rules',
      line + 1,
      `\`${option}\` has dh act on some packages only, and the new one is not among them`,
      'let dh act on all packages there, and name some in the overrides that need it',
    );
  }
}

function refuseContinued(lines: readonly Line[]): void {
  const at = afterText(lines);
  if (at > 0 && lines[at - 1]!.text.endsWith('\\')) {
    throw new DebianRefusal(
      'rules',
      at,
      'the last line wants to be continued',
      'remove the backslash at its end',
    );
  }
}

/** Whether making the target runs dh: by its own recipe, or by that of a prerequisite. */
function reachesDh(target: string, makefile: Makefile, seen: Set<string>): boolean {
  if (seen.has(target)) return false;
  seen.add(target);
  const named = makefile.rules.filter(({ targets }) => targets.includes(target));
  const recipes = named.filter(({ recipe }) => recipe.length > 0);
  const ruling = recipes.length > 0 || named.length > 0 ? recipes : patterns(target, makefile);
  return (
    ruling.some(({ recipe }) => recipe.some(({ text }) => CALLS_DH.test(text))) ||
    named.some(({ prerequisites }) => prerequisites.some((one) => reachesDh(one, makefile, seen)))
  );
}

/** Rules like `%:` that make a target which none names. */
function patterns(target: string, { rules }: Makefile): Makefile['rules'] {
  return rules.filter(({ targets }) =>
    targets.some((pattern) => {
      const [before, after, more] = pattern.split('%');
      if (after === undefined || more !== undefined) return false;
      return (
        target.length > before!.length + after.length &&
        target.startsWith(before!) &&
        target.endsWith(after)
      );
    }),
  );
}

/**
 * The line that makes dh run a target of ours. The hook is for packages of all architectures alone, unless the rules have it for all packages: then
 * dh runs that one only, and ours must go with it, but not where dh builds the other packages.
 */
function hooked({ hook, target }: DebianHook, { rules }: Makefile, own: string): string {
  const defined = (name: string) => rules.find(({ targets }) => targets.includes(name));
  const general = defined(hook);
  const name = general ? hook : `${hook}-indep`;
  const theirs = general ?? defined(name);
  if (theirs?.doubleColon) {
    throw new DebianRefusal(
      'rules',
      theirs.line + 1,
      `\`${name}::\` has two colons, so make lets nobody add to it`,
      'write it with one',
    );
  }
  return general
    ? `${name}: $(if $(filter ${own},$(shell dh_listpackages)),${target})`
    : `${name}: ${target}`;
}

/**
 * Of a source with one binary package, dh installs into that; beside a second one it would install into debian/tmp. Level 15 no longer tells them
 * apart.
 */
function installedAsBefore(
  { rules }: Makefile,
  lines: readonly Line[],
  source: Paragraph,
  binaries: readonly Paragraph[],
  level: number,
): string[] {
  const [only, second] = binaries;
  const name = firstValue(lines, only?.fields.get('package'));
  if (name === undefined || second !== undefined) return [];
  refuseSingleBinary(rules, lines, source, name);
  if (level >= 15) return [];
  const own = rules.filter(({ targets }) =>
    targets.some((target) => /^override_dh_auto_install(-arch|-indep)?$/.test(target)),
  );
  for (const { text, line } of own.flatMap(({ recipe }) => recipe)) {
    if (!/\bdh_auto_install\b/.test(text) || /--destdir\b/.test(text)) continue;
    throw new DebianRefusal(
      'rules',
      line + 1,
      `\`dh_auto_install\` installs into debian/${name} as long as that is the only package, and into debian/tmp beside a second one`,
      `write \`dh_auto_install --destdir=debian/${name}\` first`,
    );
  }
  if (own.length > 0) return [];
  return [
    `# Beside a second package, dh would install ${name} into debian/tmp.`,
    'override_dh_auto_install:',
    `\tdh_auto_install --destdir=debian/${name}`,
  ];
}

/** The add-on single-binary ends the build of two packages. */
function refuseSingleBinary(
  rules: Makefile['rules'],
  lines: readonly Line[],
  source: Paragraph,
  name: string,
): void {
  const hint = `remove it, and write \`override_dh_auto_install:\` with \`dh_auto_install --destdir=debian/${name}\``;
  const message = 'the add-on single-binary allows no second package';
  for (const field of ['build-depends', 'build-depends-arch', 'build-depends-indep']) {
    for (const { text, line } of relationsOf(lines, source.fields.get(field)))
      if (/^dh-sequence-single-binary(?![\w.+-])/.test(text))
        throw new DebianRefusal('control', line + 1, message, hint);
  }
  for (const { text, line } of rules.flatMap(({ recipe }) => recipe))
    if (CALLS_DH.test(text) && /--with[= ]\S*\bsingle-binary\b/.test(text))
      throw new DebianRefusal('rules', line + 1, message, hint);
}

/** Back over empty lines at the end of a file. */
function afterText(lines: readonly Line[]): number {
  let at = lines.length;
  while (at > 0 && /^\s*$/.test(lines[at - 1]!.text)) at--;
  return at;
}
