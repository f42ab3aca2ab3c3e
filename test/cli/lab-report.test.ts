import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { labReport } from '../../src/cli/lab-report.ts';
import { kernelPolicySet } from '../../src/cli/load-policy-set.ts';
import { loadProfile, rulesetOf } from '../../src/cli/load-profile.ts';
import type { LabResult } from '../../src/lab/index.ts';
import { htmlReport, markdownReport, type Report } from '../../src/report/index.ts';
import { linkedPolicy, linkedWith } from '../support/linked-policy.ts';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');

/** The committed run, with proofs on a policy that is linked now, and perhaps another module beside ours. */
async function report(beside?: string): Promise<Report> {
  const profile = await loadProfile({ ...processIo(), cwd: root }, 'profiles/rustnet');
  const { policy, fileContexts, homeDirectoryContexts, substitutions } = await linkedWith(
    'debian-13',
    profile.confinement,
    beside,
  );
  const evidence = join(root, 'profiles/rustnet/evidence/debian-13/report.json');
  const { lab } = JSON.parse(readFileSync(evidence, 'utf8')) as { lab: LabResult };
  const kernel = {
    binary: readFileSync(policy),
    base: readFileSync((await linkedPolicy('debian-13')).policy),
    fileContexts: readFileSync(fileContexts, 'utf8'),
    homeDirectories: readFileSync(homeDirectoryContexts, 'utf8'),
    substitutions: readFileSync(substitutions, 'utf8'),
  };
  const ran = kernelPolicySet(kernel, rulesetOf(profile));
  return labReport(profile.confinement, suite, lab, ran, []);
}

test('a proof that presupposes something says so in every form of the report', async () => {
  const made = await report();
  const proofOf = (kind: string): Report['nevers'][number]['proof'] =>
    made.nevers.find((never) => never.kind === kind)?.proof;
  expect(proofOf('listen')).toEqual({
    verdict: 'holds',
    says: expect.stringContaining('no rule lets it bind a port by name'),
  });
  expect(proofOf('send-udp')?.assumes?.join()).toContain(
    'profiles/rustnet/nftables/rustnet-secmark is loaded whenever rustnet_direct_dns is on',
  );
  // What the machine had before the module may be others' too.
  expect(proofOf('unix-sockets')?.assumes?.join()).toContain('no module of others wrote it');
  // Both nevers about reading are one row: what either presupposes stands in it.
  expect(proofOf('read')?.assumes?.join()).toContain('no BPF program');
  for (const text of [markdownReport(made), await htmlReport(made)]) {
    expect(text).toContain('assuming that');
    expect(text).toContain('rustnet-secmark is loaded whenever');
  }
});

test('what holds as the booleans are set is not said to hold', async () => {
  const made = await report(
    '(boolean b false) (booleanif b (true (allow rustnet_t self (tcp_socket (listen)))))',
  );
  const listen = made.nevers.find(({ kind }) => kind === 'listen')?.proof;
  expect(listen).toEqual({
    verdict: 'holds as set',
    says: 'as the booleans are set; b would break it',
  });
});

test('of several domains each has its nevers, its residuals and the attacks that were tried in it', async () => {
  const profile = await loadProfile({ ...processIo(), cwd: root }, 'docs/examples/mosquitto-tools');
  const { confinement } = profile;
  const linked = await linkedWith('debian-13', confinement);
  const ran = kernelPolicySet(
    {
      binary: readFileSync(linked.policy),
      base: readFileSync((await linkedPolicy('debian-13')).policy),
      fileContexts: readFileSync(linked.fileContexts, 'utf8'),
      homeDirectories: readFileSync(linked.homeDirectoryContexts, 'utf8'),
      substitutions: readFileSync(linked.substitutions, 'utf8'),
    },
    rulesetOf(profile),
  );
  const [attack] = suite.attacks;
  const tried = {
    ...suite,
    attacks: [
      { ...attack!, id: 'own', against: 'listen' as const },
      { ...attack!, id: 'by-ctrl', against: 'listen' as const, domain: 'ctrl' },
    ],
  };
  const evidence = join(root, 'profiles/rustnet/evidence/debian-13/report.json');
  const { lab } = JSON.parse(readFileSync(evidence, 'utf8')) as { lab: LabResult };
  const { nevers, residuals } = labReport(confinement, tried, lab, ran, []);

  const counts = [confinement, ...confinement.further!].map(
    ({ never }) => new Set(never.map(({ kind }) => kind)).size,
  );
  expect(nevers).toHaveLength(counts.reduce((a, b) => a + b));
  expect(new Set(nevers.map(({ kind }) => kind)).size).toBe(nevers.length);
  const attacksOn = (kind: string) => nevers.find((never) => never.kind === kind)?.attacks;
  expect(attacksOn('listen')).toEqual(['own']);
  expect(attacksOn('ctrl: listen')).toEqual(['by-ctrl']);
  expect(attacksOn('passwd: listen')).toEqual([]);
  expect(nevers.every(({ proof }) => proof !== undefined)).toBe(true);
  expect(residuals.map(({ id }) => id)).toContain('ctrl: any-broker');
});

test('of several domains the lab of AppArmor says no before anything starts', async () => {
  const { code, err } = await runCli([
    'lab',
    'docs/examples/mosquitto-tools',
    '--mechanism',
    'apparmor',
  ]);
  expect(code).toBe(2);
  expect(err).toContain('the lab under AppArmor is made for descriptions of one domain');
});
