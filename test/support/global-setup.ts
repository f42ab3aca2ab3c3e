import { basePolicy, distribution, FLAVOURS, TARGETS } from '../../src/targets/index.ts';

/**
 * Fetches and links what most tests stand on, once, before two workers would do it at the same time. From the cache this takes
 * no time; on a fresh machine about two minutes.
 */
export default async function setup(): Promise<void> {
  for (const { id } of TARGETS) {
    await distribution(id, { analysis: true });
    const dist = await distribution(id);
    for (const flavour of FLAVOURS) await basePolicy(dist, flavour);
  }
}
