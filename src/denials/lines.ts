import { LONGEST_LINE } from './record.ts';

/** A log's lines from its chunks, one at a time; a line longer than LONGEST_LINE is cut there, so no input can fill the memory. */
export async function* auditLines(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let overlong = false;
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      const line = rest + text.slice(from, at);
      if (!overlong) yield line.slice(0, LONGEST_LINE);
      rest = '';
      overlong = false;
      from = at + 1;
    }
    if (!overlong) rest += text.slice(from);
    if (rest.length > LONGEST_LINE) {
      yield rest.slice(0, LONGEST_LINE);
      rest = '';
      overlong = true;
    }
  }
  if (rest !== '') yield rest;
}
