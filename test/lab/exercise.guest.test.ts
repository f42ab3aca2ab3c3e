import { afterAll, beforeAll, expect, test } from 'vitest';
import { processIo } from '../../src/cli/io.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { loadSuite, moduleFiles } from '../../src/cli/load-suite.ts';
import {
  debian13,
  packagesOf,
  probeBinary,
  type QemuMachine,
  runSuite,
  selinux,
  startQemu,
} from '../../src/lab/index.ts';
import { progressOf } from '../support/progress.ts';

/**
 * Abilities that no profile of a real program uses, tried by programs that do what such programs do: a module of many domains, which are made enforcing
 * after their installation.
 */
const progress = progressOf('exercise');
let guest: QemuMachine;

beforeAll(async () => {
  guest = await startQemu(await debian13(), { progress });
}, 600_000);

afterAll(async () => guest?.stop());

test('every ability lets programs do what it is for, and logs no denial', async () => {
  const profile = await loadProfile(processIo(), 'test/lab/exercise');
  const suite = await loadSuite(processIo(), profile);
  const module = moduleFiles(profile);
  // One entry for each domain.
  expect(module.permissive.map(({ domain }) => domain)).toEqual(module.domains);
  const mechanism = selinux(profile.confinement, module);
  const { result } = await runSuite({
    machine: guest,
    profile: profile.shown,
    confinement: profile.confinement,
    suite,
    mechanism,
    program: undefined,
    packages: await packagesOf(await debian13(), suite.program),
    probe: await probeBinary(),
    form: 'short',
    duration: 5,
    tidy: false,
    progress,
    // Neither what is refused in silence nor removal: the profiles of other programs show both.
    only: /^/,
  });
  const problems = [...result.checks, ...result.scenarios, ...result.attacks].flatMap(
    ({ id, problems: found }) => found.map((problem) => `${id}: ${problem}`),
  );
  expect(problems).toEqual([]);
  expect(result.scenarios).toHaveLength(suite.scenarios.length);
  expect(result.attacks).toHaveLength(suite.attacks.length);
}, 1_800_000);
