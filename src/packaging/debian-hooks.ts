import type { Confinement } from '../confinement/index.ts';
import { debianPackage } from './debian-package.ts';
import { type Line, linesOf, type Placed, withBlocks, withoutBlocks } from './package-blocks.ts';
import { PackagingRefusal } from './package-refusal.ts';
import { packageName } from './package-sources.ts';

/** The two files of `debian/` that every package shares. */
export interface DebianFiles {
  readonly control: string;
  readonly rules: string;
}

/** Which of them a refusal is about. */
export class DebianRefusal extends PackagingRefusal {
  readonly file: keyof DebianFiles;

  constructor(file: keyof DebianFiles, line: number, message: string, hint: string) {
    super(line, message, hint);
    this.name = 'DebianRefusal';
    this.file = file;
  }
}

/**
 * `debian/control` and `debian/rules` with the binary package `NAME-selinux`, in marked blocks; everything else stays to the byte. The package's
 * own files stand beside them (`debianPackage().files`). `installed`: names of the other files of `debian/`.
 */
export function withDebianHooks(
  original: DebianFiles,
  confinement: Confinement,
  installed: readonly string[],
): DebianFiles {
  const deb = debianPackage(confinement);
  const { control, rules } = withoutDebianHooks(original, confinement);
  const controlLines = linesOf(control);
  const paragraphs = paragraphsOf(controlLines);
  const [source, ...binaries] = paragraphs;
  if (source === undefined || !source.fields.has('source')) {
    throw new DebianRefusal(
      'control',
      1,
      'the first paragraph has no `Source:`',
      'name the `debian` directory of a source package',
    );
  }
  const twin = binaries.find(
    ({ fields }) => firstValue(controlLines, fields.get('package')) === deb.name,
  );
  if (twin !== undefined) {
    throw new DebianRefusal(
      'control',
      twin.fields.get('package')!.from + 1,
      `there is a package ${deb.name} already`,
      'remove its paragraph and its files first',
    );
  }
  const ruleLines = linesOf(rules);
  refuseRules(ruleLines, deb.targets, binaries, controlLines, installed);
  return {
    control: withBlocks(controlLines, deb.name, [
      buildDepends(controlLines, source, deb.buildDepends),
      { at: afterText(controlLines), topic: 'stanza', lines: deb.stanza, spaced: true },
    ]),
    rules: withBlocks(ruleLines, deb.name, [
      { at: afterText(ruleLines), topic: 'stanza', lines: deb.rules, spaced: true },
    ]),
  };
}

export function withoutDebianHooks(files: DebianFiles, confinement: Confinement): DebianFiles {
  const owner = packageName(confinement);
  const restored = (file: keyof DebianFiles): string => {
    try {
      return withoutBlocks(files[file], owner).text;
    } catch (error) {
      if (!(error instanceof PackagingRefusal)) throw error;
      throw new DebianRefusal(file, error.line, error.message, error.hint);
    }
  };
  return { control: restored('control'), rules: restored('rules') };
}

interface Field {
  readonly from: number;
  /** Index after its last line. */
  to: number;
}

interface Paragraph {
  /** By name in lower case. */
  readonly fields: Map<string, Field>;
}

/** Paragraphs of deb822(5); comment lines belong to nothing. */
function paragraphsOf(lines: readonly Line[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let current: Paragraph | undefined;
  let field: Field | undefined;
  lines.forEach(({ text }, i) => {
    if (text.startsWith('#')) return;
    if (/^\s*$/.test(text)) {
      current = undefined;
      field = undefined;
    } else if (/^\s/.test(text)) {
      if (field === undefined) {
        throw new DebianRefusal(
          'control',
          i + 1,
          'a continuation line without a field',
          'correct the file first',
        );
      }
      field.to = i + 1;
    } else {
      const name = /^([!-9;-~]+)\s*:/.exec(text)?.[1];
      if (name === undefined) {
        throw new DebianRefusal(
          'control',
          i + 1,
          'this line is no field',
          'correct the file first',
        );
      }
      if (current === undefined) {
        current = { fields: new Map() };
        paragraphs.push(current);
      }
      field = { from: i, to: i + 1 };
      current.fields.set(name.toLowerCase(), field);
    }
  });
  return paragraphs;
}

function firstValue(lines: readonly Line[], field: Field | undefined): string | undefined {
  if (field === undefined) return undefined;
  return lines[field.from]!.text.replace(/^[^:]*:/, '').trim();
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

function refuseRules(
  lines: readonly Line[],
  targets: readonly string[],
  binaries: readonly Paragraph[],
  control: readonly Line[],
  installed: readonly string[],
): void {
  if (!lines.some(({ text }) => /^\t.*\bdh\s+\$[@({]/.test(text))) {
    throw new DebianRefusal(
      'rules',
      1,
      'the rules do not call `dh $@`',
      'only debhelper’s sequence has the places that the package’s commands hook into',
    );
  }
  lines.forEach(({ text }, i) => {
    const defined = /^([^\s#:=][^:=#]*?)\s*::?(?!=)/.exec(text)?.[1]?.split(/\s+/) ?? [];
    const clash = targets.find(
      (target) =>
        defined.includes(target) ||
        (target.startsWith('override_') && defined.includes(target.replace(/-indep$/, ''))),
    );
    if (clash !== undefined) {
      throw new DebianRefusal(
        'rules',
        i + 1,
        `the rules have a target \`${defined.find((one) => clash.startsWith(one))}\` of their own`,
        `join it by hand with \`${clash}\` of the generated .mk file`,
      );
    }
  });
  const [only, second] = binaries;
  const name = firstValue(control, only?.fields.get('package'));
  const installs =
    installed.includes(`${name}.install`) ||
    lines.some(({ text }) => /^(override|execute_after)_dh_(auto_install|install)\b/.test(text));
  if (only !== undefined && second === undefined && !installs) {
    throw new DebianRefusal(
      'control',
      only.fields.get('package')!.from + 1,
      `\`${name}\` is the only package, so dh installs everything into it; with a second one it would install into debian/tmp`,
      `write debian/${name}.install first`,
    );
  }
}

/** Back over empty lines at the end of a file. */
function afterText(lines: readonly Line[]): number {
  let at = lines.length;
  while (at > 0 && /^\s*$/.test(lines[at - 1]!.text)) at--;
  return at;
}
