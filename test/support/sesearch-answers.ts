import { join } from 'node:path';
import { distribution } from '../../src/targets/index.ts';
import { peerPython } from './peer.ts';

/** What sesearch answers to each of these command lines, in one process of it. */
export async function sesearchAnswers(
  policy: string,
  questions: readonly (readonly string[])[],
): Promise<readonly (readonly [code: number, out: string])[]> {
  const { root } = await distribution('debian-13', { analysis: true });
  const sesearch = join(root, 'usr/bin/sesearch');
  const input = [sesearch, ...questions.map((args) => [...args, policy])];
  const stdout = await peerPython(
    join(import.meta.dirname, 'sesearch-answers.py'),
    `${input.map((line) => JSON.stringify(line)).join('\n')}\n`,
    [sesearch, policy],
  );
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== questions.length)
    throw new Error(`sesearch gave ${answers.length} answers`);
  return answers.map((line) => JSON.parse(line));
}
