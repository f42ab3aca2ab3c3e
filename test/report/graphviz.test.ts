import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stepDot } from '../../src/report/index.ts';
import { run } from '../../src/targets/index.ts';
import { runCli } from '../support/run-cli.ts';
import { unpacked } from '../support/unpacked.ts';
import { HOSTILE } from './sample-report.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-graphviz-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Graph {
  readonly objects?: readonly { readonly name: string; readonly label: string }[];
  readonly edges?: readonly {
    readonly tail: number;
    readonly head: number;
    readonly label?: string;
  }[];
}

/** What Debian's Graphviz reads and lays out. */
async function laidOut(dot: string): Promise<Graph> {
  const { root, env } = await unpacked('graphviz', ['graphviz']);
  const plugins = join(root, 'usr/lib/x86_64-linux-gnu/graphviz');
  const settings = { env: { ...env, GVBINDIR: plugins } };
  const program = join(root, 'usr/bin/dot');
  // The list of its plugins, which the package makes on installation.
  if (globSync('config*', { cwd: plugins }).length === 0) await run(program, ['-c'], settings);
  const { stdout } = await run(program, ['-Tjson'], { ...settings, input: dot });
  return JSON.parse(stdout) as Graph;
}

test('hostile names are labels, whatever they hold, and nothing else', async () => {
  const names = [
    'a',
    HOSTILE,
    '"]; evil [label="',
    'ends\\',
    '<b>html</b>',
    '\\N\\G',
    '{|}',
    'é 漢',
  ];
  const arrows = names.slice(1).map((target) => ({ source: 'a', target, label: target }));
  const dot = stepDot({ title: HOSTILE, asked: ['a'], arrows, left: 0 });
  const { objects = [], edges = [] } = await laidOut(dot);
  expect(objects).toHaveLength(names.length);
  expect(edges).toHaveLength(arrows.length);
  // Graphviz keeps a label's escapes as they were written.
  const read = objects.map(({ label }) => label.replaceAll('\\\\', '\\'));
  expect(read.slice(2)).toEqual(names.slice(2));
  expect(read[1]).toContain('<script>alert(1)</script>\\x1b[2J');
}, 600_000);

test.each([
  'transitions -s httpd_t',
  'transitions -s httpd_t -r',
  'transitions -s sshd_t -t passwd_t -S init_t',
  'flows -s httpd_t -t shadow_t -S',
])(
  'query %s: every step that is answered is drawn',
  async (question) => {
    const dot = join(work, 'steps.dot');
    const svg = join(work, 'steps.svg');
    const asked = ['query', ...question.split(' '), '--policy', 'debian-13'];
    const { code, out } = await runCli([...asked, '--json', '--dot', dot, '--svg', svg]);
    expect(code).toBe(0);
    const { steps } = JSON.parse(out) as { steps: { source: string; target: string }[] };
    expect(steps.length).toBeGreaterThan(3);
    const { objects = [], edges = [] } = await laidOut(readFileSync(dot, 'utf8'));
    const drawn = edges.map(({ tail, head }) => `${objects[tail]!.label} ${objects[head]!.label}`);
    expect(drawn.sort()).toEqual(steps.map(({ source, target }) => `${source} ${target}`).sort());
    const picture = readFileSync(svg, 'utf8');
    expect(picture.match(/<path class="p-arrow"/g)).toHaveLength(steps.length);
    for (const { source, target } of steps) expect(picture).toContain(`${source} to ${target}`);
  },
  600_000,
);
