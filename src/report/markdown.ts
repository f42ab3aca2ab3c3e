import { printable, quantity } from '../text/index.ts';
import { markdownText as line, markdownTable as table } from './markdown-text.ts';
import { headline, judged, type Report } from './report.ts';
import {
  answerText,
  leftOutText,
  listText,
  PACKAGES_INTRODUCTION,
  proofText,
  recordText,
  refusalText,
} from './wording.ts';

/**
 * The report for a pull request. `pictures` is the directory, relative to the page, where the screens lie as SVG; without it the
 * screens stand as text.
 */
export function markdownReport(report: Report, pictures?: string): string {
  const { lab, title } = report;
  const { machine } = lab;
  const parts = [
    `# ${line(title)}`,
    `**${headline(report).text}** · ${line(lab.program)} · ${line(machine.distribution)} · ${line(machine.kernel)} · ${lab.started.slice(0, 16).replace('T', ' ')} UTC · ${Math.round(lab.seconds)} s · ${line(report.generator)}`,
    ...problems(report),
    ...acceptance(report),
    '## The machine',
    ...machineSection(machine),
    '## The module',
    ...lab.checks.flatMap(checkSection),
    '## What it must never do',
    ...neverSection(report),
    '## What remains possible',
    ...residualSection(report),
    '## Scenarios',
    ...scenarioSection(lab.scenarios, pictures),
    ...(report.packages === undefined
      ? []
      : ['## The packages', PACKAGES_INTRODUCTION, ...report.packages.flatMap(packageSection)]),
    '## Denials of the attacks, as the kernel logged them',
    ...lab.attacks
      .filter(({ denials }) => denials.length > 0)
      .map((attack) =>
        fold(attack.title, fence(`# ${attack.command}\n${recordText(attack.denials)}`)),
      ),
    '## What dontaudit rules hide in an ordinary session',
    lab.hidden.length === 0 ? 'Nothing.' : fence(listText(lab.hidden)),
    '## Again',
    fence(report.reproduce.join('\n')),
  ];
  return `${parts.join('\n\n')}\n`;
}

function machineSection(machine: Report['lab']['machine']): string[] {
  return [
    table(
      ['', ''],
      [
        ['machine', machine.name],
        ['distribution', machine.distribution],
        ['kernel', machine.kernel],
        ['policy', `${machine.policy}, ${machine.policyPackage}, version ${machine.policyVersion}`],
        ['program', machine.programVersion],
        ['permissive domains, as installed', machine.permissiveDomains.join(', ') || 'none'],
        ['policy capabilities', machine.capabilities.join(', ')],
        ...(machine.bootSeconds === undefined
          ? []
          : [['boot to first command', `${machine.bootSeconds.toFixed(0)} s`]]),
      ],
    ),
    fold('sestatus', fence(machine.sestatus)),
    fold(`${quantity(machine.booleans.length, 'boolean')}`, fence(machine.booleans.join('\n'))),
  ];
}

function neverSection({ lab, nevers }: Report): string[] {
  return [
    'Each row is a promise of the description. The attack ran inside the domain, enforcing; its twin ran the same operation from outside.',
    table(
      ['never', 'proof on this policy', 'attack', 'inside', 'outside', 'refused by'],
      nevers.flatMap((never) => {
        const attacks = lab.attacks.filter(({ id }) => never.attacks.includes(id));
        const proof = proofText(never);
        if (attacks.length === 0) return [[never.kind, proof, 'none in this run', '', '', '']];
        return attacks.map((attack, i) => [
          i === 0 ? never.kind : '',
          i === 0 ? proof : '',
          `${mark(attack.outcome)} ${attack.title}`,
          answerText(attack.inside),
          answerText(attack.outside),
          refusalText(attack.denials),
        ]);
      }),
    ),
    ...(lab.leftOut.length === 0 ? [] : ['Left out on this machine:']),
    ...bullets(leftOutText(lab)),
  ];
}

function residualSection({ lab, residuals }: Report): string[] {
  return [
    'No policy can refuse these without breaking the program. They were tried, and they succeed.',
    table(
      ['residual', 'why', 'tried', 'inside'],
      residuals.map((residual) => {
        const attacks = lab.attacks.filter(({ id }) => residual.attacks.includes(id));
        return [
          residual.what,
          residual.why,
          attacks.map(({ title: tried }) => tried).join('; ') || 'not in this run',
          attacks.map(({ inside }) => answerText(inside)).join('; '),
        ];
      }),
    ),
  ];
}

function scenarioSection(
  scenarios: Report['lab']['scenarios'],
  pictures: string | undefined,
): string[] {
  return [
    table(
      ['scenario', 'domain', '', 'denials', 'seconds'],
      scenarios.map((scenario) => [
        scenario.title,
        scenario.mode,
        scenario.outcome,
        String(scenario.denials.length),
        scenario.seconds.toFixed(0),
      ]),
    ),
    ...scenarios.flatMap((scenario) => [
      `### ${mark(scenario.outcome)} ${line(scenario.title)} (${scenario.mode})`,
      ...bullets(scenario.problems),
      ...scenario.steps.flatMap((step) => stepText(step, scenario.mode, pictures)),
      ...(scenario.denials.length === 0
        ? []
        : [fold('denials', fence(recordText(scenario.denials)))]),
    ]),
  ];
}

function stepText(
  step: Report['lab']['scenarios'][number]['steps'][number],
  mode: string,
  pictures: string | undefined,
): string[] {
  const { did, output, screen } = step;
  return [
    fence(output === undefined ? did : `${did}\n${output}`),
    ...(screen === undefined
      ? []
      : pictures === undefined
        ? [fence(screen.text)]
        : [`![${line(screen.name)}](${pictures}/${pictureName(mode, screen.name)})`]),
  ];
}

/** The file name of a kept screen. */
export function pictureName(mode: string, name: string): string {
  return `${`${name}-${mode}`.replace(/[^a-z0-9-]+/gi, '-')}.svg`;
}

function checkSection(check: Report['lab']['checks'][number]): string[] {
  return [
    `### ${mark(check.outcome)} ${line(check.title)}`,
    fence(`# ${check.command}\n${check.output}`),
    ...bullets(check.problems),
  ];
}

/** What the package managers print is long; it stands folded. */
function packageSection(check: Report['lab']['checks'][number]): string[] {
  return [
    `### ${mark(check.outcome)} ${line(check.title)}`,
    ...bullets(check.problems),
    fold('commands and output', fence(`# ${check.command}\n${check.output}`)),
  ];
}

/** First what was asked for. An excerpt stands in its cell line by line, so this table is not made as the others. */
function acceptance({ acceptance: points }: Report): string[] {
  if (points === undefined) return [];
  const rows = points.map(({ asks, note, met, shownBy }) => [
    `${line(asks)}${note === undefined ? '' : `<br><sub>${line(note)}</sub>`}`,
    met ? '✓ met' : '✗ not met',
    shownBy.map(({ what }) => line(what)).join('<br>'),
    shownBy
      .flatMap(({ excerpt, lacks, what }) =>
        lacks === undefined ? excerpt.map(line) : [line(`${what}: ${lacks}`)],
      )
      .join('<br>'),
  ]);
  return [
    '## What was asked for',
    `${points.filter(({ met }) => met).length} of ${points.length} points are met.`,
    [
      '| point | | shown by | excerpt |',
      '| --- | --- | --- | --- |',
      ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ].join('\n'),
  ];
}

function problems(report: Report): string[] {
  const failed = judged(report).filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return [];
  return [
    '## Not as expected',
    failed
      .flatMap((subject) => [
        `- **${line(subject.title)}**${'mode' in subject ? ` (${subject.mode})` : ''}`,
        ...subject.problems.map((problem) => `  - ${line(problem)}`),
      ])
      .join('\n'),
  ];
}

/** One list, or nothing. */
function bullets(sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [sentences.map((sentence) => `- ${line(sentence)}`).join('\n')];
}

function mark(outcome: string): string {
  return outcome === 'passed' ? '✓' : '✗';
}

export { fence as markdownFence };

/** A block of text as it is; the fence is longer than any in it. */
function fence(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}text\n${text.trimEnd().split('\n').map(printable).join('\n')}\n${ticks}`;
}

function fold(title: string, content: string): string {
  return `<details><summary>${line(title)}</summary>\n\n${content}\n\n</details>`;
}
