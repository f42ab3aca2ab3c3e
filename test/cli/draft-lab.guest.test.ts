import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** A guest of its own: it is permissive, and has a module that grants nothing. From the snapshot that costs seconds. */
const directory = mkdtempSync(join(tmpdir(), 'confine-draft-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a service is drafted from what it does in the lab, and again from what is kept', async () => {
  const { code, out, err } = await runCli(
    ['draft', '--package', 'mosquitto', '--lab', '--keep', 'kept'],
    { cwd: directory },
  );
  expect(code, err).toBe(0);
  // It was in the domain, and is seen by both in the one run.
  expect(err).not.toContain('did the program run in it');
  expect(out).toMatch(/\/\/ Seen in 1 of 1 runs: [\s\S]*\n {4}runAsDaemon\(\{ notify: true/);
  expect(out).toMatch(/\n {4}listenOn\(/);
  // What the tracer brings with it is no access of the program's.
  expect(out).not.toMatch(/initrc_t|'transition'/);
  const kept = readdirSync(join(directory, 'kept')).sort();
  expect(kept).toEqual([expect.stringMatching(/^mosquitto_.*\.deb$/), 'run-1.log', 'run-1.strace']);
  const log = readFileSync(join(directory, 'kept/run-1.log'), 'utf8');
  expect(log).toMatch(/denied {2}\{ [^}]*name_bind [^}]*\} .*scontext=\S+:mosquitto_t:/);
  const again = await runCli(
    [
      ...['draft', '--target', 'debian-13', '--package', `kept/${kept[0]}`],
      ...['--log', 'kept/run-1.log', '--trace', 'kept/run-1.strace'],
    ],
    { cwd: directory },
  );
  expect(again.out).toBe(out);
}, 1_200_000);
