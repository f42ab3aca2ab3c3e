import { expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/scenarios/index.ts';
import { acceptanceOf } from '../../src/cli/acceptance.ts';
import type { Exhibit } from '../../src/description/index.ts';
import { htmlReport, markdownReport, type Report } from '../../src/report/index.ts';
import { sampleReport } from '../report/sample-report.ts';

const sample = sampleReport('plain');
const session: Exhibit = { scenario: 'session', mode: 'enforcing', see: 'plain' };
const passed: Report['lab'] = {
  ...sample.lab,
  scenarios: sample.lab.scenarios.map((scenario) => ({
    ...scenario,
    outcome: 'passed',
    problems: [],
    steps: [{ did: '# ls -lZ', output: 'first line\n-rw-------.  1 user   file\nlast' }],
  })),
};

function lacks(lab: Report['lab'], ...shownBy: Exhibit[]): (string | undefined)[] {
  const [line] = acceptanceOf([{ asks: 'It works.', shownBy }], lab);
  const found = line!.shownBy.map((exhibit) => exhibit.lacks);
  expect(line!.met).toBe(shownBy.length > 0 && found.every((each) => each === undefined));
  return found;
}

test('a point is met if all that shows it ran, came out as expected and holds the excerpt', () => {
  const both: Exhibit[] = [
    { scenario: 'session', mode: 'enforcing', see: '^-rw.*' },
    { attack: 'udp', see: 'type=AVC' },
  ];
  const [line] = acceptanceOf([{ asks: 'It works.', note: 'how', shownBy: both }], passed);
  expect(line).toEqual({
    asks: 'It works.',
    note: 'how',
    met: true,
    shownBy: [
      {
        what: 'session, enforcing',
        anchor: 'scenario-session-enforcing',
        excerpt: ['-rw-------. 1 user file'],
      },
      { what: 'attack udp', anchor: 'attack-udp', excerpt: ['type=AVC'] },
    ],
  });
});

test('what did not run, failed, was too short or says nothing of it shows nothing', () => {
  expect(lacks(sample.lab, session)).toEqual(['not as expected']);
  expect(lacks(passed, { ...session, mode: 'permissive' })).toEqual(['not in this run']);
  expect(lacks(passed, { check: 'upgrade', see: '.' })).toEqual(['not in this run']);
  expect(lacks(passed, { ...session, see: 'first', seconds: 300 })).toEqual([
    'it lasted 3 s, not 300',
  ]);
  expect(lacks(passed, { ...session, see: 'nowhere' })).toEqual([
    'nothing in it matches /nowhere/',
  ]);
  expect(lacks(passed, { ...session, see: 'last' }, { attack: 'none', see: '.' })).toEqual([
    undefined,
    'not in this run',
  ]);
  expect(lacks(passed)).toEqual([]);
});

test('the report opens with the points, met or not', async () => {
  const points = [
    { asks: 'Met <point>.', shownBy: [{ attack: 'udp', see: 'type=AVC' }] },
    { asks: 'Unmet point.', note: 'a note', shownBy: [{ attack: 'other', see: '.' }] },
  ];
  const report: Report = { ...sample, acceptance: acceptanceOf(points, sample.lab) };
  const markdown = markdownReport(report);
  expect(markdown).toContain('1 of 2 points are met.');
  expect(markdown).toContain(
    '| Met &lt;point&gt;. | ✓ met | [attack udp](#attack-udp) | <sub># plain</sub><br>type=AVC |',
  );
  expect(markdown).toContain(
    '| Unmet point.<br><sub>a note</sub> | ✗ not met | attack other | attack other: not in this run |',
  );
  expect(markdown.indexOf('What was asked for')).toBeLessThan(markdown.indexOf('The machine'));
  const page = await htmlReport(report);
  expect(page).toContain('id="acceptance"');
  expect(page).toContain('# plain\ntype=AVC');
  expect(page).toContain('<a href="#attack-udp">the whole of attack udp</a>');
  const { acceptance, ...without } = sample;
  expect(acceptance).toHaveLength(2);
  const unasked = await htmlReport(without);
  expect(unasked).not.toContain('id="acceptance"');
  expect(unasked).not.toContain('asked for');
});

test('every point names what exists in the suite', () => {
  const scenarios = new Set(
    rustnet.scenarios.flatMap(({ id, modes }) => modes.map((mode) => `${id} ${mode}`)),
  );
  const attacks = new Set(rustnet.attacks.map(({ id }) => id));
  for (const { asks, shownBy } of rustnet.acceptance!) {
    for (const exhibit of shownBy) {
      if ('scenario' in exhibit) {
        expect(scenarios, asks).toContain(`${exhibit.scenario} ${exhibit.mode}`);
      }
      if ('attack' in exhibit) expect(attacks, asks).toContain(exhibit.attack);
    }
  }
});
