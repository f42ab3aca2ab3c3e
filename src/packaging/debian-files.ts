import type { Line } from './package-blocks.ts';
import { PackagingRefusal } from './package-refusal.ts';

/** The files of `debian/` that every package shares. `compat` is read only. */
export interface DebianFiles {
  readonly control: string;
  readonly rules: string;
  readonly compat?: string;
}

/** Which of them a refusal is about; `environment` is the one that dh would run in. */
export class DebianRefusal extends PackagingRefusal {
  readonly file: keyof DebianFiles | 'environment';

  constructor(file: DebianRefusal['file'], line: number, message: string, hint: string) {
    super(line, message, hint);
    this.name = 'DebianRefusal';
    this.file = file;
  }
}

export interface Field {
  readonly from: number;
  /** Index after its last line. */
  to: number;
}

export interface Paragraph {
  /** By name in lower case. */
  readonly fields: Map<string, Field>;
}

/** Paragraphs of deb822(5) in debian/control; comment lines belong to nothing. */
export function paragraphsOf(lines: readonly Line[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let current: Paragraph | undefined;
  let field: Field | undefined;
  const wrong = (i: number, message: string): DebianRefusal =>
    new DebianRefusal('control', i + 1, message, 'correct the file first');
  lines.forEach(({ text }, i) => {
    if (text.startsWith('#')) return;
    if (/^\s*$/.test(text)) {
      current = undefined;
      field = undefined;
    } else if (/^\s/.test(text)) {
      if (field === undefined) throw wrong(i, 'a continuation line without a field');
      field.to = i + 1;
    } else {
      const name = /^([!-9;-~]+)\s*:/.exec(text)?.[1];
      if (name === undefined) throw wrong(i, 'this line is no field');
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

export function firstValue(lines: readonly Line[], field: Field | undefined): string | undefined {
  if (field === undefined) return undefined;
  return lines[field.from]!.text.replace(/^[^:]*:/, '').trim();
}

/** The relations of a field like Build-Depends, each with the index of the line that it begins on. */
export function relationsOf(
  lines: readonly Line[],
  field: Field | undefined,
): { text: string; line: number }[] {
  if (field === undefined) return [];
  const relations: { text: string; line: number }[] = [{ text: '', line: field.from }];
  for (let i = field.from; i < field.to; i++) {
    const { text } = lines[i]!;
    if (/^\s*#/.test(text)) continue;
    const parts = (i === field.from ? text.replace(/^[^:]*:/, '') : text).split(',');
    parts.forEach((part, k) => {
      const open = relations.at(-1)!;
      if (k > 0) relations.push({ text: part.trim(), line: i });
      else if (open.text === '') relations[relations.length - 1] = { text: part.trim(), line: i };
      else open.text = `${open.text} ${part.trim()}`.trim();
    });
  }
  return relations.filter(({ text }) => text !== '');
}
