/** A section of an .ini file: its options by their names in lower case, those of `[DEFAULT]` among them. */
export interface IniSection {
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

/** The file is no .ini as Python's configparser reads them, which is what sechecker reads. */
export class IniError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = 'IniError';
  }
}

/**
 * Reads an .ini file as Python's configparser does: `name = value` or `name: value`, comments on lines of their own, values that go on in lines
 * that are indented deeper. Values are as written: `%` is not looked into. Throws IniError.
 */
export function readIni(text: string): readonly IniSection[] {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let indented = 0;
  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line.startsWith('#') || line.startsWith(';')) continue;
    if (line === '') {
      value?.push('');
      continue;
    }
    const indent = raw.length - raw.trimStart().length;
    if (value !== undefined && indent > indented) {
      value.push(line);
      continue;
    }
    indented = indent;
    const header = /^\[(.+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      if (sections.has(header))
        throw new IniError(at + 1, `the section [${header}] is there twice`);
      section = new Map();
      sections.set(header, section);
      value = undefined;
      continue;
    }
    const [, option, first] = /^(.*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (section === undefined) throw new IniError(at + 1, 'stands before the first section');
    if (option === undefined || option === '') throw new IniError(at + 1, 'is no `name = value`');
    const name = option.toLowerCase();
    if (section.has(name)) throw new IniError(at + 1, `\`${name}\` is given twice in its section`);
    value = [first!];
    section.set(name, value);
  }
  const defaults = sections.get('DEFAULT') ?? [];
  return [...sections]
    .filter(([name]) => name !== 'DEFAULT')
    .map(([name, options]) => ({
      name,
      options: new Map([...defaults, ...options].map(([key, lines]) => [key, joined(lines)])),
    }));
}

function joined(lines: readonly string[]): string {
  return lines.join('\n').trimEnd();
}
