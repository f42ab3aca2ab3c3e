import { neverTitle } from '../description/index.ts';
import { quantity } from '../text/index.ts';
import { domainFigure, domainTables } from './domain-section.ts';
import { html, type Markup, prose, raw } from './markup.ts';
import { block, cell, page, rowHeading, stackingTable } from './page.ts';
import { judged, type Report } from './report.ts';
import { assumptionsOf, settingsOf, standingOn, standingOnMachine } from './standing.ts';
import { standingChip } from './standing-chip.ts';
import { terminalPicture } from './terminal-picture.ts';
import { verdictOf, type WhereLine, whereLines } from './verdict.ts';
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

type Lab = Report['lab'];

/**
 * The report as one page: first what a reviewer decides by (the verdict, where it may ship, what remains, the nevers on every target, the
 * points asked for, the picture), below it what shows each. Every id is stable enough to link to.
 */
export async function htmlReport(report: Report): Promise<string> {
  const { lab } = report;
  const { machine } = lab;
  const verdict = verdictOf(report);
  return page(
    report.title,
    html`<header>
<h1>${report.title}</h1>
<p class="meta">${lab.program} · ${machine.distribution} · ${machine.kernel} · <time datetime="${lab.started}">${whenText(lab)}</time> · ${durationText(lab)} · ${report.generator}</p>
</header>
<main id="content">
<p class="verdict ${verdict.outcome}">${verdict.sentence}</p>
${shipsPart(report)}${navigation(report)}
${problemSection(report)}<div class="two">
${whereSection(report)}${residualSection(report)}</div>
${sinceSection(report)}${neverMatrix(report)}${assumptionSection(report)}${acceptanceSection(report)}${pictureSection(report)}<div class="below">
${attackSection(report)}${await scenarioSections(lab)}${moduleSection(lab)}${packageSection(report)}${domainSection(report)}${hiddenSection(lab)}${machineSection(lab)}<section id="again"><h2>Again</h2>${block(report.reproduce.join('\n'), 'commands')}</section>
</div>
</main>`,
  );
}

function shipsPart(report: Report): Markup {
  const ships = shipsText(report);
  return ships === undefined
    ? html``
    : html`<p class="ships">${prose(ships)}</p>
`;
}

function navigation(report: Report): Markup {
  const links: readonly (readonly [string, string] | undefined)[] = [
    ['where', 'where'],
    ['residuals', 'what remains'],
    report.since === undefined ? undefined : ['since', 'what is new'],
    ['nevers', 'nevers'],
    assumptionsOf(report).length === 0 ? undefined : ['assumptions', 'assumptions'],
    report.acceptance === undefined ? undefined : ['acceptance', 'asked for'],
    report.domain === undefined ? undefined : ['picture', 'picture'],
    ['attacks', 'attacks'],
    ['scenarios', 'scenarios'],
    ['module', 'module'],
    report.packages === undefined ? undefined : ['packages', 'packages'],
    ['hidden', 'dontaudit'],
    ['machine', 'machine'],
    ['again', 'again'],
  ];
  return html`<nav aria-label="Parts of the report">${links.map((link) => (link === undefined ? html`` : html`<a href="#${link[0]}">${link[1]}</a> `))}</nav>`;
}

function problemSection(report: Report): Markup {
  const failed = judged(report).filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return html``;
  return html`<section id="problems"><h2>Not as expected</h2>
${failed.map((subject) => html`<h3><a href="#${anchorOf(subject, report)}">${subject.title}</a></h3>${problemList(subject.problems)}`)}
</section>
`;
}

function anchorOf(subject: ReturnType<typeof judged>[number], { lab }: Report): string {
  if ('mode' in subject) return `scenario-${subject.id}-${subject.mode}`;
  return lab.attacks.some((attack) => attack === subject)
    ? `attack-${subject.id}`
    : `check-${subject.id}`;
}

function whereSection(report: Report): Markup {
  return html`<section id="where"><h2>May it ship there?</h2>
${stackingTable(
  ['on', 'answer'],
  whereLines(report).map(
    ({ where, how, answer, counts, anchor }) =>
      html`<tr>${rowHeading(html`<strong>${where}</strong><br><small>${prose(how)}<br>${counts}</small>`)}${cell('answer', html`<a class="chip ${ANSWER_LOOKS[answer]}" href="#${anchor}">${answer}</a>`)}</tr>
`,
  ),
)}</section>
`;
}

const ANSWER_LOOKS: Readonly<Record<WhereLine['answer'], string>> = {
  yes: 'good',
  'proved, not tried': 'base',
  unclear: 'none',
  no: 'bad',
};

function residualSection({ residuals, lab }: Report): Markup {
  if (residuals.length === 0) {
    return html`<section id="residuals"><h2>What remains possible</h2><p>Nothing is declared.</p></section>
`;
  }
  return html`<section id="residuals"><h2>What remains possible</h2>
<p>No policy can refuse these without breaking the program.</p>
<ul class="remains">${residuals.map((residual) => {
    const tried = lab.attacks.filter(({ id }) => residual.attacks.includes(id));
    return html`<li id="${idText(`residual-${residual.id}`)}"><details><summary>${residual.what}</summary><p class="soft">${residual.why}</p></details><small>${
      tried.length === 0
        ? 'not tried'
        : tried.map(({ id, inside }) => html`<a href="#attack-${id}">${triedText(inside)}</a> `)
    }</small></li>`;
  })}</ul></section>
`;
}

function sinceSection({ since }: Report): Markup {
  if (since === undefined) return html``;
  return html`<section id="since"><h2>What is new since the recorded baseline</h2>
${since.map(
  ({ target, recorded, changes }) =>
    html`<h3>${target} <small>${recorded}</small></h3>${changes.length === 0 ? html`<p>Nothing.</p>` : html`<ul>${changes.map((change) => html`<li>${change}</li>`)}</ul>`}
`,
)}</section>
`;
}

function neverMatrix(report: Report): Markup {
  const { targets = [], lab } = report;
  const machine = machineTitle(lab);
  const rows = report.nevers.map((never) => {
    const { kind } = never;
    const tried = attackCount(report, never.attacks);
    return html`<tr>${rowHeading(html`${neverTitle(kind)} <small><code>${kind}</code></small>`)}${cell(machine, standingChip(standingOnMachine(never), idText(`never-${kind}`)))}${cell('attacked there', html`<a href="#${idText(`never-${kind}`)}">${tried}</a>`)}${targets.map((target) => cell(target.title, standingChip(standingOn(target, kind).standing, idText(`never-${kind}`))))}</tr>
`;
  });
  return html`<section id="nevers"><h2>What it must never do</h2>
<p>Proved on each policy as the kernel loads it, and attacked from inside the domain on one machine. <span class="soft">Held: no setting of the booleans breaks it. Beyond the base: but for what the base gives every domain. As set: a boolean would break it. Accepted, under AppArmor: what is open is what a residual names.</span></p>
${stackingTable(['it must never', machine, 'attacked there', ...targets.map(({ title }) => title)], rows, 'matrix')}${settingPart(report)}${lab.leftOut.length === 0 ? html`` : html`<p>Left out on this machine: ${leftOutText(lab).join('; ')}.</p>`}</section>
`;
}

/** What a boolean would break, in words: that is what an administrator may do tomorrow. */
function settingPart(report: Report): Markup {
  const settings = settingsOf(report);
  if (settings.length === 0) return html``;
  return html`<h3>What holds only as the booleans are set</h3>
<ul class="remains">${settings.map(({ says, where }) => html`<li>${says} <small>(${where.join('; ')})</small></li>`)}</ul>`;
}

function assumptionSection(report: Report): Markup {
  const assumptions = assumptionsOf(report);
  if (assumptions.length === 0) return html``;
  return html`<section id="assumptions"><h2>What the proofs presuppose</h2>
<p>The verdicts hold assuming that, which no policy can show:</p>
<ol class="remains">${assumptions.map(({ what, nevers }) => html`<li>${what} <small>(${nevers.join(', ')})</small></li>`)}</ol></section>
`;
}

function acceptanceSection(report: Report): Markup {
  const { acceptance } = report;
  if (acceptance === undefined) return html``;
  return html`<section id="acceptance"><h2>What was asked for</h2>
<p>${`${acceptance.filter(({ met }) => met).length} of ${acceptance.length} points are met.`}</p>
${stackingTable(
  ['point', 'met', 'shown by'],
  acceptance.map(
    ({ asks, note, met, shownBy }) =>
      html`<tr>${rowHeading(html`${prose(asks)}${note === undefined ? html`` : html`<br><small>${prose(note)}</small>`}`)}${cell('met', html`<span class="chip ${met ? 'good' : 'bad'}">${met ? 'met' : 'not met'}</span>`)}${cell('shown by', html`${shownBy.map((exhibit) => exhibitPart(report, exhibit))}`, 'long')}</tr>
`,
  ),
  'acceptance',
)}</section>
`;
}

type Exhibit = NonNullable<Report['acceptance']>[number]['shownBy'][number];

function exhibitPart(report: Report, exhibit: Exhibit): Markup {
  const { what, anchor, excerpt, lacks } = exhibit;
  if (lacks !== undefined) {
    return html`<p class="problems">${anchorExists(report, anchor) ? html`<a href="#${anchor}">${what}</a>` : what}: ${lacks}</p>`;
  }
  return html`<details class="excerpt"><summary>${what}</summary>${block(`# ${exhibitCommand(report, exhibit)}\n${excerpt.join('\n')}`, what)}<a href="#${anchor}">the whole of ${what}</a></details>`;
}

function anchorExists({ lab }: Report, anchor: string): boolean {
  return (
    lab.checks.some(({ id }) => anchor === `check-${id}`) ||
    lab.attacks.some(({ id }) => anchor === `attack-${id}`) ||
    lab.scenarios.some(({ id, mode }) => anchor === `scenario-${id}-${mode}`)
  );
}

function pictureSection({ domain }: Report): Markup {
  if (domain === undefined) return html``;
  return html`<section id="picture"><h2>The domain</h2>
${domainFigure(domain)}<p><a href="#access">The same as tables</a></p></section>
`;
}

function attackSection(report: Report): Markup {
  const { targets = [], lab } = report;
  const against = new Set(report.nevers.flatMap(({ attacks }) => attacks));
  const others = lab.attacks.filter(({ id }) => !against.has(id));
  return html`<section id="attacks"><h2>Proofs and attacks, never by never</h2>
<p>Each attack ran inside the domain, enforcing; its twin ran the same operation from outside.</p>
${targets.map(
  ({ id, title, note, command }) =>
    html`<p id="target-${id}" class="soft">${title}${note === undefined ? '' : `, ${note}`}: <code>${command}</code></p>
`,
)}${report.nevers.map((never) => neverArticle(report, never))}<h3>What remains possible, tried</h3>
${others.length === 0 ? html`<p>None in this run.</p>` : others.map((attack) => attackArticle(lab, attack))}</section>
`;
}

function neverArticle(report: Report, never: Report['nevers'][number]): Markup {
  const { targets = [], lab } = report;
  const attacks = lab.attacks.filter(({ id }) => never.attacks.includes(id));
  return html`<article id="${idText(`never-${never.kind}`)}"><h3>${neverTitle(never.kind)} <small><code>${never.kind}</code></small></h3>
<p>${never.why}</p>
<details><summary>what was proved</summary><dl><dt>${machineTitle(lab)}</dt><dd>${proofText(never)}</dd>${targets.map(
    (target) => {
      const { standing, says, assumes } = standingOn(target, never.kind);
      return html`<dt>${target.title}</dt><dd>${standing}: ${[says, ...assumes.map((what) => `assuming that ${what}`)].join('; ')}</dd>`;
    },
  )}</dl></details>
${attacks.length === 0 ? html`<p>No attack in this run.</p>` : attacks.map((attack) => attackArticle(lab, attack))}</article>
`;
}

function attackArticle(lab: Lab, attack: Lab['attacks'][number]): Markup {
  const refused = refusalText(attack.denials);
  return html`<article id="attack-${attack.id}" class="${attack.outcome}"><h4>${attack.title}</h4>
<p>Inside: ${answerText(attack.inside)}. Outside: ${answerText(attack.outside)}.${refused === '' ? '' : html` Refused by <code>${refused}</code>.`}</p>${problemList(attack.problems)}
<details><summary>command and records</summary>${block(`# ${attack.command}\n${recordText(attack.denials)}`, `records of ${attack.title}`)}<p class="soft">Again: <code>${againCommand(lab.profile, attack.id)}</code></p></details></article>
`;
}

async function scenarioSections(lab: Lab): Promise<Markup> {
  const scenarios: Markup[] = [];
  for (const scenario of lab.scenarios) scenarios.push(await scenarioSection(lab, scenario));
  return html`<section id="scenarios"><h2>Scenarios</h2>
${scenarios}</section>
`;
}

async function scenarioSection(lab: Lab, scenario: Lab['scenarios'][number]): Promise<Markup> {
  const steps: Markup[] = [];
  for (const [i, step] of scenario.steps.entries()) {
    const label = `step ${i + 1} of ${scenario.title}, ${scenario.mode}`;
    const picture = step.screen && raw(await terminalPicture(step.screen));
    steps.push(html`${block(step.output === undefined ? step.did : `${step.did}\n${step.output}`, label)}
${picture === undefined ? html`` : html`<figure role="img" aria-label="${`the screen at ${label}`}">${picture}</figure>`}`);
  }
  return html`<article id="scenario-${scenario.id}-${scenario.mode}" class="${scenario.outcome}">
<h3>${scenario.title} <small>${scenario.mode}, ${scenario.seconds.toFixed(0)} s, ${quantity(scenario.denials.length, 'denial')}</small></h3>
${problemList(scenario.problems)}
<details><summary>${quantity(scenario.steps.length, 'step')}</summary>
${steps}
${scenario.denials.length === 0 ? html`` : block(recordText(scenario.denials), `denials of ${scenario.title}`)}
<p class="soft">Again: <code>${againCommand(lab.profile, scenario.id)}</code></p></details></article>
`;
}

function moduleSection(lab: Lab): Markup {
  return html`<section id="module"><h2>The module</h2>
${lab.checks.map(checkArticle)}</section>
`;
}

function packageSection({ packages }: Report): Markup {
  if (packages === undefined) return html``;
  return html`<section id="packages"><h2>The packages</h2>
<p>${PACKAGES_INTRODUCTION}</p>
${packages.map(checkArticle)}</section>
`;
}

/** What compilers and package managers print is long; it stands folded. */
function checkArticle({
  id,
  title,
  outcome,
  command,
  output,
  problems,
}: Lab['checks'][number]): Markup {
  return html`<article id="check-${id}" class="${outcome}"><h3>${title}</h3>${problemList(problems)}<details><summary>command and output</summary>${block(`# ${command}\n${output}`, `output of ${title}`)}</details></article>
`;
}

function domainSection({ domain }: Report): Markup {
  return domain === undefined ? html`` : domainTables(domain);
}

function hiddenSection({ hidden, profile }: Lab): Markup {
  return html`<section id="hidden"><h2>What dontaudit rules hide in an ordinary session</h2>
${hidden.length === 0 ? html`<p>Nothing.</p>` : block(`# semodule -DB, then: confine lab ${profile}\n${listText(hidden)}`, 'hidden denials')}</section>
`;
}

function machineSection({ machine }: Lab): Markup {
  const row = (name: string, value: string): Markup => html`<dt>${name}</dt><dd>${value}</dd>
`;
  return html`<section id="machine"><h2>The machine</h2>
<dl>
${row('machine', machine.name)}${row('distribution', machine.distribution)}${row('kernel', machine.kernel)}${row('policy', `${machine.policy}, ${machine.policyPackage}, version ${machine.policyVersion}`)}${row('program', machine.programVersion)}${row('permissive domains, as installed', machine.permissiveDomains.join(', ') || 'none')}${row('policy capabilities', machine.capabilities.join(', '))}</dl>
<details><summary>sestatus</summary>${block(`# sestatus\n${machine.sestatus}`, 'sestatus')}</details>
<details><summary>${quantity(machine.booleans.length, 'boolean')}</summary>${block(`# getsebool -a\n${machine.booleans.join('\n')}`, 'booleans')}</details>
</section>
`;
}

function problemList(problems: readonly string[]): Markup {
  return problems.length === 0
    ? html``
    : html`<ul class="problems">${problems.map((problem) => html`<li>${problem}</li>`)}</ul>`;
}
