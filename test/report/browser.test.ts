import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  domainPicture,
  explainPage,
  htmlReport,
  type Report,
  stepPicture,
} from '../../src/report/index.ts';
import { type Browser, type Page, startBrowser, type View } from '../support/browser.ts';
import { runCli } from '../support/run-cli.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';
import { sampleView } from './sample-view.ts';

/**
 * The pages as a reader meets them: in Debian's Chromium. The screenshots are left for a person to look at, in CONFINE_SCREENSHOTS or
 * node_modules/.cache/confine-screenshots.
 */
const root = join(import.meta.dirname, '../..');
const pictures =
  process.env.CONFINE_SCREENSHOTS ?? join(root, 'node_modules/.cache/confine-screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The screens of a telephone and of a desk, at their usual heights. */
const VIEWS: readonly View[] = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({
    width,
    height: width === 390 ? 844 : 900,
    scheme,
  })),
);

const evidence = JSON.parse(
  readFileSync(join(root, 'profiles/rustnet/evidence/debian-13/report.json'), 'utf8'),
) as Report;

const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  evidence: () => htmlReport(evidence),
  failing: () => htmlReport(sampleReport('plain')),
  hostile: () => htmlReport(sampleReport(HOSTILE)),
  'explain-rustnet': async () => explainPage(evidence.domain!, 'confine'),
  'explain-httpd': async () => {
    const file = join(pictures, 'explain-httpd.html');
    const argv = ['explain', '--domain', 'httpd_t', '--policy', 'debian-13', '--html', file];
    expect((await runCli(argv)).code).toBe(0);
    return readFileSync(file, 'utf8');
  },
  'explain-hostile': async () => explainPage(sampleView(HOSTILE), HOSTILE),
};

let browser: Browser;
beforeAll(async () => {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  browser = await startBrowser();
  expect(browser.version).toMatch(/Chrome/);
}, 600_000);
afterAll(() => browser?.close());

async function shown(name: string, content: string, extension = 'html'): Promise<Page> {
  const file = join(pictures, `${name}.${extension}`);
  writeFileSync(file, content);
  return browser.open(pathToFileURL(file).href);
}

describe.each(Object.keys(PAGES))('the page %s', (name) => {
  let page: Page;
  beforeAll(async () => {
    page = await shown(name, await PAGES[name]!());
  });
  afterAll(() => page?.close());

  test.each(VIEWS)('fits $width px, $scheme, and is legible', async (view) => {
    await page.look(view);
    expect(await page.ask(WIDER_THAN_THE_SCREEN)).toEqual([]);
    const file = `${name}-${view.width}-${view.scheme}`;
    writeFileSync(join(pictures, `${file}.png`), await page.screenshot());
    writeFileSync(join(pictures, `${file}-whole.png`), await page.screenshot(true));
    await page.ask('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    expect(await page.ask(WIDER_THAN_THE_SCREEN)).toEqual([]);
    await page.ask(`${axe}; 0`);
    expect(await page.ask(AXE)).toEqual([]);
    await page.ask('document.querySelectorAll("details").forEach((one) => { one.open = false; })');
  });

  test('prints', async () => {
    await page.look({ width: 720, height: 1000, scheme: 'dark', media: 'print' });
    expect(await page.ask(WIDER_THAN_THE_SCREEN)).toEqual([]);
    // A dark scheme does not reach the paper.
    expect(await page.ask('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.ask('getComputedStyle(document.querySelector("nav")).display')).toBe('none');
    expect(await page.ask(UNPRINTED_EXCERPTS)).toBe(0);
    const paper = await page.pdf();
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    writeFileSync(join(pictures, `${name}.pdf`), paper);
  });

  test('has no dead link, and no id twice', async () => {
    expect(await page.ask(DEAD_LINKS)).toEqual([]);
    expect(await page.ask(IDS_TWICE)).toEqual([]);
    expect(await page.ask('document.querySelectorAll("a[href^=\\"#\\"]").length')).toBeGreaterThan(
      5,
    );
  });

  test('can be used with the keyboard', async () => {
    await page.look(VIEWS[2]!);
    await page.ask('(scrollTo(0, 0), document.activeElement.blur(), 0)');
    await page.press('Tab');
    expect(await page.ask('document.activeElement.className')).toBe('skip');
    // Whatever comes next can be seen, and a folded part opens.
    await page.ask('(document.querySelector("details:not([open]) > summary").focus(), 0)');
    await page.press('Tab');
    expect(await page.ask('document.activeElement !== document.body')).toBe(true);
    await page.ask('(document.querySelector("details:not([open]) > summary").focus(), 0)');
    expect(await page.ask('document.activeElement.matches(":focus-visible")')).toBe(true);
    expect(await page.ask('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.press('Enter');
    expect(await page.ask('document.activeElement.parentElement.open')).toBe(true);
  });

  test('a link into a folded part opens it', async () => {
    const target = await page.ask<string | null>(FOLDED_TARGET);
    if (target === null) return;
    expect(
      await page.ask(
        `(location.hash = ${JSON.stringify(target)}, new Promise((done) => setTimeout(() => done(document.querySelector(${JSON.stringify(target)}).checkVisibility()), 100)))`,
      ),
    ).toBe(true);
  });

  test('runs nothing, asks nothing of the network, and nothing in it went wrong', async () => {
    expect(page.complaints).toEqual([]);
    expect(await page.ask(ACTIVE_CONTENT)).toEqual([]);
  });
});

test('the names of a policy do not change what a page is made of', async () => {
  const shape = async (name: string, content: string): Promise<unknown> => {
    const page = await shown(name, content);
    const found = await page.ask(SHAPE);
    await page.close();
    return found;
  };
  expect(await shape('shape-hostile', await htmlReport(sampleReport(HOSTILE)))).toEqual(
    await shape('shape-plain', await htmlReport(sampleReport('plain'))),
  );
  expect(await shape('shape-hostile', explainPage(sampleView(HOSTILE), ''))).toEqual(
    await shape('shape-plain', explainPage(sampleView('plain'), '')),
  );
});

describe('pictures', () => {
  const drawn: Readonly<Record<string, () => string>> = {
    rustnet: () => domainPicture(evidence.domain!),
    'rustnet-narrow': () => domainPicture(evidence.domain!, { form: 'narrow' }),
    hostile: () => domainPicture(sampleView(HOSTILE)),
    'hostile-steps': () =>
      stepPicture({
        title: HOSTILE,
        asked: [HOSTILE],
        arrows: [
          { source: HOSTILE, target: `${HOSTILE}2`, label: HOSTILE },
          { source: `${HOSTILE}2`, target: HOSTILE, label: '' },
        ],
        left: 3,
      }),
  };

  test.each(Object.keys(drawn))(
    '%s is well-formed, has its text, and stays in its frame',
    async (name) => {
      const svg = drawn[name]!();
      const page = await shown(`picture-${name}`, svg, 'svg');
      await page.look(VIEWS[2]!);
      writeFileSync(join(pictures, `picture-${name}.png`), await page.screenshot(true));
      expect(await page.ask(`(${XML_FAULT})(${JSON.stringify(svg)})`)).toBe(null);
      expect(await page.ask(OUT_OF_FRAME)).toEqual([]);
      expect(await page.ask('document.querySelector("title").textContent.length')).toBeGreaterThan(
        3,
      );
      expect(await page.ask('document.querySelector("desc").textContent.length')).toBeGreaterThan(
        9,
      );
      expect(
        await page.ask('document.querySelectorAll("script, foreignObject, a, image").length'),
      ).toBe(0);
      expect(page.complaints).toEqual([]);
      await page.close();
    },
  );
});

/** What sticks out of the screen and does not stand in something that scrolls. */
const WIDER_THAN_THE_SCREEN = `(() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => element.closest('pre, figure') !== null || element.closest('.skip') !== null;
  const found = document.documentElement.scrollWidth > width ? ['the page: ' + document.documentElement.scrollWidth] : [];
  for (const element of document.querySelectorAll('body *')) {
    if (scrolls(element)) continue;
    const { right, width: own } = element.getBoundingClientRect();
    if (own > 1 && right > width + 1) found.push(element.tagName + ' ' + element.className + ' ' + Math.round(right));
  }
  return found.slice(0, 5);
})()`;

const AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? ''))))`;

const DEAD_LINKS = `[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))
  .filter((href) => !href.startsWith('#') || document.getElementById(href.slice(1)) === null)`;

const IDS_TWICE = `(() => { const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id); return ids.filter((id, i) => ids.indexOf(id) !== i); })()`;

const UNPRINTED_EXCERPTS = `[...document.querySelectorAll('details.excerpt:not([open])')]
  .filter((one) => one.closest('details:not(.excerpt):not([open])') === null && !one.lastElementChild.checkVisibility()).length`;

const FOLDED_TARGET = `(() => { const folded = [...document.querySelectorAll('details:not([open]) [id]')].find(({ id }) => document.querySelector('a[href="#' + id + '"]') !== null); return folded === undefined ? null : '#' + folded.id; })()`;

const ACTIVE_CONTENT = `[...document.querySelectorAll('*')].filter((element) =>
  ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'IMG', 'LINK', 'FORM', 'INPUT', 'BUTTON', 'BASE'].includes(element.tagName.toUpperCase()) ||
  [...element.attributes].some(({ name, value }) => /^on/i.test(name) || /^\\s*(javascript|data|https?):/i.test(value) && name !== 'xmlns'))
  .map(({ outerHTML }) => outerHTML.slice(0, 120))`;

/** Every element with the names of its attributes, in order. */
const SHAPE = `[...document.querySelectorAll('*')].map((element) => element.tagName + ' ' + [...element.attributes].map(({ name }) => name).join(' '))`;

const XML_FAULT = `(text) => { const fault = new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror'); return fault === null ? null : fault.textContent; }`;

const OUT_OF_FRAME = `(() => { const { width, height } = document.documentElement.viewBox.baseVal;
  return [...document.querySelectorAll('text, rect, path')].filter((shape) => { const { x, y, width: w, height: h } = shape.getBBox(); return x < -0.5 || y < -0.5 || x + w > width + 0.5 || y + h > height + 0.5; }).map(({ outerHTML }) => outerHTML.slice(0, 120)); })()`;
