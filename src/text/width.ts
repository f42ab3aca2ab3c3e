import { stripVTControlCharacters } from 'node:util';
import { eastAsianWidth } from 'get-east-asian-width';

/** How many columns of a terminal a line takes: colours none, combining marks none, wide characters two. */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (!NO_COLUMN.test(character)) columns += eastAsianWidth(character.codePointAt(0)!);
  }
  return columns;
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Combining marks, joiners and variation selectors stand on the character before them; a return starts the line again. */
const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}\r]$/u;
