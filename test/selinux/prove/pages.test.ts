import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Never, NeverKind } from '../../../src/description/index.ts';
import * as vocabulary from '../../../src/description/index.ts';
import { NEVERS } from '../../../src/description/nevers/kinds.ts';
import {
  kernelCheck,
  kernelChecksPage,
  prove,
  type Verdict,
} from '../../../src/selinux/prove/index.ts';
import { GUARANTEES } from '../../../src/selinux/prove/nevers/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { policyFromCil } from '../../support/policy.ts';
import { policyClasses } from './policy-classes.ts';
import { contexts, describe, PRELUDE } from './subject-policy.ts';

const docs = join(import.meta.dirname, '../../../docs');
const sources = join(import.meta.dirname, '../../../src');

const KINDS = Object.keys(GUARANTEES).sort();

test('the table of kernel checks is the page', async () => {
  const page = kernelChecksPage(await policyClasses());
  expect(readFileSync(join(docs, 'kernel-checks.md'), 'utf8')).toBe(page);
});

test('every kind of guarantee has its page, and the list names them all', () => {
  const pages = globSync('*.md', { cwd: join(docs, 'guarantees') }).filter(
    (name) => name !== 'README.md',
  );
  expect(pages.sort()).toEqual(KINDS.map((kind) => `${kind}.md`).sort());
  const list = readFileSync(join(docs, 'guarantees/README.md'), 'utf8');
  expect([...list.matchAll(/\]\(([a-z-]+)\.md\)/g)].map(([, kind]) => kind).sort()).toEqual(KINDS);
});

test.each(KINDS)('%s is one record in each of two rooms', async (kind) => {
  const said = await import(`../../../src/description/nevers/${kind}.ts`);
  expect(Object.values(said)).toContain(NEVERS[kind as NeverKind]);
  const proved = await import(`../../../src/selinux/prove/nevers/${kind}.ts`);
  expect(Object.values(proved)).toEqual([GUARANTEES[kind as NeverKind]]);
});

/** Kinds of one word are called as permissions are. */
test('nothing else in the sources knows a kind by its name', () => {
  const names = KINDS.filter((kind) => kind.includes('-'));
  const elsewhere = globSync('**/*.ts', { cwd: sources }).flatMap((file) => {
    const text = readFileSync(join(sources, file), 'utf8');
    return names
      .filter((name) => text.includes(`'${name}'`) && !file.endsWith(`/nevers/${name}.ts`))
      .map((name) => `${file}: ${name}`);
  });
  // Which kinds a library's function may be against is told in one, which of them another mechanism proves in the other.
  const tables = [
    'description/nevers/kinds.ts',
    'selinux/prove/nevers/index.ts',
    // What AppArmor does not ask about belongs to a never.
    'abilities/',
    // A judge for each kind.
    'apparmor/prove/',
    // Which of them a first description has.
    'draft/propose-nevers.ts',
    // Which abilities and accesses tell against one of these.
    'draft/speaks-against.ts',
    'upkeep/program/import-meanings.ts',
  ];
  expect(elsewhere.filter((found) => !tables.some((file) => found.startsWith(file)))).toEqual([]);
});

test.each(KINDS)('the policy on the page of %s violates it', async (kind) => {
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
