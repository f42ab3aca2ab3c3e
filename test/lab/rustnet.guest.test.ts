import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import confinement from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { labReport } from '../../src/cli/lab-report.ts';
import { kernelPolicySet } from '../../src/cli/load-policy-set.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { moduleFiles } from '../../src/cli/load-suite.ts';
import {
  allPassed,
  debian13,
  type KernelPolicy,
  type LabResult,
  probeBinary,
  type QemuMachine,
  realProgram,
  runSuite,
  type SuiteOutcome,
  selinux,
  startQemu,
} from '../../src/lab/index.ts';
import { progressOf } from '../support/progress.ts';

const root = join(import.meta.dirname, '../..');
const progress = progressOf('rustnet');
const io = { ...processIo(), cwd: root };

let guest: QemuMachine;
let outcome: SuiteOutcome<KernelPolicy>;
let before: string;

beforeAll(async () => {
  const profile = await loadProfile(io, 'profiles/rustnet');
  const program = await realProgram(suite.program);
  const probe = await probeBinary();
  guest = await startQemu(await debian13(), { progress });
  before = await stateOf(guest);
  outcome = await runSuite({
    machine: guest,
    profile: profile.shown,
    confinement,
    suite,
    mechanism: selinux(confinement, moduleFiles(profile)),
    program,
    probe,
    form: 'short',
    duration: 8,
    bootSeconds: guest.bootSeconds,
    tidy: true,
    progress,
  });
}, 2_400_000);

afterAll(() => guest?.stop());

function failures({ checks, scenarios, attacks }: LabResult): string[] {
  return [...checks, ...scenarios, ...attacks].flatMap(({ id, problems }) =>
    problems.map((problem) => `${id}: ${problem}`),
  );
}

test('the real rustnet works and is confined, as its scenarios say', () => {
  expect(failures(outcome.result)).toEqual([]);
  expect(allPassed(outcome.result)).toBe(true);
  expect(outcome.result.scenarios.length).toBeGreaterThan(14);
  expect(outcome.result.attacks.length).toBeGreaterThan(30);
});

test('the proofs on the kernel’s own policy say what the kernel did', () => {
  const ran = outcome.policy && kernelPolicySet(outcome.policy, undefined);
  const report = labReport(confinement, suite, outcome.result, ran, []);
  for (const never of report.nevers) {
    const attacks = outcome.result.attacks.filter(({ id }) => never.attacks.includes(id));
    expect(attacks.length, never.kind).toBeGreaterThan(0);
    // With CAP_SYS_ADMIN, which a boolean that is off gives, the kernel connects to a file server for the program.
    const wanted = ['send-udp', 'connect-tcp'].includes(never.kind) ? 'holds as set' : 'holds';
    expect(never.proof?.verdict, `${never.kind}: ${never.proof?.says}`).toBe(wanted);
  }
});

test('a machine that goes on living is left as it was', async () => {
  expect(await stateOf(guest)).toBe(before);
});

/** What the lab changes on a machine. */
async function stateOf(machine: QemuMachine): Promise<string> {
  const { stdout } = await machine.run(`
ls -dl --time-style=+ /run/confine* /usr/libexec/*-secmark /usr/lib/*.d/rustnet*.conf /etc/resolv.conf /etc/systemd/resolved.conf.d /usr/bin/rustnet /usr/share/GeoIP/* 2>&1
cat /etc/resolv.conf; cut -d: -f1 /etc/passwd /etc/group
ip netns list; ip -o link | cut -d: -f2; nft list ruleset; auditctl -l; semanage login -l
sysctl net.ipv4.ping_group_range dev.tty.legacy_tiocsti; systemctl list-units --all --plain --no-legend '*secmark*' 'confine*'
semodule -lfull; getsebool -a; ls -Z /var/log | cut -d. -f1 | sort -u`);
  return stdout;
}
