/**
 * Text from outside (audit logs, process names, paths, policies) made safe for a terminal: control characters, including
 * escape, C1 controls, bidirectional overrides and line separators, become visible escapes (`\x1b`, `\u202e`).
 * The result is one line.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** C0, DEL, C1, the bidirectional controls (Trojan Source), line and paragraph separators, lone surrogates. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
