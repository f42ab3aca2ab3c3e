import { bold, filled, roff } from './roff.ts';

/** A program's page of the manual. Texts are plain; what is copied is set in bold. */
export interface CommandPage {
  readonly name: string;
  readonly version: string;
  /** Of the page, as 2026-11-28. */
  readonly date: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly commands: readonly CommandSection[];
  /** Further sections: a heading with terms and what is said of each. */
  readonly lists: readonly { readonly heading: string; readonly entries: readonly Entry[] }[];
  readonly seeAlso: string;
}

export interface CommandSection {
  readonly usage: readonly string[];
  readonly paragraphs: readonly string[];
  readonly entries: readonly Entry[];
  readonly examples: readonly Entry[];
}

type Entry = readonly [term: string, text: string];

/** `NAME(1)`. */
export function commandPage(page: CommandPage): string {
  const lines = [
    `.TH ${page.name.toUpperCase()} 1 ${page.date} "${page.name} ${page.version}" "User Commands"`,
    // A command that is broken at a hyphen cannot be copied.
    '.nh',
    '.SH NAME',
    `${page.name} \\- ${roff(page.summary)}`,
    '.SH SYNOPSIS',
    `${bold(page.name)} \\fIverb\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]`,
    '.SH DESCRIPTION',
    ...page.description.flatMap((text, i) => (i === 0 ? [roff(text)] : ['.PP', roff(text)])),
    '.SH COMMANDS',
    ...page.commands.flatMap(section),
    ...page.lists.flatMap(({ heading, entries }) => [`.SH ${heading}`, ...entries.flatMap(entry)]),
    '.SH SEE ALSO',
    roff(page.seeAlso),
  ];
  return `${lines
    .flatMap((line) => ascii(line).split('\n'))
    .flatMap(filled)
    .join('\n')}\n`;
}

/** A manual is read in every locale: roff makes a quote of an apostrophe where it can. */
function ascii(text: string): string {
  return text.replaceAll('’', "'").replaceAll('…', '...');
}

function section({ usage, paragraphs, entries, examples }: CommandSection): string[] {
  return [
    ...usage.map((line) => `.SS "${roff(line)}"`),
    ...paragraphs.flatMap((text, i) => (i === 0 ? [roff(text)] : ['.PP', roff(text)])),
    ...entries.flatMap(entry),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:', ...examples.flatMap(entry)]),
  ];
}

function entry([term, text]: Entry): string[] {
  // A term is never filled: it is a request's argument line.
  return ['.TP', `.B ${roff(term)}`, roff(text)];
}
