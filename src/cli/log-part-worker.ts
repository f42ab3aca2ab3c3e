import { parentPort, workerData } from 'node:worker_threads';
import type { Described } from './collected-denials.ts';
import { type Part, readPart } from './log-part.ts';

/** A thread of `readInParts`: reads its part of a log and says what it found. */
const { path, part, described } = workerData as {
  readonly path: string;
  readonly part: Part;
  readonly described: Described;
};
parentPort!.postMessage(readPart(path, part, described));
