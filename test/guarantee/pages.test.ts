import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Never, NeverKind } from '../../src/confinement/index.ts';
import * as vocabulary from '../../src/confinement/index.ts';
import { kernelCheck, kernelChecksPage, prove, type Verdict } from '../../src/guarantee/index.ts';
import { formatRule } from '../../src/query/index.ts';
import { policyFromCil } from '../support/policy.ts';
import { policyClasses } from './policy-classes.ts';
import { contexts, describe, PRELUDE } from './subject-policy.ts';

const docs = join(import.meta.dirname, '../../docs');

const KINDS: Readonly<Record<NeverKind, true>> = {
  'send-udp': true,
  'connect-tcp': true,
  listen: true,
  egress: true,
  'unix-sockets': true,
  execute: true,
  transition: true,
  'load-kernel-module': true,
  'change-policy': true,
  ptrace: true,
  'executable-memory': true,
  mount: true,
  capabilities: true,
  read: true,
  write: true,
  'inject-keystrokes': true,
  'flow-from': true,
};

test('the table of kernel checks is the page', async () => {
  const page = kernelChecksPage(await policyClasses());
  expect(readFileSync(join(docs, 'kernel-checks.md'), 'utf8')).toBe(page);
});

test('every kind of guarantee has its page, and the list names them all', () => {
  const pages = globSync('*.md', { cwd: join(docs, 'guarantees') }).filter(
    (name) => name !== 'README.md',
  );
  const kinds = Object.keys(KINDS).sort();
  expect(pages.sort()).toEqual(kinds.map((kind) => `${kind}.md`).sort());
  const list = readFileSync(join(docs, 'guarantees/README.md'), 'utf8');
  expect([...list.matchAll(/\]\(([a-z-]+)\.md\)/g)].map(([, kind]) => kind).sort()).toEqual(kinds);
});

test.each(Object.keys(KINDS))('the policy on the page of %s violates it', async (kind) => {
  const page = readFileSync(join(docs, `guarantees/${kind}.md`), 'utf8');
  const never = neverOf(block(page, 'ts'));
  expect(never.kind).toBe(kind);
  const labels = page.includes('```file_contexts')
    ? contexts(block(page, 'file_contexts'))
    : contexts('/.* u:object_r:base_t:s0');
  const verdictOn = async (cil: string): Promise<Verdict> =>
    prove(
      { db: await policyFromCil(`${PRELUDE}${cil}`), fileContexts: labels },
      describe('demo', [never]),
    )[0]!.verdict;

  const cil = block(page, 'cil');
  const violated = await verdictOn(cil);
  expect(violated.outcome).toBe('violated');
  if (violated.outcome !== 'violated') return;
  const rules = violated.witnesses.flatMap((witness) => witness.rules.map(formatRule));
  expect([...new Set(rules)]).toEqual([block(page, 'text').trim()]);

  // Without the one line that is said to offend it holds: nothing else on the page was the reason.
  const harmless = cil
    .split('\n')
    .filter((line) => !line.includes('; the offence'))
    .join('\n');
  expect(harmless).not.toBe(cil);
  expect((await verdictOn(harmless)).outcome).toBe('holds');

  const named = [...page.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!);
  for (const check of violated.checks) {
    expect(named, `the page names the kernel check ${check}`).toContain(check);
    expect(kernelCheck(check).id).toBe(check);
  }
});

function block(page: string, language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page);
  if (found === null) throw new Error(`the page has no block of ${language}`);
  return found[1]!;
}

/** The page's example, run with the functions of the vocabulary. */
function neverOf(code: string): Never {
  const names = Object.keys(vocabulary);
  const values = Object.values(vocabulary);
  return new Function(...names, `return (${code});`)(...values) as Never;
}
