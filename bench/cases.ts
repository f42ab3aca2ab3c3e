import { readFileSync } from 'node:fs';
import rustnet from '../profiles/rustnet/confinement.ts';
import { artefacts } from '../src/selinux/module/index.ts';
import { readPolicy } from '../src/selinux/policydb/index.ts';
import { basePolicy, distribution, linkModules } from '../src/targets/index.ts';
import { manyRequests } from './audit-log.ts';
import type { Case } from './case.ts';
import { moreTypes, release } from './more-types.ts';

/** The questions, on Debian 13's default policy; differences against the same with rustnet's module. */
export async function allCases(): Promise<readonly Case[]> {
  const dist = await distribution('debian-13');
  const base = await basePolicy(dist);
  const cil = artefacts(rustnet).find(({ role }) => role === 'cil')!.text;
  const linked = await linkModules(dist, base, [{ name: 'rustnet.cil', bytes: Buffer.from(cil) }]);
  const [policy, withRustnet] = [base.policy, linked.policy];
  const module = ['--policy', withRustnet, '--file-contexts', linked.fileContexts];
  const larger = await linkModules(dist, base, [
    { name: 'rustnet.cil', bytes: Buffer.from(cil) },
    { name: 'more.cil', bytes: Buffer.from(moreTypes(rustnet.domain)) },
  ]);
  const largerModule = ['--policy', larger.policy, '--file-contexts', larger.fileContexts];
  const [before, after] = await Promise.all(
    (['before', 'after'] as const).map((which) =>
      linkModules(dist, base, [
        { name: 'more.cil', bytes: Buffer.from(moreTypes('httpd_t')) },
        { name: 'release.cil', bytes: Buffer.from(release(which)) },
      ]),
    ),
  );
  const every = manyRequests(readPolicy(readFileSync(withRustnet)));
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
      slow: true,
    },
    {
      title: 'difference by one module',
      ours: ['query', 'diff', policy, withRustnet],
      peer: ['sediff', policy, withRustnet],
      goal: { time: 1 / 50, memory: 1 / 5 },
      // They differ, which is a no.
      exit: { ours: 1, peer: 0 },
      slow: true,
    },
    {
      title: 'difference of two releases, three million rules',
      ours: ['query', 'diff', before!.policy, after!.policy],
      goal: { time: 8, memory: 700 },
      exit: { ours: 1, peer: 0 },
    },
    {
      title: 'all guarantees of rustnet',
      ours: ['prove', 'profiles/rustnet', ...module, '--base', policy],
      goal: { time: 0.5, memory: 200 },
    },
    {
      title: 'a log of 100,000 records, 210 requests',
      ours: ['review', ...module],
      peer: ['audit2allow', '-p', withRustnet, '-i'],
      log: { records: 100_000 },
      // It writes rules; we prove seventeen nevers anew for each request.
      goal: { time: 1 },
      // Some of it is for the description to decide.
      exit: { ours: 1, peer: 0 },
    },
    {
      title: 'the same on a policy as large as Fedora’s',
      ours: ['review', ...largerModule],
      peer: ['audit2allow', '-p', larger.policy, '-i'],
      log: { records: 100_000 },
      goal: { time: 1 },
      exit: { ours: 1, peer: 0 },
    },
    {
      title: 'a log of 100,000 records, 50,000 requests',
      ours: ['review', ...module],
      peer: ['audit2allow', '-p', withRustnet, '-i'],
      log: { records: 100_000, asked: every },
      goal: { time: 1 / 10 },
      exit: { ours: 1, peer: 0 },
      slow: true,
    },
    {
      title: 'many requests on a policy as large as Fedora’s',
      ours: ['review', ...largerModule],
      peer: ['audit2allow', '-p', larger.policy, '-i'],
      log: { records: 20_000, asked: every },
      goal: { time: 1 / 10 },
      exit: { ours: 1, peer: 0 },
      slow: true,
    },
    {
      title: 'a log of 3,300,000 records, one gigabyte',
      ours: ['review', ...module],
      log: { records: 3_300_000 },
      goal: { time: 10, memory: 1000 },
      exit: { ours: 1, peer: 0 },
    },
  ];
}
