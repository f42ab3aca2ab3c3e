import suite from '../../profiles/rustnet/scenarios/index.ts';
import { debian13, realProgram, startQemu } from '../../src/lab/index.ts';
import { progressOf } from './progress.ts';

/**
 * Makes what the guest tests stand on, once, before two of them would do it at the same time: the real program, the guest's image, and its
 * snapshot. From the cache this takes seconds; on a fresh machine some minutes.
 */
export default async function setup(): Promise<void> {
  await Promise.all([realProgram(suite.program), guest()]);
}

async function guest(): Promise<void> {
  const started = await startQemu(await debian13(), { progress: progressOf('setup') });
  await started.stop();
}
