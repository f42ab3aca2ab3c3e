import { width } from './width.ts';

/**
 * Text in lines of at most so many columns, broken between words; a longer word stands alone. Lines after the first begin `hang` columns in, by
 * default where the text itself begins. Colour that is on at the end of a line is taken off there and put on again in the next: what stands
 * beside it in a table keeps its own. `inWords`: a word that is longer than a line is broken too, after an underscore, slash, hyphen, comma or
 * colon.
 */
export function wrap(
  text: string,
  columns: number,
  { inWords = false, hang }: { inWords?: boolean; hang?: number } = {},
): string {
  const margin = /^ */.exec(text)![0];
  const indent = Math.min(hang ?? margin.length, columns >> 1);
  const lines: string[] = [];
  let line = margin;
  for (const piece of piecesOf(text.slice(margin.length), columns - indent, inWords)) {
    if (line.trim() !== '' && width((line + piece).trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = ' '.repeat(indent);
    }
    line += piece;
  }
  lines.push(line.trimEnd());
  return recoloured(lines).join('\n');
}

/** Words with the space that follows them; parts of a word where it does not fit. */
function piecesOf(text: string, columns: number, inWords: boolean): string[] {
  const words = text.split(/(?<= )(?! )/);
  if (!inWords) return words;
  return words.flatMap((word) =>
    width(word.trimEnd()) > columns ? word.split(/(?<=[_/,:-])(?=[^\s_/,:-])/) : [word],
  );
}

function recoloured(lines: readonly string[]): string[] {
  let on = '';
  return lines.map((line) => {
    const begun = on;
    for (const [code] of line.matchAll(COLOUR)) on = OFF.test(code) ? '' : on + code;
    return `${begun}${line}${on === '' ? '' : '\x1b[0m'}`;
  });
}

const COLOUR = /\x1b\[[\d;]*m/g;
const OFF = /^\x1b\[(0|22|39)?m$/;
