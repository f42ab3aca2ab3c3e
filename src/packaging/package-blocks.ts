import { PackagingRefusal } from './package-refusal.ts';

/** A line and the characters that end it: `\n`, `\r\n`, or nothing for a last line without end. */
export interface Line {
  readonly text: string;
  readonly end: string;
}

/** A block of ours and the place where it goes: before the line of this index, of the file without any block of ours. */
export interface Placed {
  readonly at: number;
  /** What the block is about, one word: the same block of two runs has the same. */
  readonly topic: string;
  readonly lines: readonly string[];
  /** Whether an empty line of ours stands above it. */
  readonly spaced: boolean;
}

export function linesOf(text: string): Line[] {
  return [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)]
    .map((match) => ({ text: match[1]!, end: match[2]! }))
    .filter(({ text, end }) => text !== '' || end !== '');
}

/**
 * Puts blocks between the lines of a file, each between two marks that `withoutBlocks` finds again. Lines end as their neighbours do;
 * a last line that has no end gets one, which the mark remembers.
 */
export function withBlocks(
  lines: readonly Line[],
  owner: string,
  blocks: readonly Placed[],
): string {
  const usual = lines.find(({ end }) => end !== '')?.end ?? '\n';
  const out: string[] = [];
  for (let i = 0; i <= lines.length; i++) {
    for (const block of blocks.filter(({ at }) => at === i)) {
      const before = lines[i - 1];
      const unended = i === lines.length && before?.end === '' && !out.at(-1)!.endsWith('\n');
      const end = before?.end || usual;
      out.push(
        unended ? end : '',
        block.spaced ? end : '',
        `${BEGIN} ${owner} ${block.topic}: ${unended ? UNENDED : KEPT}${end}`,
        ...block.lines.map((line) => line + end),
        `${END} ${owner} ${block.topic}${end}`,
      );
    }
    const line = lines[i];
    if (line !== undefined) out.push(line.text + line.end);
  }
  return out.join('');
}

/** The file as it was before `withBlocks`, to the byte. Refuses a file in which marks are missing or in disorder. */
export function withoutBlocks(text: string, owner: string): { text: string; blocks: number } {
  const out: Line[] = [];
  let blocks = 0;
  let open: { line: number; topic: string } | undefined;
  linesOf(text).forEach(({ text: line, end }, i) => {
    const mark = MARK.exec(line);
    if (mark === null || mark[2] !== owner) {
      if (open === undefined) out.push({ text: line, end });
    } else if (mark[1] === BEGIN && open === undefined) {
      open = { line: i + 1, topic: mark[3]! };
      blocks++;
      if (SPACED.has(mark[3]!) && out.at(-1)?.text === '') out.pop();
      const before = out.at(-1);
      if (mark[4] === UNENDED && before !== undefined)
        out.splice(-1, 1, { text: before.text, end: '' });
    } else if (mark[1] === END && open?.topic === mark[3]) {
      open = undefined;
    } else {
      throw new PackagingRefusal(
        i + 1,
        `the marks of ${owner} are in disorder`,
        'remove what stands between them by hand, and the marks',
      );
    }
  });
  if (open !== undefined) {
    throw new PackagingRefusal(
      open.line,
      `the block \`${open.topic}\` of ${owner} has no end`,
      'remove the block by hand, and its mark',
    );
  }
  return { text: out.map((line) => line.text + line.end).join(''), blocks };
}

/** Blocks that are sections or paragraphs of their own: an empty line above them is ours. */
export const SPACED: ReadonlySet<string> = new Set([
  'package',
  'build-section',
  'install-section',
  'files',
  'stanza',
]);

const BEGIN = '# >>>';
const END = '# <<<';
const KEPT = 'confine keeps this block, and removes it with --remove';
const UNENDED = `${KEPT}, with the end of the line above`;
const MARK = /^(# >>>|# <<<) (\S+) ([\w-]+)(?:: (.*))?$/;
