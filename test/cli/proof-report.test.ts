import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { CIL_PRELUDE, policyFileFromCil } from '../support/policy.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-reports-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = 'profiles/tcpdump/confinement.ts';
const lineOf = (text: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

const LOCATION = z.strictObject({
  artifactLocation: z.strictObject({ uri: z.string().regex(/^[^ \\]+$/) }),
  region: z.strictObject({ startLine: z.int().min(1) }),
});

/** What SARIF 2.1.0 asks of the parts that we write (§3.13 to §3.30), and nothing else. */
const SARIF = z.strictObject({
  $schema: z.literal('https://json.schemastore.org/sarif-2.1.0.json'),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.literal('confine'),
            version: z.string().regex(/^\d+\.\d+\.\d+$/),
            rules: z.array(
              z.strictObject({
                id: z.string().min(1),
                shortDescription: z.strictObject({ text: z.string().min(1) }),
              }),
            ),
          }),
        }),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            level: z.enum(['error', 'warning', 'note']),
            message: z.strictObject({ text: z.string().min(1) }),
            locations: z.tuple([z.strictObject({ physicalLocation: LOCATION })]),
            relatedLocations: z
              .array(
                z.strictObject({
                  physicalLocation: LOCATION,
                  message: z.strictObject({ text: z.string().min(1) }),
                }),
              )
              .min(1)
              .optional(),
          }),
        ),
      }),
    )
    .length(1),
});

interface Reports {
  readonly code: number;
  readonly rules: readonly string[];
  readonly results: ReadonlyMap<string, { level: string; text: string; line: number }>;
  readonly junit: string;
}

async function reported(argv: readonly string[]): Promise<Reports> {
  const [sarif, junit] = [join(directory, 'out.sarif'), join(directory, 'out.xml')];
  const { code } = await runCli([...argv, '--sarif', sarif, '--junit', junit]);
  const [run] = SARIF.parse(JSON.parse(readFileSync(sarif, 'utf8'))).runs;
  const rules = run!.tool.driver.rules.map(({ id }) => id);
  expect(new Set(rules).size).toBe(rules.length);
  const results = new Map(
    run!.results.map(({ ruleId, level, message, locations }) => {
      const { artifactLocation, region } = locations[0].physicalLocation;
      expect(rules).toContain(ruleId);
      expect(artifactLocation.uri).toBe(file);
      return [ruleId, { level, text: message.text, line: region.startLine }];
    }),
  );
  return { code, rules, results, junit: readFileSync(junit, 'utf8') };
}

/** The case of one never, with all that is in it. */
function testcase(junit: string, name: string): string {
  const found = new RegExp(`<testcase classname="${name}"[^>]*?(/>|>[\\s\\S]*?</testcase>)`);
  return found.exec(junit)![0];
}

const tcpdump = `${CIL_PRELUDE}(type tcpdump_t) (type tcpdump_exec_t) (type other_t)`;

test('a never that is violated is an error at its line, and a failed test', async () => {
  const policy = await policyFileFromCil(
    `${tcpdump} (boolean tcpdump_x false)
(allow tcpdump_t other_t (process (ptrace)))
(booleanif tcpdump_x (true (allow tcpdump_t self (capability (sys_module)))))`,
  );
  const { code, rules, results, junit } = await reported([
    ...['prove', 'profiles/tcpdump', '--policy', policy],
  ]);
  expect(code).toBe(1);
  expect(rules).toHaveLength(16);
  const { level, text, line } = results.get('nevers/ptrace')!;
  expect({ level, line }).toEqual({ level: 'error', line: lineOf('ptrace(') });
  expect(text).toContain('allow tcpdump_t other_t:process ptrace;');
  expect(testcase(junit, 'nevers.ptrace')).toContain('<failure message="violated:');
  // As the boolean is set it holds, which is neither a plain pass nor a fault.
  expect(results.get('nevers/load-kernel-module')).toMatchObject({
    level: 'note',
    line: lineOf('loadKernelModules('),
  });
  const noted = testcase(junit, 'nevers.load-kernel-module');
  expect(noted).toContain('<system-out>holds as set');
  expect(noted).not.toMatch(/<(failure|error|skipped)/);
});

test('what cannot be decided is a warning and an error, never a pass and never left out', async () => {
  const policy = await policyFileFromCil(CIL_PRELUDE);
  const { code, rules, results, junit } = await reported([
    ...['prove', 'profiles/tcpdump', '--policy', policy],
  ]);
  expect(code).toBe(4);
  expect([...results.keys()]).toEqual(rules);
  expect(new Set([...results.values()].map(({ level }) => level))).toEqual(new Set(['warning']));
  expect(junit).toContain('tests="16" failures="0" errors="16" skipped="0"');
  expect(junit.match(/<error message="undecided: /g)).toHaveLength(16);
});

let checked: Reports;
beforeAll(async () => {
  checked = await reported(['check', 'profiles/tcpdump', '--target', 'debian-13,debian-12']);
});

test('check says the same of every policy, and what else it asks of the description', () => {
  const { code, rules, results, junit } = checked;
  expect(code).toBe(0);
  const suites = ['debian-12', 'debian-13'];
  for (const suite of suites) {
    expect(rules.filter((rule) => rule.startsWith(`${suite}/`))).toHaveLength(16);
    expect(junit).toContain(`<testsuite name="${suite}" tests="16" failures="0" errors="0"`);
  }
  expect(rules).toContain('description/generated-files');
  expect(new Set([...results.values()].map(({ level }) => level))).toEqual(new Set(['note']));
  expect(results.get('debian-13/executable-memory')!.text).toContain('holds beyond base');
  // What holds without a condition is no result: a code host would show it.
  expect(results.has('debian-13/mount')).toBe(false);
  expect(testcase(junit, 'debian-13.mount')).toMatch(/\/>$/);
  const tags =
    /<\/?(testsuites|testsuite|testcase|failure|error|system-out)( [a-z]+="[^"<]*")*\/?>/g;
  expect(
    junit.replace('<?xml version="1.0" encoding="UTF-8"?>', '').replace(tags, ''),
  ).not.toContain('<');
});

test('a way names the line of the description that brought its rule', async () => {
  const sarif = join(directory, 'related.sarif');
  const description = 'profiles/rustnet/confinement.ts';
  await runCli(['check', 'profiles/rustnet', '--target', 'debian-13', '--sarif', sarif]);
  const { results } = SARIF.parse(JSON.parse(readFileSync(sarif, 'utf8'))).runs[0]!;
  const opened = results.find(({ ruleId }) => ruleId === 'debian-13/send-udp');
  const at = readFileSync(description, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('traceWithBpf({'));
  expect(
    opened!.relatedLocations!.map(({ physicalLocation: { region }, message: { text } }) => [
      region.startLine,
      text.replace(/ from .*/, ''),
    ]),
  ).toEqual([
    [at + 1, 'allow rustnet_t rustnet_t:capability sys_admin; [ rustnet_use_sys_admin ]:True'],
  ]);
  expect(opened!.message.text).toContain(`from traceWithBpf (line ${at + 1})`);
});
