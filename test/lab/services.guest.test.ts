import { afterAll, beforeAll, expect, test } from 'vitest';
import mosquittoSuite from '../../profiles/mosquitto/scenarios/index.ts';
import nginxSuite from '../../profiles/nginx/scenarios/index.ts';
import pdftotextSuite from '../../profiles/pdftotext/scenarios/index.ts';
import plocateSuite from '../../profiles/plocate/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadProfile, type Profile } from '../../src/cli/load-profile.ts';
import { moduleFiles } from '../../src/cli/load-suite.ts';
import type { Scenario, Suite } from '../../src/description/index.ts';
import {
  debian13,
  type KernelPolicy,
  type LabResult,
  packagesOf,
  probeBinary,
  type QemuMachine,
  runSuite,
  selinux,
  startQemu,
} from '../../src/lab/index.ts';
import type { Mechanism } from '../../src/lab/mechanism.ts';
import { progressOf } from '../support/progress.ts';

/**
 * Programs of the distribution, three that the service manager starts and one that users do, enforcing from their installation, in one boot: each
 * transaction of the policy costs the guest a minute, so that the scenarios come first, and the attacks when nothing is refused in silence any more.
 */
const progress = progressOf('services');
let guest: QemuMachine;
let mosquitto: Profile;
let nginx: Profile;
let plocate: Profile;
let pdftotext: Profile;

beforeAll(async () => {
  mosquitto = await loadProfile(processIo(), 'profiles/mosquitto');
  nginx = await loadProfile(processIo(), 'profiles/nginx');
  plocate = await loadProfile(processIo(), 'profiles/plocate');
  pdftotext = await loadProfile(processIo(), 'profiles/pdftotext');
  guest = await startQemu(await debian13(), { progress });
}, 600_000);

afterAll(async () => guest?.stop());

test('a broker works, and is refused what it is not for', async () => {
  const { scenarios } = await run(mosquitto, only(mosquittoSuite, mosquittoSuite.scenarios, []));
  expect(problemsOf(scenarios)).toEqual([]);
  expect(scenarios).toHaveLength(mosquittoSuite.scenarios.length);
}, 1_200_000);

test('a parser of documents works in a user’s home, and is refused keys, files of the user and what the shell opened for writing', async () => {
  const { scenarios } = await run(pdftotext, only(pdftotextSuite, pdftotextSuite.scenarios, []));
  expect(problemsOf(scenarios)).toEqual([]);
  expect(scenarios).toHaveLength(pdftotextSuite.scenarios.length);
}, 1_200_000);

test('a web server on paths of another module works, with its control tool, and is refused what it is not for', async () => {
  const { scenarios } = await run(nginx, only(nginxSuite, nginxSuite.scenarios, []));
  expect(problemsOf(scenarios)).toEqual([]);
  expect(scenarios).toHaveLength(nginxSuite.scenarios.length);
}, 1_200_000);

test('a timer job works, and an attacker in it is refused', async () => {
  const result = await run(plocate, plocateSuite);
  expect(problemsOf([...result.scenarios, ...result.attacks])).toEqual([]);
  expect(result.attacks).toHaveLength(plocateSuite.attacks.length);
}, 1_200_000);

test('an attacker in the broker is refused; a rule that is missing and a never that is broken are seen', async () => {
  const [attack] = mosquittoSuite.attacks;
  const broken = { ...attack!, id: 'decoy', probe: 'tcp-listen' };
  // No rule lets it read a key with another program's label.
  const missing: Scenario = {
    ...mosquittoSuite.scenarios.find(({ id }) => id === 'messages')!,
    before: 'chcon -t tls_privkey_t /etc/mosquitto/certs/lab.key',
  };
  const { scenarios, attacks } = await run(
    mosquitto,
    only(mosquittoSuite, [missing], [...mosquittoSuite.attacks, broken]),
    { installed: true },
  );
  expect(scenarios[0]!.problems.join('\n')).toMatch(
    /unexpected denial: mosquitto_t tls_privkey_t:file \{ (open|read)/,
  );
  expect(problemsOf(attacks.slice(0, -1))).toEqual([]);
  expect(attacks.at(-1)!.problems).toContain('the attack succeeded: ok');
}, 1_200_000);

test('a document that takes the parser over gets nowhere; a denial that does not come is missed', async () => {
  // Only what is granted is not refused: the document that it may read is no key.
  const [key] = pdftotextSuite.attacks;
  const broken = { ...key!, id: 'decoy', probe: 'read HOME/paper.pdf' };
  const { attacks } = await run(
    pdftotext,
    only(pdftotextSuite, [], [...pdftotextSuite.attacks, broken]),
    { installed: true },
  );
  expect(problemsOf(attacks.slice(0, -1))).toEqual([]);
  expect(attacks).toHaveLength(pdftotextSuite.attacks.length + 1);
  expect(attacks.at(-1)!.problems).toContain('the attack succeeded: ok');
}, 1_200_000);

test('an attacker in the web server is refused; its removal gives back the paths that it took over', async () => {
  const { attacks } = await run(nginx, only(nginxSuite, [], nginxSuite.attacks), {
    installed: true,
  });
  expect(problemsOf(attacks)).toEqual([]);
  expect(attacks).toHaveLength(nginxSuite.attacks.length);

  const life = selinux(nginx.confinement, { ...moduleFiles(nginx), permissive: [] });
  expect((await life.on(guest).remove(nginxSuite.program)).problems).toEqual([]);
  for (const { path, from } of nginx.confinement.takesOver!) {
    const { stdout } = await guest.run(`ls -Zd ${path}`);
    expect(from, path).toContain(stdout.split(':')[2]);
  }
}, 1_200_000);

async function run(
  profile: Profile,
  suite: Suite,
  { installed = false }: { readonly installed?: boolean } = {},
): Promise<LabResult> {
  const { result } = await runSuite({
    machine: guest,
    profile: profile.shown,
    confinement: profile.confinement,
    suite,
    mechanism: enforcingFromTheStart(
      selinux(profile.confinement, { ...moduleFiles(profile), permissive: [] }),
      installed,
    ),
    program: undefined,
    packages: installed ? [] : await packagesOf(await debian13(), suite.program),
    probe: await probeBinary(),
    form: 'short',
    duration: 5,
    tidy: false,
    progress,
    // Neither what is refused in silence nor removal: the profiles of other programs show both.
    only: /^/,
  });
  return result;
}

/** Whatever is in the policy already is not put there again. */
function enforcingFromTheStart(
  mechanism: Mechanism<KernelPolicy>,
  installed: boolean,
): Mechanism<KernelPolicy> {
  return {
    ...mechanism,
    on: (machine) => {
      const life = mechanism.on(machine);
      return {
        ...life,
        ...(installed ? { install: async () => [], logAll: async () => {} } : {}),
        enforce: async () => ({
          id: 'enforcing',
          title: 'Enforcing since its installation',
          command: '',
          output: '',
          problems: [],
          outcome: 'passed',
        }),
      };
    },
  };
}

function only(suite: Suite, scenarios: readonly Scenario[], attacks: Suite['attacks']): Suite {
  return {
    ...suite,
    scenarios: scenarios.map((each): Scenario => ({ ...each, modes: ['enforcing'] })),
    attacks,
  };
}

function problemsOf(
  outcomes: readonly { readonly id: string; readonly problems: readonly string[] }[],
): string[] {
  return outcomes.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`));
}
