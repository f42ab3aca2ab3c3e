import { printable } from '../text/index.ts';
import type { Io } from './io.ts';

/**
 * Results come while they are found, but in blocks: a system call per line would take longer than finding them. Whether there was one.
 */
export function writeLines(io: Io, lines: Iterable<string>): boolean {
  let any = false;
  for (const block of blocksOf(lines)) {
    any = true;
    const text = block.join(' ');
    // Nearly always the whole block is clean, and asking that once is cheaper than cleaning each line.
    const clean = printable(text) === text ? block : block.map(printable);
    io.out(`${clean.join('\n')}\n`);
  }
  return any;
}

/** As many at a time as are worth a system call. */
export function* blocksOf<T>(items: Iterable<T>): Generator<T[]> {
  let block: T[] = [];
  for (const item of items) {
    block.push(item);
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

const BLOCK = 1_000;
