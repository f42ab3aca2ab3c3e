import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import {
  DIFFERENCE_KINDS,
  differenceText,
  policyDifference,
  policyPair,
} from '../../src/selinux/query/index.ts';
import { compileModule, distribution, linkModules } from '../../src/targets/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peerPython } from '../support/peer.ts';
import { policyFileFromCil } from '../support/policy.ts';
import { randomVariant } from './random-variant.ts';
import { SEDIFF_DIFFERENCES } from './sediff-differences.ts';

/** Each of these with each other. */
const VARIANTS = 15;

describe('the difference of two policies is sediff’s', () => {
  const files: string[] = [];
  const policies: PolicyDb[] = [];
  beforeAll(async () => {
    for (let seed = 1; seed <= VARIANTS; seed++) {
      const file = await policyFileFromCil(randomVariant(seed), {
        version: seed % 4 === 0 ? 33 : 34,
        handleUnknown: seed % 3 === 0 ? 'allow' : 'deny',
      });
      files.push(file);
      policies.push(readPolicy(readFileSync(file)));
    }
  });

  test('on 210 pairs of small policies', async () => {
    const pairs = files.flatMap((_, left) =>
      files.flatMap((_, right) => (left === right ? [] : [[left, right] as const])),
    );
    const theirs = await sediff(pairs.map(([left, right]) => [files[left]!, files[right]!]));
    const kinds = new Set<string>();
    const seen = new Set<string>();
    pairs.forEach(([left, right], i) => {
      const sections = policyDifference(policyPair(policies[left]!, policies[right]!));
      for (const { id, difference } of sections) {
        for (const change of ['added', 'removed', 'modified'] as const) {
          if (difference[change].length > 0) kinds.add(`${id} ${change}`);
        }
      }
      const shown = sections.filter((section) => {
        const known = SEDIFF_DIFFERENCES.find(({ hides }) => hides?.(section));
        if (known !== undefined) seen.add(known.name);
        return known === undefined;
      });
      let ours = shown.flatMap((section) => [...differenceText(section)]).join('\n');
      let peers = theirs[i]!;
      for (const { name, rewrites } of SEDIFF_DIFFERENCES) {
        if (rewrites === undefined) continue;
        const alike = (text: string): string => text.split('\n').map(rewrites).join('\n');
        const before = different(ours, peers);
        [ours, peers] = [alike(ours), alike(peers)];
        if (different(ours, peers) < before) seen.add(name);
      }
      expect(normal(ours), `variants ${left + 1} and ${right + 1}`).toEqual(normal(peers));
    });
    // The comparison is worth what it compares: every kind of difference came up.
    expect([...kinds].sort()).toEqual(EXERCISED);
    expect([...seen].sort()).toEqual(SEDIFF_DIFFERENCES.map(({ name }) => name).sort());
  });

  test('on Debian 13’s policy and the same with a module', { timeout: 600_000 }, async () => {
    const base = await linkedPolicy('debian-13');
    const dist = await distribution('debian-13');
    const { pp } = await compileModule(dist, MODULE);
    const linked = await linkModules(dist, base, [{ name: 'sample.pp', bytes: pp }]);
    const [theirs] = await sediff([[base.policy, linked.policy]]);
    const pair = policyPair(
      readPolicy(readFileSync(base.policy)),
      readPolicy(readFileSync(linked.policy)),
    );
    const ours = normal(
      policyDifference(pair)
        .flatMap((section) => [...differenceText(section)])
        .join('\n'),
    );
    expect(ours.length).toBeGreaterThan(1000);
    expect(ours).toEqual(normal(theirs!));
  });
});

const MODULE = {
  name: 'sample',
  te: `policy_module(sample, 1.0)
type sample_t;
type sample_exec_t;
application_domain(sample_t, sample_exec_t)
gen_tunable(sample_reads, false)
tunable_policy(\`sample_reads',\`
	files_read_etc_files(sample_t)
')
`,
  fc: '/usr/bin/sample -- gen_context(system_u:object_r:sample_exec_t,s0)\n',
  if: '## <summary>A sample.</summary>\n',
};

async function sediff(pairs: readonly (readonly [string, string])[]): Promise<string[]> {
  const output = await peerPython(
    join(import.meta.dirname, 'sediff-answers.py'),
    pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''),
    [...new Set(pairs.flat())],
  );
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string);
}

/** Each line with the line and section that it belongs to, sorted: within a section sediff sorts by the statement's text, we by names. */
function normal(text: string): string[] {
  let section = '';
  let item = '';
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => unified(line.trimEnd()).replace(/\{([^}]*)\}/g, sortedSet))
    .map((line) => {
      if (!line.startsWith(' ')) {
        section = line;
        return line;
      }
      if (!line.startsWith('       ')) {
        item = line;
        return `${section} | ${line}`;
      }
      return `${section} | ${item} | ${line}`;
    })
    .sort();
}

/** How many lines are in one text only. */
function different(a: string, b: string): number {
  const [ours, theirs] = [new Set(normal(a)), new Set(normal(b))];
  return ours.symmetricDifference(theirs).size;
}

/** Python's spelling of truth; the blanks of an entry without a file type; and parentheses of constraints, of which setools writes more than it needs. */
function unified(line: string): string {
  const truth = line.replace(
    /^( +[+-] )(True|False)$/,
    (_, sign: string, value: string) => sign + value.toLowerCase(),
  );
  const blanks = truth.replace(/(?<=\S) {2,}/g, ' ');
  return /^ +[+-] (mls)?(constrain|validatetrans) /.test(blanks)
    ? blanks
        .replace(/[()]/g, '')
        .replace(/(?<=\S) +/g, ' ')
        .replace(/ ;$/, ';')
    : blanks;
}

function sortedSet(_: string, names: string): string {
  return `{ ${names.trim().split(/\s+/).sort().join(' ')} }`;
}

/** What cannot come up: two policies have the same properties, and a statement without parts is another statement when it changes. */
const IMPOSSIBLE: ReadonlySet<string> = new Set([
  'properties added',
  'properties removed',
  ...['role-allows', 'constraints', 'mls-constraints', 'polcaps'].map((id) => `${id} modified`),
  'validatetrans modified',
  'mls-validatetrans modified',
]);

const EXERCISED: readonly string[] = DIFFERENCE_KINDS.flatMap((id) =>
  ['added', 'removed', 'modified'].map((change) => `${id} ${change}`),
)
  .filter((name) => !IMPOSSIBLE.has(name))
  .sort();
