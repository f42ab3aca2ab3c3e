import { expect, test } from 'vitest';
import {
  headline,
  htmlReport,
  jsonReport,
  junitReport,
  markdownReport,
  type Report,
  sarifReport,
  terminalPicture,
} from '../../src/report/index.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';

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
  expect(markdown).toContain('### ✓ package plain');
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
  expect([...prose.matchAll(/\]\(([^)]*)\)/g)].map(([, path]) => path)).toEqual([
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
