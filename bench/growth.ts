import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicy } from '../src/selinux/policydb/index.ts';
import { basePolicy, cached, distribution } from '../src/targets/index.ts';
import { table } from '../src/text/index.ts';
import { largerPolicy } from './larger-policy.ts';
import { type Measurement, median } from './measure.ts';

/**
 * How the answers' cost grows: the same questions on Debian 13's default policy and on one with four times its types and rules.
 * Ours is the built package. Usage: npm run build && node bench/growth.ts
 */
const TIMES = 4;
const dist = await distribution('debian-13');
const { policy } = await basePolicy(dist);
const directory = await cached(`bench/larger-${TIMES}-1`, async (partial) => {
  const text = join(partial, 'policy.cil');
  writeFileSync(text, largerPolicy(readPolicy(readFileSync(policy)), TIMES));
  const output = ['-o', join(partial, 'policy')];
  await dist.run('secilc', ['-c', '34', '-M', 'true', '-N', '-f', '/dev/null', ...output, text]);
});
const larger = join(directory, 'policy');
const main = join(import.meta.dirname, '../dist/cli/confine.js');

/** The question's words, in which `_N` becomes a copy's number in the larger policy and vanishes in the other. */
const QUESTIONS: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['info', ['info']],
  ['rules of one domain and class', ['rules', '-A', '-s', 'httpd_t_0', '-c', 'file']],
  ['transitions, shortest', ['transitions', '-s', 'init_t_0', '-t', 'httpd_t_0', '-S']],
  ['flows, shortest', ['flows', '-s', 'httpd_t_0', '-t', 'shadow_t_0', '-S']],
];

const rows: string[][] = [];
for (const [title, words] of QUESTIONS) {
  const plain = words.map((word) => word.replace(/_0$/, ''));
  const small = await answered([...plain, '--policy', policy]);
  const large = await answered([...words, '--policy', larger]);
  rows.push([
    title,
    `${small.seconds.toFixed(2)} s ${small.megabytes.toFixed(0)} MB`,
    `${large.seconds.toFixed(2)} s ${large.megabytes.toFixed(0)} MB`,
    `×${(large.seconds / small.seconds).toFixed(1)}`,
  ]);
}
process.stdout.write(
  table(
    [
      { heading: 'question' },
      { heading: 'Debian 13', align: 'right' },
      { heading: `${TIMES} times`, align: 'right' },
      { heading: 'growth', align: 'right' },
    ],
    rows,
  ),
);

/** A question that was not answered took no time worth measuring. */
function answered(words: readonly string[]): Promise<Measurement> {
  return median([process.execPath, main, 'query', ...words], 5, 0);
}
