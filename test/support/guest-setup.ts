import suite from '../../profiles/rustnet/scenarios/index.ts';
import { debian13, realProgram, startQemu } from '../../src/lab/index.ts';
import { progressOf } from './progress.ts';

/**
 * Makes what the guest tests stand on, once, before two of them would do it at the same time: the real program, the guests' images, SELinux's and
 * AppArmor's, and their snapshots. From the cache this takes seconds; on a fresh machine some minutes.
 */
export default async function setup(): Promise<void> {
  await Promise.all([realProgram(suite.program), guests()]);
}

async function guests(): Promise<void> {
  for (const security of ['selinux', 'apparmor'] as const) {
    const started = await startQemu(await debian13(security), { progress: progressOf('setup') });
    await started.stop();
  }
}
