import { neverTitle } from '../description/index.ts';
import { printable, quantity } from '../text/index.ts';
import { accessText, whereText } from './domain-view.ts';
import { markdownText as line, markdownTable as table } from './markdown-text.ts';
import { judged, type Report } from './report.ts';
import { assumptionsOf, settingsOf, standingOn, standingOnMachine } from './standing.ts';
import { verdictOf, whereLines } from './verdict.ts';
import {
  againCommand,
  answerText,
  attackCount,
  durationText,
  exhibitCommand,
  idText,
  leftOutText,
  listText,
  machineTitle,
  PACKAGES_INTRODUCTION,
  proofText,
  recordText,
  refusalText,
  shipsText,
  triedText,
  whenText,
} from './wording.ts';

/**
 * The report for a pull request, in the order of the page: what a reviewer decides by, and below it what shows each. `pictures` is the
 * directory, relative to the page, where the pictures lie as SVG; without it the screens stand as text.
 */
export function markdownReport(report: Report, pictures?: string): string {
  const { lab, title } = report;
  const { machine } = lab;
  const ships = shipsText(report);
  const parts = [
    `# ${line(title)}`,
    `**${line(verdictOf(report).sentence)}**`,
    `${line(lab.program)} · ${line(machine.distribution)} · ${line(machine.kernel)} · ${whenText(lab)} · ${durationText(lab)} · ${line(report.generator)}`,
    ...(ships === undefined ? [] : [line(ships)]),
    ...problems(report),
    ...where(report),
    ...residuals(report),
    ...since(report),
    ...matrix(report),
    ...assumptions(report),
    ...acceptance(report),
    ...domain(report, pictures),
    '---',
    ...proofs(report),
    ...scenarios(report, pictures),
    '## The module',
    ...lab.checks.flatMap(checkSection),
    ...(report.packages === undefined
      ? []
      : ['## The packages', PACKAGES_INTRODUCTION, ...report.packages.flatMap(checkSection)]),
    '## What dontaudit rules hide in an ordinary session',
    lab.hidden.length === 0 ? 'Nothing.' : fence(listText(lab.hidden)),
    ...machinePart(report),
    '## Again',
    fence(report.reproduce.join('\n')),
  ];
  return `${parts.join('\n\n')}\n`;
}

function where(report: Report): string[] {
  return [
    '## May it ship there?',
    table(
      ['on', 'answer', 'nevers', 'how it is known'],
      whereLines(report).map((one) => [one.where, one.answer, one.counts, one.how]),
    ),
  ];
}

function residuals({ residuals: all, lab }: Report): string[] {
  if (all.length === 0) return ['## What remains possible', 'Nothing is declared.'];
  const items = all.map(({ what, why, attacks }) => {
    const tried = lab.attacks
      .filter(({ id }) => attacks.includes(id))
      .map(({ id, inside }) => link(triedText(inside), `attack-${id}`));
    return `- **${line(what)}** (${tried.join(', ') || 'not tried'}): ${line(why)}`;
  });
  return [
    '## What remains possible',
    'No policy can refuse these without breaking the program.',
    items.join('\n'),
  ];
}

function since({ since: all }: Report): string[] {
  if (all === undefined) return [];
  return [
    '## What is new since the recorded baseline',
    ...all.flatMap(({ target, recorded, changes }) => [
      `**${line(target)}** (${line(recorded)})`,
      ...(changes.length === 0 ? ['Nothing.'] : bullets(changes)),
    ]),
  ];
}

/** Nevers × targets, each linked to what shows it. */
function matrix(report: Report): string[] {
  const { targets = [], nevers, lab } = report;
  const rows = nevers.map((never) => [
    `${line(neverTitle(never.kind))} ${link(never.kind, `never-${never.kind}`)}`,
    standingOnMachine(never),
    attackCount(report, never.attacks),
    ...targets.map((target) => standingOn(target, never.kind).standing),
  ]);
  const settings = settingsOf(report).map(({ says, where: on }) => `${says} (${on.join('; ')})`);
  return [
    '## What it must never do',
    'Proved on each policy as the kernel loads it, and attacked from inside the domain on one machine. Held: no setting of the booleans breaks it. Beyond the base: but for what the base gives every domain. As set: a boolean would break it. Accepted, under AppArmor: what is open is what a residual names.',
    madeTable(
      [
        'it must never',
        machineTitle(lab),
        'attacked there',
        ...targets.map(({ title }) => title),
      ].map(line),
      rows,
    ),
    ...(settings.length === 0 ? [] : ['What holds only as the booleans are set:']),
    ...bullets(settings),
    ...(lab.leftOut.length === 0 ? [] : ['Left out on this machine:']),
    ...bullets(leftOutText(lab)),
  ];
}

function assumptions(report: Report): string[] {
  const all = assumptionsOf(report);
  if (all.length === 0) return [];
  return [
    '## What the proofs presuppose',
    'The verdicts hold assuming that, which no policy can show:',
    all
      .map(({ what, nevers }, i) => `${i + 1}. ${line(what)} (${line(nevers.join(', '))})`)
      .join('\n'),
  ];
}

/** The picture that fits the screen, where they lie beside the page; its text alternative is the table below. */
function domain({ domain: view }: Report, pictures: string | undefined): string[] {
  if (view === undefined) return [];
  const picture =
    pictures === undefined
      ? []
      : [
          `<picture><source media="(max-width: 640px)" srcset="${pictures}/domain-narrow.svg"><img alt="who can start the program, what it may reach, and what is stopped" src="${pictures}/domain-wide.svg"></picture>`,
        ];
  const rows = view.access
    .filter(({ through }) => through === undefined)
    .map((access) => [
      access.area,
      accessText(access),
      access.when ?? '',
      whereText(view, access.on),
    ]);
  return [
    `## What ${line(view.domain)} may do`,
    ...picture,
    `Can start it: ${line(view.entrances.map(({ domain: from }) => from).join(', ') || 'nobody')}.`,
    fold('the same as a table', table(['kind', 'what', 'if', 'only on'], rows)),
  ];
}

function proofs(report: Report): string[] {
  const { lab, targets = [] } = report;
  const against = new Set(report.nevers.flatMap(({ attacks }) => attacks));
  return [
    '## Proofs and attacks, never by never',
    'Each attack ran inside the domain, enforcing; its twin ran the same operation from outside.',
    ...report.nevers.flatMap((never) => {
      const attacks = lab.attacks.filter(({ id }) => never.attacks.includes(id));
      const proved = [
        `- ${line(machineTitle(lab))}: ${line(proofText(never))}`,
        ...targets.map((target) => {
          const { standing, says, assumes } = standingOn(target, never.kind);
          const text = [says, ...assumes.map((what) => `assuming that ${what}`)].join('; ');
          return `- ${line(target.title)} (${line(target.command)}): ${standing}: ${line(text)}`;
        }),
      ];
      return [
        `### ${anchor(`never-${never.kind}`)}${line(neverTitle(never.kind))} (${line(never.kind)})`,
        line(never.why),
        proved.join('\n'),
        ...(attacks.length === 0
          ? ['No attack in this run.']
          : attacks.map((one) => attackPart(lab, one))),
      ];
    }),
    '### What remains possible, tried',
    ...lab.attacks.filter(({ id }) => !against.has(id)).map((attack) => attackPart(lab, attack)),
  ];
}

function attackPart(lab: Report['lab'], attack: Report['lab']['attacks'][number]): string {
  const refused = refusalText(attack.denials);
  const said = `${anchor(`attack-${attack.id}`)}${mark(attack.outcome)} **${line(attack.title)}**: inside ${line(answerText(attack.inside))}, outside ${line(answerText(attack.outside))}${refused === '' ? '' : `, refused by ${line(refused)}`}.`;
  return [
    said,
    ...bullets(attack.problems),
    fold(
      'command and records',
      fence(
        `# ${attack.command}\n${recordText(attack.denials)}\n\n${againCommand(lab.profile, attack.id)}`,
      ),
    ),
  ].join('\n\n');
}

function scenarios({ lab }: Report, pictures: string | undefined): string[] {
  return [
    '## Scenarios',
    madeTable(
      ['scenario', 'domain', '', 'denials', 'seconds'],
      lab.scenarios.map((scenario) => [
        link(scenario.title, `scenario-${scenario.id}-${scenario.mode}`),
        scenario.mode,
        scenario.outcome,
        String(scenario.denials.length),
        scenario.seconds.toFixed(0),
      ]),
    ),
    ...lab.scenarios.flatMap((scenario) => [
      `### ${anchor(`scenario-${scenario.id}-${scenario.mode}`)}${mark(scenario.outcome)} ${line(scenario.title)} (${scenario.mode})`,
      ...bullets(scenario.problems),
      fold(quantity(scenario.steps.length, 'step'), scenarioSteps(scenario, pictures).join('\n\n')),
    ]),
  ];
}

function scenarioSteps(
  scenario: Report['lab']['scenarios'][number],
  pictures: string | undefined,
): string[] {
  return [
    ...scenario.steps.flatMap((step) => [
      fence(step.output === undefined ? step.did : `${step.did}\n${step.output}`),
      ...(step.screen === undefined
        ? []
        : pictures === undefined
          ? [fence(step.screen.text)]
          : [
              `![${line(step.screen.name)}](${pictures}/${pictureName(scenario.mode, step.screen.name)})`,
            ]),
    ]),
    ...(scenario.denials.length === 0 ? [] : [fence(recordText(scenario.denials))]),
  ];
}

function machinePart({ lab: { machine } }: Report): string[] {
  return [
    '## The machine',
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
    fold('sestatus', fence(`# sestatus\n${machine.sestatus}`)),
    fold(
      `${quantity(machine.booleans.length, 'boolean')}`,
      fence(`# getsebool -a\n${machine.booleans.join('\n')}`),
    ),
  ];
}

/** The file name of a kept screen. */
export function pictureName(mode: string, name: string): string {
  return `${`${name}-${mode}`.replace(/[^a-z0-9-]+/gi, '-')}.svg`;
}

/** What compilers and package managers print is long; it stands folded. */
function checkSection(check: Report['lab']['checks'][number]): string[] {
  return [
    `### ${anchor(`check-${check.id}`)}${mark(check.outcome)} ${line(check.title)}`,
    ...bullets(check.problems),
    fold('command and output', fence(`# ${check.command}\n${check.output}`)),
  ];
}

/** An excerpt stands in its cell line by line, below the command that makes it. */
function acceptance(report: Report): string[] {
  const { acceptance: points } = report;
  if (points === undefined) return [];
  const rows = points.map(({ asks, note, met, shownBy }) => [
    `${line(asks)}${note === undefined ? '' : `<br><sub>${line(note)}</sub>`}`,
    met ? '✓ met' : '✗ not met',
    shownBy
      .map(({ what, anchor: id, lacks }) => (lacks === undefined ? link(what, id) : line(what)))
      .join('<br>'),
    shownBy
      .flatMap((exhibit) =>
        exhibit.lacks === undefined
          ? [`<sub># ${line(exhibitCommand(report, exhibit))}</sub>`, ...exhibit.excerpt.map(line)]
          : [line(`${exhibit.what}: ${exhibit.lacks}`)],
      )
      .join('<br>'),
  ]);
  return [
    '## What was asked for',
    `${points.filter(({ met }) => met).length} of ${points.length} points are met.`,
    madeTable(['point', '', 'shown by', 'excerpt'], rows),
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

/** A table whose cells are Markdown already. */
function madeTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${headings.join(' | ')} |`,
    `| ${headings.map(() => '---').join(' | ')} |`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

/** A place to link to; code hosts keep such an id. */
function anchor(id: string): string {
  return `<a id="${idText(id)}"></a>`;
}

function link(text: string, id: string): string {
  return `[${line(text)}](#${idText(id)})`;
}
