import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import confinement from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { labReport } from '../../src/cli/lab-report.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { moduleFiles } from '../../src/cli/load-suite.ts';
import type { Scenario, Step } from '../../src/confinement/index.ts';
import {
  allPassed,
  debian13,
  type LabResult,
  probeBinary,
  type QemuMachine,
  realProgram,
  runSuite,
  type SuiteOutcome,
  type SuiteRun,
  startQemu,
} from '../../src/lab/index.ts';

const root = join(import.meta.dirname, '../..');
const io = { ...processIo(), cwd: root };

let guest: QemuMachine;
let common: Omit<SuiteRun, 'suite' | 'module'>;
let outcome: SuiteOutcome;

beforeAll(async () => {
  const profile = await loadProfile(io, 'profiles/rustnet');
  const program = await realProgram(suite.program);
  const probe = await probeBinary(join(root, 'profiles/rustnet/scenarios/probe/probe.c'));
  guest = await startQemu(await debian13());
  common = {
    machine: guest,
    profile: profile.shown,
    confinement,
    program,
    probe,
    form: 'short',
    duration: 8,
    bootSeconds: guest.bootSeconds,
    // What it leaves must not touch the next run.
    tidy: true,
    progress: (what) => process.stderr.write(`lab: ${what}\n`),
  };
  outcome = await runSuite({ ...common, suite, module: moduleFiles(profile) });
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
  const report = labReport(confinement, suite, outcome.result, outcome.policy, []);
  for (const never of report.nevers) {
    const attacks = outcome.result.attacks.filter(({ id }) => never.attacks.includes(id));
    expect(attacks.length, never.kind).toBeGreaterThan(0);
    expect(never.proof?.verdict, `${never.kind}: ${never.proof?.says}`).toBe('holds');
  }
});

test('it is red when a rule is missing, when UDP is open, and when the resolver is dead', async () => {
  const profile = await loadProfile(io, 'profiles/rustnet');
  const module = moduleFiles(profile);
  const without = module.te.replace(/^.*self:netlink_netfilter_socket.*$/m, '');
  expect(without).not.toBe(module.te);
  const te = `${without}\nsysnet_dns_name_resolve(rustnet_t)\n`;

  const session = suite.scenarios.find(({ id }) => id === 'session')!;
  const dns = suite.scenarios.find(({ id }) => id === 'dns-resolved')!;
  const kill: Step = {
    do: 'run',
    as: 'root',
    command: 'pkill -F /run/confine-lab/dnsmasq.pid',
  };
  const dead: Scenario = {
    ...dns,
    steps: [kill, ...dns.steps.filter((step) => step.do !== 'run')].map(
      (step): Step => (step.do === 'screen' ? { ...step, within: 8 } : step),
    ),
  };
  const { result } = await runSuite({
    ...common,
    suite: {
      ...suite,
      scenarios: [
        { ...session, modes: ['permissive'] },
        { ...dead, modes: ['permissive'] },
      ],
      attacks: suite.attacks.filter(({ id }) => id === 'udp-other-port'),
    },
    module: { ...module, te },
    only: /^/,
  });
  const [works, names] = result.scenarios;
  expect(works!.problems).toEqual([
    expect.stringMatching(
      /^unexpected denial: rustnet_t rustnet_t:netlink_netfilter_socket \{ create \}/,
    ),
  ]);
  expect(names!.problems).toContainEqual(expect.stringMatching(/^the screen did not show .*www/));
  expect(result.attacks[0]).toMatchObject({
    outcome: 'failed',
    inside: { answer: 'ok', arrived: true },
  });
  expect(result.attacks[0]!.problems).toContain('the attack succeeded: ok, it arrived');
}, 1_200_000);
