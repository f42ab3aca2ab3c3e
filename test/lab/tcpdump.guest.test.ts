import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import suite from '../../profiles/tcpdump/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { labReport } from '../../src/cli/lab-report.ts';
import { kernelPolicySet } from '../../src/cli/load-policy-set.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { moduleFiles, probeSource } from '../../src/cli/load-suite.ts';
import {
  debian13,
  probeBinary,
  realProgram,
  runSuite,
  selinux,
  startQemu,
} from '../../src/lab/index.ts';
import { headline } from '../../src/report/index.ts';
import { sshInto } from '../support/guest-ssh.ts';
import { progressOf } from '../support/progress.ts';

const progress = progressOf('tcpdump');

test('a second program, the distribution’s own, on a machine that is reached by SSH', async () => {
  const profile = await loadProfile(processIo(), 'profiles/tcpdump');
  const directory = mkdtempSync(join(tmpdir(), 'confine-guest-'));
  const guest = await startQemu(await debian13(), { ssh: true, progress });
  try {
    const machine = await sshInto(guest, directory);
    const { result, policy } = await runSuite({
      machine,
      profile: profile.shown,
      confinement: profile.confinement,
      suite,
      mechanism: selinux(profile.confinement, moduleFiles(profile)),
      program: await realProgram(suite.program),
      probe: await probeBinary(probeSource(profile, suite)),
      form: 'short',
      duration: 5,
      tidy: false,
      progress,
    });
    const ran = policy && kernelPolicySet(policy, undefined);
    const report = labReport(profile.confinement, suite, result, ran, []);
    expect(headline(report)).toEqual({
      passed: true,
      text: 'all as expected: 4 scenarios, 2 attacks, 4 checks of the module',
    });
    for (const { kind, proof } of report.nevers) {
      expect(proof?.verdict, `${kind}: ${proof?.says}`).toBe('holds');
    }
  } finally {
    await guest.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}, 1_800_000);
