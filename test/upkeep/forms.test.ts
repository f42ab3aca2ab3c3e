import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/upkeep.md'), 'utf8');
const [GITHUB, GITLAB] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

let work: string;
const written = (name: string): string => readFileSync(join(work, name), 'utf8');

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'confine-forms-'));
  const { code } = await runCli(
    [
      ...['upkeep', 'profiles/rustnet', '--target', 'fedora', '--against', 'debian-13'],
      ...['--markdown', join(work, 'upkeep.md'), '--sarif', join(work, 'upkeep.sarif')],
      ...['--junit', join(work, 'upkeep.xml')],
    ],
    { cwd: ROOT },
  );
  expect(code).toBe(1);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test('SARIF: what asks for something, each at its line of the description', () => {
  const [run] = JSON.parse(written('upkeep.sarif')).runs;
  const levels = new Set(run.results.map(({ level }: { level: string }) => level));
  expect([...levels].sort()).toEqual(['error', 'warning']);
  const write = run.results.find(({ message }: { message: { text: string } }) =>
    message.text.includes('never `write`'),
  );
  const place = write.locations[0].physicalLocation;
  expect(place.artifactLocation.uri).toBe('profiles/rustnet/confinement.ts');
  const lines = readFileSync(join(ROOT, place.artifactLocation.uri), 'utf8').split('\n');
  expect(lines[place.region.startLine - 1]).toContain('writeFiles(');
  for (const { ruleId } of run.results) {
    expect(run.tool.driver.rules.some(({ id }: { id: string }) => id === ruleId)).toBe(true);
  }
});

test('JUnit: XML that another program reads, with a failure or an error for each that asks for something', async () => {
  const { stdout } = await execa('python3', [
    '-c',
    'import sys, xml.etree.ElementTree as e\nt = e.parse(sys.argv[1]).getroot()\ns = t.find("testsuite")\nprint(s.get("name"), s.get("tests"), int(s.get("failures")) + int(s.get("errors")), len(t.findall(".//failure")) + len(t.findall(".//error")))',
    join(work, 'upkeep.xml'),
  ]);
  const [name, tests, asking, counted] = stdout.split(' ');
  expect(name).toBe('fedora');
  expect(asking).toBe(counted);
  expect(Number(tests)).toBeGreaterThan(Number(asking));
  expect(Number(asking)).toBe(JSON.parse(written('upkeep.sarif')).runs[0].results.length);
});

test('Markdown: what is to edit stands first, with its place and what to do', () => {
  const page = written('upkeep.md');
  expect(page).toMatch(/^# Upkeep of profiles\/rustnet\n\n\*\*\d+ to edit, \d+ unclear, /);
  const levels = [...page.matchAll(/^### (to edit|unclear|nothing to do): /gm)].map(([, is]) => is);
  const order = ['to edit', 'unclear', 'nothing to do'];
  expect(levels).toEqual([...levels].sort((a, b) => order.indexOf(a!) - order.indexOf(b!)));
  expect(page).toContain('**Do:** ');
  expect(page).toMatch(/^- never write \\\(profiles\/rustnet\/confinement\.ts:\d+\\\): /m);
});

test('what the workflow and the job run is a command of this program, and ends as it does', async () => {
  for (const text of [GITHUB!, GITLAB!]) {
    const command = /npm run --silent (confine -- upkeep .*)$/m.exec(text)![1]!;
    const words = command.replace('confine -- ', '').split(' ');
    const { code, err } = await runCli(
      words.map((word) => (/^upkeep\.\w+$/.test(word) ? join(work, word) : word)),
      { cwd: ROOT },
    );
    expect(err).not.toContain('error:');
    expect(code).toBe(0);
    expect(written('upkeep.md')).toContain('Nothing changed.');
    expect(JSON.parse(written('upkeep.sarif')).runs[0].results).toEqual([]);
    expect(written('upkeep.xml')).not.toMatch(/<failure|<error/);
  }
});
