/** Text for a terminal whose locale knows ASCII alone: our own signs are spelled in it. Names from outside stay. */
export function ascii(text: string): string {
  return text.replace(SIGNS, (sign) => SPELLING[sign]!);
}

const SPELLING: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '·': '.',
  '→': '->',
  '…': '...',
  '✓': '+',
  '✗': '!',
  '≤': '<=',
};

const SIGNS = new RegExp(`[${Object.keys(SPELLING).join('')}]`, 'g');
