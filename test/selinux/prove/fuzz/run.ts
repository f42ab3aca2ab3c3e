import { parseArgs } from 'node:util';
import { fuzz } from './cases.ts';
import { emptyWorld } from './world.ts';

/**
 * `npm run fuzz [-- --count 100000 --seed 1]`: random grants, each proved and held against a model of the kernel that knows nothing of the
 * prover. Prints what differs with the seed that makes it again (`--count 1 --seed N`), and ends with 1 if anything does.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [count, first] = [Number(values.count), Number(values.seed)];
  const started = performance.now();
  const { outcomes, disagreements } = fuzz(await emptyWorld(), first, count);
  for (const { seed, what } of disagreements) process.stdout.write(`seed ${seed}: ${what}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const counts = [...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ');
  process.stdout.write(
    `${count} cases from seed ${first} in ${seconds} s: ${counts}; ${disagreements.length} disagreements\n`,
  );
  if (disagreements.length > 0) process.exitCode = 1;
}

await main();
