import { wrapped } from './wrapped.ts';

/** A sentence starts a line, and no line is longer than a terminal is wide; requests stay as they are. */
export function filled(line: string): string[] {
  if (line.startsWith('.')) return [line];
  return line
    .split(/(?<=[.:]) (?=[A-Z])/)
    .flatMap((one) => wrapped(one, '', 78))
    .map((part) => part.replace(/^(['.])/, '\\&$1'));
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

/** A line that starts with a dot or a quote would be a request; a backslash starts an escape; a plain hyphen becomes a minus. */
export function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}
