import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import suite from '../../profiles/rustnet/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { profileFiles } from '../../src/cli/load-suite.ts';
import {
  apparmor,
  debian13,
  type LabResult,
  probeBinary,
  type QemuMachine,
  realProgram,
  runSuite,
  startQemu,
} from '../../src/lab/index.ts';
import { progressOf } from '../support/progress.ts';

/** The lab under AppArmor, and on trial: what is wrong must be said, and said as what it is. One guest, one run after the other on it. */
const root = join(import.meta.dirname, '../..');
const progress = progressOf('apparmor');
const SCENARIOS = ['help', 'outputs'];
const ATTACKS = [
  'udp-other-port',
  'udp-foreign-dns',
  'tcp',
  'read-shadow',
  'write-etc',
  'exec-shell',
  'ptrace',
  'signal',
  'mount',
  'host-name',
  'execmem',
  'dbus',
  'residual-environ',
];

let guest: QemuMachine;
let inOrder: LabResult;
let onTrial: LabResult;

beforeAll(async () => {
  guest = await startQemu(await debian13('apparmor'), { progress });
  inOrder = await run((text) => text, { scenarios: SCENARIOS, attacks: ATTACKS });
  onTrial = await run(spoiled, { scenarios: ['outputs'], attacks: ['udp-other-port'], only: /^/ });
}, 1_200_000);
afterAll(() => guest?.stop());

/** Without the rule by which it writes its logs, and with one that a profile written in a hurry has. */
function spoiled(text: string): string {
  const without = text.replace(/^ {2}owner \/var\/log\/rustnet.*\n/m, '');
  expect(without.length).toBeLessThan(text.length);
  const open = without.replace('network (create, bind, connect', 'network inet dgram,\n  $&');
  expect(open.length).toBeGreaterThan(without.length);
  return open;
}

async function run(
  change: (text: string) => string,
  {
    scenarios,
    attacks,
    ...more
  }: { readonly scenarios: string[]; readonly attacks: string[]; readonly only?: RegExp },
): Promise<LabResult> {
  const profile = await loadProfile({ ...processIo(), cwd: root }, 'profiles/rustnet');
  const written = profileFiles(profile);
  const files = {
    ...written,
    files: written.files.map((file) =>
      file.path === written.path ? { ...file, text: change(file.text) } : file,
    ),
  };
  const { result, policy } = await runSuite({
    machine: guest,
    profile: profile.shown,
    confinement: profile.confinement,
    suite: {
      ...suite,
      scenarios: suite.scenarios.filter(({ id }) => scenarios.includes(id)),
      attacks: suite.attacks.filter(({ id }) => attacks.includes(id)),
      apparmor: {
        scenarios: only(suite.apparmor!.scenarios, scenarios),
        attacks: only(suite.apparmor!.attacks, attacks),
      },
    },
    mechanism: apparmor(files),
    program: await realProgram(suite.program),
    probe: await probeBinary(),
    form: 'short',
    duration: 4,
    ...more,
    tidy: true,
    progress,
  });
  // What the kernel ran is what was loaded: a compiled profile.
  expect(Buffer.from(policy).subarray(3, 10).toString('latin1')).toBe('version');
  return result;
}

function only<T>(half: Readonly<Record<string, T>>, ids: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(half).filter(([id]) => ids.includes(id)));
}

test('rustnet works in complain and in enforce mode, and attacks come out as its suite says', () => {
  const { checks, scenarios, attacks } = inOrder;
  const problems = [...checks, ...scenarios, ...attacks].flatMap(({ id, problems }) =>
    problems.map((problem) => `${id}: ${problem}`),
  );
  expect(problems).toEqual([]);
  expect(attacks.map(({ id }) => id).sort()).toEqual([...ATTACKS].sort());
  expect(attacks.filter(({ residual }) => residual !== undefined).map(({ id }) => id)).toEqual([
    'dbus',
    'execmem',
  ]);
  expect(checks.map(({ id }) => id)).toEqual(['compile', 'installed', 'enforcing', 'removal']);
});

test('it is red where a rule is missing, with the record, and where UDP is open', () => {
  const [outputs] = onTrial.scenarios;
  expect(outputs?.outcome).toBe('failed');
  expect(outputs?.problems).toContain(
    'unexpected denial: rustnet mkdir /var/log/rustnet/logs/ { c } (comm=rustnet)',
  );
  expect(onTrial.attacks[0]).toMatchObject({
    outcome: 'failed',
    inside: { answer: 'ok', arrived: true },
  });
  expect(onTrial.attacks[0]?.problems).toContain('the attack succeeded: ok, it arrived');
});

test('the machine is left as it was', async () => {
  const { stdout } = await guest.run(
    `grep rustnet /sys/kernel/security/apparmor/profiles; ls -d /etc/apparmor.d/*rustnet* /etc/apparmor.d/force-complain/* /usr/bin/rustnet; cat /sys/module/apparmor/parameters/audit`,
  );
  expect(stdout.trim()).toBe('normal');
});
