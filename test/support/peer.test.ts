import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { peerPython } from './peer.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-peer-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a peer’s answer is kept for the same script, question and files’ content, and for no other', async () => {
  const at = (name: string): string => join(directory, name);
  const asked = (): number => readFileSync(at('asked'), 'utf8').length;
  const script = `import sys
policy, question = sys.stdin.read().split()
open("${at('asked')}", "a").write(".")
print(question, open(policy).read())
`;
  writeFileSync(at('script.py'), script);
  const run = String(Date.now());
  writeFileSync(at('policy'), `first ${run}`);
  const ask = (question: string): Promise<string> =>
    peerPython(at('script.py'), `${at('policy')} ${question}`, [at('policy')]);

  const answer = await ask('one');
  expect(answer).toMatch(/^one first /);
  expect(await ask('one')).toBe(answer);
  expect(asked()).toBe(1);

  expect(await ask('two')).toMatch(/^two first /);
  writeFileSync(at('policy'), `another ${run}`);
  expect(await ask('one')).toBe(`one another ${run}\n`);
  writeFileSync(at('script.py'), script.replace('print(', 'print("changed", '));
  expect(await ask('one')).toBe(`changed one another ${run}\n`);
  expect(asked()).toBe(4);
});
