import { parentPort, workerData } from 'node:worker_threads';
import type { Described } from '../fleet/index.ts';
import { type Part, readPart } from './log-part.ts';

/** A thread of `readInParts`: reads its part of a log and says what it found. */
const { path, part, described } = workerData as {
  readonly path: string;
  readonly part: Part;
  readonly described: Described | undefined;
};
parentPort!.postMessage(readPart(path, part, described));
