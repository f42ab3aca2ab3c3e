import {
  type Ability,
  type Block,
  type Confinement,
  everyStatement,
  type Statement,
  typeName,
} from '../description/index.ts';
import type { Baseline } from './baseline.ts';
import { refsOf } from './description-names.ts';
import type { Concern } from './finding.ts';

/** Finds the part of a description that a change of the policy concerns. */
export interface Concerns {
  ofInterface(name: string): readonly Concern[];
  /** A type, an attribute or a class. */
  ofName(name: string): readonly Concern[];
  /**
   * What grants the domain an access, or refuses it in silence, itself or by an interface of one of these records: at least one of `permissions`, where they are
   * given. The access is `TARGET:CLASS` without a condition.
   */
  ofAccess(
    access: string,
    calls: Baseline['calls'],
    kind?: 'allow' | 'dontaudit',
    permissions?: readonly string[],
  ): readonly Concern[];
  /** By its place among the nevers. */
  ofNever(index: number): readonly Concern[];
  ofAbility(name: string): readonly Concern[];
}

/** `text` is the description's file, for the lines; a concern whose words are not found there has none. */
export function concernsOf(confinement: Confinement, text: string): Concerns {
  const blocks = confinement.may.flatMap((ability) =>
    ability.blocks.map((block) => ({
      ability,
      block,
      statements: [...everyStatement(block.selinux)],
    })),
  );
  const where = (has: (statement: Statement, ability: Ability) => boolean): readonly Concern[] =>
    blocks
      .filter(({ statements, ability }) => statements.some((one) => has(one, ability)))
      .map(({ ability, block }) => concernOf(text, ability, block));
  const ofInterface: Concerns['ofInterface'] = (name) =>
    where((statement) => statement.kind === 'interface' && statement.name === name);
  return {
    ofInterface,
    ofName: (name) =>
      where(
        (statement) =>
          refsOf(statement).some((ref) => ref === name || ref === `-${name}`) ||
          ('classes' in statement && statement.classes.includes(name)) ||
          (statement.kind === 'optional' && name in (statement.requires.classes ?? {})),
      ),
    ofAccess(access, calls, kind = 'allow', permissions = undefined) {
      const some = (granted: readonly string[]): boolean =>
        permissions?.some((name) => granted.includes(name)) ?? true;
      const [target, tclass] = access.split(':') as [string, string];
      const byName = where(
        (statement) =>
          ((statement.kind === kind && some(statement.permissions)) ||
            (kind === 'allow' && statement.kind === 'ioctls' && some(['ioctl']))) &&
          'classes' in statement &&
          statement.classes.includes(tclass) &&
          statement.targets.some((ref) => typeName(confinement, ref) === target),
      );
      const row = kind === 'allow' ? access : `dontaudit ${access}`;
      const byCall = Object.entries(calls)
        .filter(([, given]) =>
          Object.entries(given).some(
            ([key, list]) => unconditional(key) === row && some(list.split(' ')),
          ),
        )
        .flatMap(([name]) => ofInterface(name));
      return unique([...byName, ...byCall]);
    },
    ofNever(index) {
      const never = confinement.never[index];
      if (never === undefined) return [];
      return [{ part: `never ${never.kind}`, why: never.why, ...at(lineOf(text, never.why)) }];
    },
    ofAbility: (name) =>
      confinement.may
        .filter((ability) => ability.name === name)
        .map((ability) => concernOf(text, ability, { why: ability.title, selinux: [] })),
  };
}

/** An access without the condition under which it holds. */
export function unconditional(access: string): string {
  return access.replace(/ if .*$/, '');
}

function concernOf(text: string, { name }: Ability, { why }: Block): Concern {
  return { part: name, why, ...at(lineOfAbility(text, name)) };
}

/** The call below `may`; an ability that is written out there has its name as a text. */
function lineOfAbility(text: string, name: string): number | undefined {
  const may = Math.max(text.search(/^\s*may\s*:/m), 0);
  const call = new RegExp(`\\b${name}\\(|\\bname:\\s*['"\`]${name}['"\`]`).exec(text.slice(may));
  return call === null ? undefined : lineAt(text, may + call.index);
}

/** A reason may be broken into lines, or have its quotes escaped: its beginning finds it. */
function lineOf(text: string, words: string): number | undefined {
  const found = text.indexOf(words.split(/['"`\\\n]/)[0]!.slice(0, 60));
  return words === '' || found < 0 ? undefined : lineAt(text, found);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function at(line: number | undefined): { line?: number } {
  return line === undefined ? {} : { line };
}

function unique(concerns: readonly Concern[]): readonly Concern[] {
  return [...new Map(concerns.map((one) => [`${one.part}\n${one.why}`, one])).values()];
}
