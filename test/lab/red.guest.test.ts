import { join } from 'node:path';
import { expect, test } from 'vitest';
import confinement from '../../profiles/rustnet/confinement.ts';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { moduleFiles } from '../../src/cli/load-suite.ts';
import type { Scenario, Step } from '../../src/description/index.ts';
import {
  debian13,
  probeBinary,
  realProgram,
  runSuite,
  selinux,
  startQemu,
} from '../../src/lab/index.ts';
import { progressOf } from '../support/progress.ts';

/** The lab itself on trial: what is wrong must be said, and said as what it is. */
const root = join(import.meta.dirname, '../..');
const progress = progressOf('red');

test('it is red when a rule is missing, when UDP is open, and when the resolver is dead', async () => {
  const profile = await loadProfile({ ...processIo(), cwd: root }, 'profiles/rustnet');
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
      // Only the names are not worth waiting for: what comes before them comes late on a busy machine.
      (step): Step =>
        step.do === 'screen' && step.shows.some((text) => text.includes('www'))
          ? { ...step, within: 8 }
          : step,
    ),
  };
  const guest = await startQemu(await debian13(), { progress });
  const { result } = await runSuite({
    machine: guest,
    profile: profile.shown,
    confinement,
    program: await realProgram(suite.program),
    probe: await probeBinary(),
    form: 'short',
    duration: 5,
    tidy: false,
    progress,
    suite: {
      ...suite,
      scenarios: [
        { ...session, modes: ['permissive'] },
        { ...dead, modes: ['permissive'], longOnly: [] },
      ],
      attacks: suite.attacks.filter(({ id }) => id === 'udp-other-port'),
    },
    mechanism: selinux(confinement, { ...module, te }),
    only: /^/,
  }).finally(() => guest.stop());
  const [works, names] = result.scenarios;
  // What is missing is seen as an administrator would look, and in the audit log's window.
  expect(works!.problems).toEqual([
    expect.stringMatching(/ausearch .*the output matches .rustnet_t/),
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
