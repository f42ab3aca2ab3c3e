import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  domainPicture,
  headline,
  htmlReport,
  jsonReport,
  junitReport,
  markdownReport,
  type Report,
  sarifReport,
  stepDot,
  stepPicture,
  terminalPicture,
  verdictOf,
  whereLines,
} from '../../src/report/index.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';
import { sampleView } from './sample-view.ts';

const harmless = sampleReport('plain');
const hostile = sampleReport(HOSTILE);

/** No control character but the line break reaches any form; bidirectional overrides neither. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test('the page says what happened, and is one file without script or network', async () => {
  const page = await htmlReport(harmless);
  expect(page).toContain('1 of 4 not as expected');
  for (const id of ['machine', 'nevers', 'attack-udp', 'scenario-session-enforcing', 'problems']) {
    expect(page).toContain(`id="${id}"`);
  }
  expect(page).toContain('<svg');
  expect(page).not.toMatch(/<script|<link|<img|\bsrc=|url\(|@import/i);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});

test('packages are a chapter of their own, and one that failed fails the whole', async () => {
  const markdown = markdownReport(harmless);
  expect(markdown).toContain('## The packages');
  expect(markdown).toContain('✓ package plain');
  expect(await htmlReport(harmless)).toContain('id="check-deb-remove"');
  expect(junitReport(harmless)).toContain('<testsuite name="packages" tests="1" failures="0"');
  const [check] = harmless.packages!;
  const failed: Report = {
    ...harmless,
    lab: { ...harmless.lab, scenarios: [], attacks: [], leftOut: [] },
    packages: [{ ...check!, outcome: 'failed', problems: ['something is left'] }],
  };
  expect(headline(failed)).toEqual({
    passed: false,
    text: '1 of 2 not as expected: 0 scenarios, 0 attacks, 1 checks of the module, 1 of the packages',
  });
  expect(markdownReport(failed)).toContain('- **package plain**\n  - something is left');
  expect(sarifReport(failed)).toContain('package/deb-remove');
  const { packages, ...without } = harmless;
  expect(packages).toHaveLength(1);
  expect(markdownReport(without)).not.toContain('## The packages');
  expect(await htmlReport(without)).not.toContain('#packages');
});

test('the same report gives the same bytes', async () => {
  expect(await htmlReport(sampleReport('plain'))).toBe(await htmlReport(harmless));
  expect(markdownReport(sampleReport('plain'))).toBe(markdownReport(harmless));
});

/** A run in which everything came out, without what later confines add. */
function passing(changes: Partial<Report> = {}): Report {
  const { targets, domain, since, ships, acceptance, ...rest } = harmless;
  const scenarios = rest.lab.scenarios.map((one) => ({
    ...one,
    outcome: 'passed' as const,
    problems: [],
  }));
  return { ...rest, lab: { ...rest.lab, scenarios }, ...changes };
}

test('the verdict says what remains in the same breath, and what is wrong before all else', () => {
  expect(verdictOf(passing())).toEqual({
    outcome: 'fit',
    sentence:
      'Fit to ship on plain: 1 attack was refused or came to nothing, and of 1 never 1 as set. But 1 attack could not be tried, and 1 thing remains possible, and the proofs rest on 1 assumption.',
  });
  const [never] = harmless.nevers;
  const undecided = { ...never!, proof: { verdict: 'undecided' as const, says: 'who knows' } };
  expect(verdictOf(passing({ nevers: [undecided] })).sentence).toMatch(/^Unclear on plain, since/);
  // No proof is no proof.
  expect(verdictOf(passing({ nevers: [{ ...never!, proof: undefined }] })).sentence).toMatch(
    /^Unclear on plain/,
  );
  expect(verdictOf(passing({ nevers: [] })).outcome).toBe('unclear');
  // Part of a suite is no suite.
  const nothing = passing({ lab: { ...passing().lab, attacks: [] } });
  expect(verdictOf(nothing).outcome).toBe('unclear');
  expect(verdictOf(nothing).sentence).toMatch(
    /^Unclear on plain, since not every never was attacked:/,
  );
  expect(whereLines(nothing)[0]!.answer).toBe('proved, not tried');
  const violated = { ...never!, proof: { verdict: 'violated' as const, says: 'it does' } };
  expect(verdictOf(passing({ nevers: [violated] }))).toEqual({
    outcome: 'unfit',
    sentence: 'Not to be shipped as it is: send-udp is open on plain.',
  });
  const [target] = harmless.targets!;
  const open = {
    ...target!,
    title: 'Elsewhere',
    nevers: [{ ...target!.nevers[0]!, standing: 'open' as const }],
  };
  expect(verdictOf(passing({ targets: [open] })).sentence).toBe(
    'Not to be shipped as it is: send-udp is open on Elsewhere.',
  );
  expect(verdictOf(passing({ acceptance: harmless.acceptance! })).sentence).toContain(
    '1 point of 2 not met',
  );
  expect(verdictOf(harmless).sentence).toContain('1 of 4 not as expected');
});

test('where it may ship: yes only where it was attacked', () => {
  const answers = (report: Report): string[] => whereLines(report).map(({ answer }) => answer);
  expect(answers(passing({ targets: harmless.targets! }))).toEqual(['yes', 'proved, not tried']);
  expect(answers(harmless)[0]).toBe('no');
  const [target] = harmless.targets!;
  expect(answers(passing({ targets: [{ ...target!, nevers: [] }] }))[1]).toBe('unclear');
});

test('residuals, assumptions and settings stand above the evidence, in every form for people', async () => {
  const report = sampleReport('plain');
  for (const page of [markdownReport(report), await htmlReport(report)]) {
    const order = [
      'May it ship there?',
      'What remains possible',
      'What is new since',
      'What it must never do',
      'What holds only as the booleans are set',
      'What the proofs presuppose',
      'What was asked for',
      'never by never',
    ].map((heading) => page.indexOf(heading));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
});

test('without a baseline nothing is said of one; with one, that nothing is new', async () => {
  expect(await htmlReport(passing())).not.toContain('recorded baseline');
  expect(markdownReport(passing())).not.toContain('recorded baseline');
  const since = [{ target: 'Debian 13', recorded: 'in May', changes: [] }];
  expect(await htmlReport(passing({ since }))).toMatch(
    /Debian 13 <small>in May<\/small><\/h3><p>Nothing/,
  );
});

const evidence = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../profiles/rustnet/evidence/debian-13/report.json'),
    'utf8',
  ),
) as Report;

test('what is unclear is never shown as what is fit', async () => {
  const nothing = passing({ lab: { ...passing().lab, attacks: [] } });
  expect(await htmlReport(nothing)).toContain('<p class="verdict unclear">Unclear');
  expect(await htmlReport(harmless)).toContain('<p class="verdict unfit">Not to be shipped');
});

test('a report that an earlier confine wrote is read', async () => {
  const { targets, domain, ships, ...earlier } = evidence;
  // Two releases' policies, and the profile as three kernels' AppArmor has it.
  expect(targets).toHaveLength(5);
  expect(domain!.domain).toBe('rustnet_t');
  expect(ships).toBe('permissive');
  const page = await htmlReport(earlier);
  expect(page).toContain('Fit to ship on Debian 13');
  expect(page).not.toContain('id="picture"');
  expect(markdownReport(earlier, 'pictures')).not.toContain('domain-wide');
});

const kept = join(import.meta.dirname, '../../profiles/rustnet/evidence');

test.each(globSync('*/report.json', { cwd: kept }))(
  'the committed %s is what stands beside it',
  async (file) => {
    const committed = (name: string): string => readFileSync(join(kept, file, '..', name), 'utf8');
    const report = JSON.parse(committed('report.json')) as Report;
    expect(await htmlReport(report)).toBe(committed('report.html'));
    expect(markdownReport(report, 'pictures')).toBe(committed('report.md'));
    expect(jsonReport(report)).toBe(committed('report.json'));
    expect(junitReport(report)).toBe(committed('junit.xml'));
    expect(sarifReport(report)).toBe(committed('report.sarif'));
    // Under AppArmor there is no picture of the domain.
    if (report.domain === undefined) expect(report.lab.mechanism).toBe('apparmor');
    else {
      const wide = domainPicture(report.domain, { form: 'wide' });
      expect(wide).toBe(committed('pictures/domain-wide.svg'));
    }
    expect(headline(report).passed).toBe(true);
  },
);

test('every excerpt has the command that makes it, and every claim a place that shows it', async () => {
  const markdown = markdownReport(evidence, 'pictures');
  const excerpts = evidence.acceptance!.flatMap(({ shownBy }) => shownBy);
  expect(markdown.match(/<sub># /g)).toHaveLength(excerpts.length);
  const ids = new Set([...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  const links = [...markdown.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id!);
  expect(links.length).toBeGreaterThan(60);
  expect(links.filter((id) => !ids.has(id))).toEqual([]);
  const page = await htmlReport(evidence);
  const blocks = [
    ...page.matchAll(/<details class="excerpt"><summary>[^<]*<\/summary><pre[^>]*>([^\n]*)/g),
  ];
  expect(blocks).toHaveLength(excerpts.length);
  for (const [, first] of blocks) expect(first).toMatch(/^# \S/);
});

test('a never that is open somewhere is not drawn as a stop', () => {
  const picture = domainPicture(sampleView('plain'));
  const boxes = [...picture.matchAll(/<rect class="(p-stop|p-open|p-set)"/g)].map(
    ([, look]) => look,
  );
  expect(boxes).toEqual(['p-stop', 'p-open']);
  expect(picture).toContain('Not stopped everywhere: listen.');
  expect(picture).toContain('Stopped: send over UDP (send-udp).');
  // One that nothing is known of is not either.
  const unknown = { ...sampleView('plain'), stopped: [{ kind: 'mount', why: '', on: [] }] };
  expect(domainPicture(unknown)).toContain('class="p-open"');
});

test('hostile text stays text in the page', async () => {
  const page = await htmlReport(hostile);
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(CONTROL);
  expect(page).toContain('&#60;script&#62;alert(1)');
  // Every tag and every attribute is one that the harmless page has too.
  const shape = (text: string): string[] => [...new Set(text.match(/<[a-z!/][^\s>]*/gi))].sort();
  expect(shape(page)).toEqual(shape(await htmlReport(harmless)));
  expect(page).not.toMatch(/\son\w+=/i);
});

test('hostile text neither leaves its cell nor its fence in Markdown', () => {
  const page = markdownReport(hostile, 'pictures');
  expect(page).not.toMatch(CONTROL);
  const prose = withoutFences(page);
  expect(prose).not.toMatch(/<script/i);
  expect(prose.match(/^\|.*$/gm)!.map(cells)).toEqual(
    withoutFences(markdownReport(harmless, 'pictures'))
      .match(/^\|.*$/gm)!
      .map(cells),
  );
  expect(page.match(/^#+ .*$/gm)!.length).toBe(
    markdownReport(harmless, 'pictures').match(/^#+ .*$/gm)!.length,
  );
  // A picture's file name holds nothing of the text.
  const paths = [...prose.matchAll(/\]\(([^)]*)\)/g)].map(([, path]) => path!);
  expect(paths.filter((path) => !/^#[a-zA-Z0-9-]+$/.test(path))).toEqual([
    'pictures/-script-alert-1-script-2J--enforcing.svg',
  ]);
});

test('the machine forms are well-formed whatever the text', () => {
  expect(JSON.parse(jsonReport(hostile))).toEqual(JSON.parse(JSON.stringify(hostile)));
  const sarif = JSON.parse(sarifReport(hostile));
  expect(sarif.runs[0].results).toHaveLength(1);
  expect(sarif.runs[0].results[0]).toMatchObject({
    ruleId: 'scenario/session',
    level: 'error',
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'profiles/rustnet/confinement.ts' } } },
    ],
  });
  const junit = junitReport(hostile);
  expect(junit).not.toMatch(CONTROL);
  expect(junit).not.toMatch(/<script/i);
  expect(junit.match(/<testcase/g)).toHaveLength(5);
  expect(junit.match(/<failure/g)).toHaveLength(1);
  expect(junit.match(/<skipped/g)).toHaveLength(1);
  const tags = /<\/?(testsuites|testsuite|testcase|failure|skipped)( [a-z]+="[^"<]*")*\/?>/g;
  expect(
    junit.replace('<?xml version="1.0" encoding="UTF-8"?>', '').replace(tags, ''),
  ).not.toContain('<');
});

test('an attack that this machine could not be asked is named, and counted apart', async () => {
  expect(headline(harmless).text).toMatch(/, 1 left out$/);
  expect(markdownReport(harmless)).toContain('- left out plain: plain');
  expect(await htmlReport(harmless)).toContain('machine: left out plain: plain.');
  const none: Report = { ...harmless, lab: { ...harmless.lab, leftOut: [] } };
  expect(headline(none).text).not.toContain('left out');
  expect(markdownReport(none)).not.toContain('Left out');
});

test('a terminal’s picture has its text, its colours and its columns', async () => {
  const picture = await terminalPicture({
    columns: 20,
    rows: 3,
    ansi: '\x1b[1;32mgreen\x1b[0m plain\n\x1b[48;2;1;2;3mback\x1b[0m <&>\n\x1b[7minverse\x1b[0m\n',
  });
  expect(picture).toContain('viewBox="0 0 160 51"');
  expect(picture).toMatch(/<text [^>]*fill="#8cc265" font-weight="bold"[^>]*>green<\/text>/);
  expect(picture).toContain('fill="#010203"');
  expect(picture).toContain('&#60;&#38;&#62;');
  expect(picture).toMatch(/<text [^>]*fill="#1b1b1f"[^>]*>inverse<\/text>/);
});

test('escape sequences that do more than paint end in the emulator', async () => {
  const picture = await terminalPicture({
    columns: 30,
    rows: 2,
    ansi: 'a\x1b]0;<script>\x07b\x1b]8;;javascript:alert(1)\x07c\x1b]8;;\x07\x1bP1$q"p\x1b\\d',
  });
  expect(picture.replace(/<[^>]*>|\n/g, '')).toBe('abcd');
  expect(picture).not.toMatch(/script|javascript/);
  expect(picture).not.toMatch(CONTROL);
});

function withoutFences(page: string): string {
  return page.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
}

function cells(row: string): number {
  return row.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length;
}

test('names stay labels in Graphviz’s language and text in a picture', () => {
  const map = {
    title: HOSTILE,
    asked: ['a'],
    arrows: [{ source: 'a\\', target: '"]; evil [label="\\', label: '\\"\n}' }],
    left: 0,
  };
  const dot = stepDot(map);
  expect(dot.split('\n').slice(4, 7)).toEqual([
    '  n0 [label="a\\\\"];',
    '  n1 [label="\\"]; evil [label=\\"\\\\"];',
    '  n0 -> n1 [label="\\\\\\"\\\\x0a}"];',
  ]);
  expect(stepPicture(map)).not.toMatch(/<script/i);
  expect(stepPicture(map)).not.toMatch(CONTROL);
});
