import { DebianRefusal, type Paragraph, relationsOf } from './debian-files.ts';
import type { Makefile } from './debian-rules.ts';
import type { Line } from './package-blocks.ts';

/** What declares the debhelper level of a source package, read already. */
interface Declarations {
  readonly control: readonly Line[];
  readonly source: Paragraph;
  readonly makefile: Makefile;
  /** The file debian/compat. */
  readonly compat: string | undefined;
  /** DH_COMPAT of the environment that dh would run in. */
  readonly environment: string | undefined;
}

interface Declared {
  readonly file: DebianRefusal['file'];
  readonly line: number;
  readonly value: string;
  readonly by: string;
}

/**
 * The level that debhelper works at, as debhelper(7) finds it: from debian/compat, `debhelper-compat` or X-DH-Compat, over which DH_COMPAT goes.
 * Refuses a level at which dh has no hook targets, and one that cannot be read.
 */
export function debhelperLevel(declarations: Declarations): number {
  const overriding = overrides(declarations);
  const declared = [...compatFile(declarations), ...controlFields(declarations)];
  const [first, second] = declared;
  const effective = overriding.certain ? overriding.found : [...overriding.found, ...declared];
  for (const one of effective) refuseLevel(one);
  if (second !== undefined) {
    throw new DebianRefusal(
      second.file,
      second.line,
      `a second debhelper level, beside ${first!.by}: debhelper refuses that`,
      'keep one of them',
    );
  }
  if (first === undefined) {
    throw new DebianRefusal(
      'control',
      declarations.source.fields.get('source')!.from + 1,
      'no debhelper level is declared',
      'add `debhelper-compat (= 13)` to Build-Depends',
    );
  }
  return Math.min(...effective.map(({ value }) => Number(value)));
}

/** The first level whose dh runs `execute_after_…`. */
const LOWEST = 10;

function refuseLevel({ file, line, value, by }: Declared): void {
  if (!/^\d+$/.test(value)) {
    throw new DebianRefusal(
      file,
      line,
      `${by} gives the debhelper level as \`${value}\``,
      'write it as one number',
    );
  }
  if (Number(value) < LOWEST) {
    throw new DebianRefusal(
      file,
      line,
      `${by} asks for debhelper level ${Number(value)}, whose dh has no hook targets: they begin with ${LOWEST}`,
      'raise the level first, as debhelper(7) tells',
    );
  }
}

/** DH_COMPAT. `certain`: one of them holds in any case, so that nothing else counts. */
function overrides({ makefile, environment }: Declarations): {
  found: Declared[];
  certain: boolean;
} {
  const given = environment !== undefined && environment.trim() !== '';
  const inherited: Declared[] = given
    ? [{ file: 'environment', line: 0, value: environment.trim(), by: 'DH_COMPAT' }]
    : [];
  const set = makefile.variables.filter(
    ({ name, exported, operator, value }) =>
      name === 'DH_COMPAT' && value !== '' && (exported || given) && !(given && operator === '?='),
  );
  const variables = set.map(
    ({ line, value }): Declared => ({ file: 'rules', line: line + 1, value, by: 'DH_COMPAT' }),
  );
  const commands = makefile.rules.flatMap(({ recipe }) =>
    recipe.flatMap(({ text, line }): Declared[] => {
      const value = /\bDH_COMPAT=["']?([^\s"';&|]+)/.exec(text)?.[1];
      return value === undefined ? [] : [{ file: 'rules', line: line + 1, value, by: 'DH_COMPAT' }];
    }),
  );
  const last = set.findLastIndex(({ unconditional }) => unconditional);
  return {
    found: [...commands, ...(last < 0 ? [...inherited, ...variables] : variables.slice(last))],
    certain: given || last >= 0,
  };
}

function compatFile({ compat }: Declarations): Declared[] {
  if (compat === undefined) return [];
  return [
    { file: 'compat', line: 1, value: compat.split('\n', 1)[0]!.trim(), by: 'debian/compat' },
  ];
}

function controlFields({ control, source }: Declarations): Declared[] {
  const relations = ['build-depends', 'build-depends-indep', 'build-depends-arch'].flatMap((name) =>
    relationsOf(control, source.fields.get(name)),
  );
  const found = relations.flatMap(({ text, line }): Declared[] => {
    const rest = /^debhelper-compat(?![\w.+-])\s*(.*)$/.exec(text)?.[1];
    if (rest === undefined) return [];
    const [, value, more] = /^\(\s*=\s*([^\s)]+)\s*\)\s*(.*)$/.exec(rest) ?? [];
    if (more) {
      throw new DebianRefusal(
        'control',
        line + 1,
        `debhelper refuses \`${text}\`: a level has no restriction and no alternative`,
        `write \`debhelper-compat (= ${value})\` alone`,
      );
    }
    return [{ file: 'control', line: line + 1, value: value ?? text, by: 'debhelper-compat' }];
  });
  const field = source.fields.get('x-dh-compat');
  if (field === undefined) return found;
  const value = control[field.from]!.text.replace(/^[^:]*:/, '').trim();
  return [...found, { file: 'control', line: field.from + 1, value, by: 'X-DH-Compat' }];
}
