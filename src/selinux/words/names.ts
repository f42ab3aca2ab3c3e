/** What an identifier may be, in the words of an error message. */
export const NAME_RULE = 'a letter, then letters, digits and underscores, at most 63 characters';

/** checkpolicy's lexer takes a letter, then letters, digits, `_` and inner `.`; dots belong to CIL blocks, so ours have none. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** A module's name: becomes a file name, a priority directory and the prefix of everything that the module declares. */
export function isModuleName(text: string): boolean {
  return IDENTIFIER.test(text) && !text.endsWith('_');
}

/** A type's name. By the field's convention it ends in `_t`. */
export function isTypeName(text: string): boolean {
  return IDENTIFIER.test(text) && text.endsWith('_t');
}

export function isAttributeName(text: string): boolean {
  return IDENTIFIER.test(text) && !text.endsWith('_t');
}

export function isBooleanName(text: string): boolean {
  return IDENTIFIER.test(text);
}
