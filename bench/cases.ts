import rustnet from '../profiles/rustnet/confinement.ts';
import { artefacts } from '../src/emit/index.ts';
import { basePolicy, distribution, linkModules } from '../src/toolchain/index.ts';
import type { Case } from './case.ts';

/** The questions, on Debian 13's default policy; differences against the same with rustnet's module. */
export async function allCases(): Promise<readonly Case[]> {
  const dist = await distribution('debian-13');
  const base = await basePolicy(dist);
  const cil = artefacts(rustnet).find(({ role }) => role === 'cil')!.text;
  const linked = await linkModules(dist, base, [{ name: 'rustnet.cil', bytes: Buffer.from(cil) }]);
  const [policy, withRustnet] = [base.policy, linked.policy];
  const module = ['--policy', withRustnet, '--file-contexts', linked.fileContexts];
  return [
    {
      title: 'rules of one domain and class',
      ours: ['query', 'rules', '--policy', policy, '-A', '-s', 'httpd_t', '-c', 'file'],
      peer: ['sesearch', policy, '-A', '-s', 'httpd_t', '-c', 'file'],
      goal: { time: 1 / 10 },
    },
    {
      title: 'all allow rules',
      ours: ['query', 'rules', '--policy', policy, '-A'],
      peer: ['sesearch', policy, '-A'],
      goal: { time: 1 / 5 },
    },
    {
      title: 'transitions, shortest',
      ours: ['query', 'transitions', '--policy', policy, '-s', 'init_t', '-t', 'httpd_t', '-S'],
      peer: ['sedta', '-p', policy, '-s', 'init_t', '-t', 'httpd_t', '-S'],
      goal: { time: 1 / 5 },
    },
    {
      title: 'flows httpd_t to shadow_t, shortest',
      ours: ['query', 'flows', '--policy', policy, '-s', 'httpd_t', '-t', 'shadow_t', '-S'],
      peer: ['seinfoflow', '-p', policy, '-s', 'httpd_t', '-t', 'shadow_t', '-S'],
      goal: { time: 1 / 50, memory: 1 / 4 },
    },
    {
      title: 'difference by one module',
      ours: ['query', 'diff', policy, withRustnet],
      peer: ['sediff', policy, withRustnet],
      goal: { time: 1 / 50, memory: 1 / 5 },
      // They differ, which is a no.
      exit: { ours: 1, peer: 0 },
    },
    {
      title: 'all guarantees of rustnet',
      ours: ['prove', 'profiles/rustnet', ...module],
      goal: { time: 0.5, memory: 200 },
    },
    {
      title: 'a log of 100,000 records, 210 requests',
      ours: ['review', ...module],
      peer: ['audit2allow', '-p', withRustnet, '-i'],
      log: 100_000,
      // It writes rules; we prove seventeen nevers anew for each request.
      goal: { time: 1 },
      // Some of it is for the description to decide.
      exit: { ours: 1, peer: 0 },
    },
    {
      title: 'a log of 1,000,000 records',
      ours: ['review', ...module],
      log: 1_000_000,
      goal: { time: 10, memory: 500 },
      exit: { ours: 1, peer: 0 },
    },
  ];
}
