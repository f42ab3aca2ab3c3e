import { quantity } from '../text/index.ts';
import { html, type Markup, raw } from './markup.ts';
import { headline, judged, type Report } from './report.ts';
import { terminalPicture } from './terminal-picture.ts';
import {
  answerText,
  leftOutText,
  listText,
  PACKAGES_INTRODUCTION,
  proofText,
  recordText,
  refusalText,
} from './wording.ts';

type Lab = Report['lab'];

/** One page that needs nothing else: styles and pictures inside, no script, no network. Ids are stable enough to link to. */
export async function htmlReport(report: Report): Promise<string> {
  const { lab } = report;
  const { machine } = lab;
  const verdict = headline(report);
  const scenarios: Markup[] = [];
  for (const scenario of lab.scenarios) scenarios.push(await scenarioSection(scenario));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>${report.title}</h1>
<p class="${verdict.passed ? 'passed' : 'failed'}">${verdict.text}</p>
<p>${lab.program} · ${machine.distribution} · ${machine.kernel} · <time>${lab.started}</time> · ${lab.seconds.toFixed(0)} s · ${report.generator}</p>
<nav>${report.acceptance === undefined ? html`` : html`<a href="#acceptance">asked for</a> `}<a href="#machine">machine</a> <a href="#module">module</a> <a href="#nevers">nevers</a> <a href="#residuals">residuals</a> <a href="#scenarios">scenarios</a> ${report.packages === undefined ? html`` : html`<a href="#packages">packages</a> `}<a href="#hidden">dontaudit</a> <a href="#again">again</a></nav>
</header>
${problemSection(report)}
${acceptanceSection(report)}<section id="machine"><h2>The machine</h2>
<dl>
${row('machine', machine.name)}${row('distribution', machine.distribution)}${row('kernel', machine.kernel)}${row('policy', `${machine.policy}, ${machine.policyPackage}, version ${machine.policyVersion}`)}${row('program', machine.programVersion)}${row('permissive domains, as installed', machine.permissiveDomains.join(', ') || 'none')}${row('policy capabilities', machine.capabilities.join(', '))}
</dl>
<details><summary>sestatus</summary><pre>${machine.sestatus}</pre></details>
<details><summary>${quantity(machine.booleans.length, 'boolean')}</summary><pre>${machine.booleans.join('\n')}</pre></details>
</section>
<section id="module"><h2>The module</h2>
${lab.checks.map(checkSection)}
</section>
<section id="nevers"><h2>What it must never do</h2>
<p>Each row is a promise of the description. The attack ran inside the domain, enforcing; its twin ran the same operation from outside.</p>
<table><thead><tr><th>never</th><th>proof on this policy</th><th>attack</th><th>inside</th><th>outside</th><th>refused by</th></tr></thead>
<tbody>
${report.nevers.map((never) => neverRows(never, lab))}</tbody></table>
${lab.leftOut.length === 0 ? html`` : html`<p>Left out on this machine: ${leftOutText(lab).join('; ')}.</p>`}
</section>
<section id="residuals"><h2>What remains possible</h2>
<p>No policy can refuse these without breaking the program. They were tried, and they succeed.</p>
<table><thead><tr><th>residual</th><th>why</th><th>tried</th><th>inside</th></tr></thead><tbody>
${report.residuals.map((residual) => {
  const attacks = lab.attacks.filter(({ id }) => residual.attacks.includes(id));
  return html`<tr id="residual-${residual.id}"><td>${residual.what}</td><td>${residual.why}</td><td>${attacks.map(({ title }) => title).join('; ') || 'not in this run'}</td><td>${attacks.map(({ inside }) => answerText(inside)).join('; ')}</td></tr>
`;
})}</tbody></table>
</section>
<section id="scenarios"><h2>Scenarios</h2>
${scenarios}
</section>
${packageSection(report)}<section id="hidden"><h2>What dontaudit rules hide in an ordinary session</h2>
${lab.hidden.length === 0 ? html`<p>Nothing.</p>` : html`<pre>${listText(lab.hidden)}</pre>`}
</section>
<section id="again"><h2>Again</h2><pre>${report.reproduce.join('\n')}</pre></section>
</body>
</html>
`;
  return page.markup;
}

function checkSection(check: Lab['checks'][number]): Markup {
  return html`<article id="check-${check.id}" class="${check.outcome}"><h3>${check.title}</h3><pre>${`# ${check.command}\n${check.output}`}</pre>${list(check.problems)}</article>
`;
}

/** What the package managers print is long; it stands folded. */
function packageSection({ packages }: Report): Markup {
  if (packages === undefined) return html``;
  return html`<section id="packages"><h2>The packages</h2>
<p>${PACKAGES_INTRODUCTION}</p>
${packages.map(
  ({ id, title, outcome, command, output, problems }) =>
    html`<article id="check-${id}" class="${outcome}"><h3>${title}</h3>${list(problems)}<details><summary>commands and output</summary><pre>${`# ${command}\n${output}`}</pre></details></article>
`,
)}
</section>
`;
}

function problemSection(report: Report): Markup {
  const failed = judged(report).filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return html``;
  return html`<section id="problems"><h2>Not as expected</h2>
${failed.map(({ title, problems }) => html`<h3>${title}</h3>${list(problems)}`)}
</section>`;
}

function acceptanceSection({ acceptance }: Report): Markup {
  if (acceptance === undefined) return html``;
  return html`<section id="acceptance"><h2>What was asked for</h2>
<p>${`${acceptance.filter(({ met }) => met).length} of ${acceptance.length} points are met.`}</p>
<table><thead><tr><th>point</th><th></th><th>shown by</th><th>excerpt</th></tr></thead><tbody>
${acceptance.map(
  ({ asks, note, met, shownBy }) =>
    html`<tr class="${met ? 'passed' : 'failed'}"><td>${asks}${note === undefined ? html`` : html`<br><small>${note}</small>`}</td><td>${met ? 'met' : 'not met'}</td><td>${shownBy.map(({ what, anchor }) => html`<a href="#${anchor}">${what}</a><br>`)}</td><td>${shownBy.map(({ what, excerpt, lacks }) => (lacks === undefined ? html`<pre>${excerpt.join('\n')}</pre>` : html`<p>${`${what}: ${lacks}`}</p>`))}</td></tr>
`,
)}</tbody></table>
</section>
`;
}

function neverRows(never: Report['nevers'][number], lab: Lab): Markup {
  const attacks = lab.attacks.filter(({ id }) => never.attacks.includes(id));
  const proof = proofText(never);
  const height = Math.max(1, attacks.length);
  const head = html`<td rowspan="${height}"><strong>${never.kind}</strong><br>${never.why}</td><td rowspan="${height}">${proof}</td>`;
  if (attacks.length === 0) {
    return html`<tr id="never-${never.kind}">${head}<td colspan="4">none in this run</td></tr>
`;
  }
  return html`${attacks.map(
    (
      attack,
      i,
    ) => html`<tr id="attack-${attack.id}" class="${attack.outcome}">${i === 0 ? head : html``}<td>${attack.title}<details><summary>${attack.command}</summary><pre>${recordText(attack.denials)}</pre></details>${list(attack.problems)}</td><td>${answerText(attack.inside)}</td><td>${answerText(attack.outside)}</td><td>${refusalText(attack.denials)}</td></tr>
`,
  )}`;
}

async function scenarioSection(scenario: Lab['scenarios'][number]): Promise<Markup> {
  const steps: Markup[] = [];
  for (const step of scenario.steps) {
    const picture = step.screen && raw(await terminalPicture(step.screen));
    steps.push(html`<pre>${step.output === undefined ? step.did : `${step.did}\n${step.output}`}</pre>
${picture === undefined ? html`` : html`<figure>${picture}</figure>`}`);
  }
  return html`<article id="scenario-${scenario.id}-${scenario.mode}" class="${scenario.outcome}">
<h3>${scenario.title} <small>${scenario.mode}, ${scenario.seconds.toFixed(0)} s, ${quantity(scenario.denials.length, 'denial')}</small></h3>
${list(scenario.problems)}
<details><summary>${quantity(scenario.steps.length, 'step')}</summary>
${steps}
${scenario.denials.length === 0 ? html`` : html`<pre>${recordText(scenario.denials)}</pre>`}
</details></article>
`;
}

function list(problems: readonly string[]): Markup {
  return problems.length === 0
    ? html``
    : html`<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>`;
}

function row(name: string, value: string): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>
`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --good: #2a7a3b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --good: #7fd08f; --bad: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; } h3 small { font-weight: normal; opacity: .7; }
header .passed { color: var(--good); font-weight: bold; } header .failed { color: var(--bad); font-weight: bold; }
article { border-left: 4px solid var(--line); padding: 0 1rem; margin: 1rem 0; overflow: hidden; }
.passed { border-left-color: var(--good); } article.failed { border-left-color: var(--bad); } tr.failed td { color: var(--bad); }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid var(--line); font-size: .8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; } ul { color: var(--bad); }
@media print { details { display: block; } nav { display: none; } }
`;
