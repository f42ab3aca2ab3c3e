import { junitSuites, markdownFence, markdownText, sarifLog } from '../report/index.ts';
import { printable, quantity, type Style, wrap } from '../text/index.ts';
import {
  type Concern,
  type Finding,
  type Level,
  type Requests,
  worstFirst,
  worstLevel,
} from '../upkeep/index.ts';
import { ExitCode } from './exit-code.ts';

/** All that an upkeep found: plain data, which `--json` prints. */
export interface UpkeepReport {
  /** The profile's directory, as a person would write it. */
  readonly profile: string;
  /** The description's file, in the same way. */
  readonly description: string;
  readonly parts: readonly UpkeepPart[];
}

/** One comparison. */
export interface UpkeepPart {
  /** `debian-13`, `program`, `requests`. */
  readonly id: string;
  readonly title: string;
  /** What was compared with what. */
  readonly before: string;
  readonly now: string;
  readonly findings: readonly Finding[];
  /** What a reader should know of how it was compared. */
  readonly notes: readonly string[];
  /** What each release asked for, where the lab ran: for `--json`. */
  readonly recorded?: readonly Requests[];
}

/** To edit is a no, unclear is nobody's yes. */
export function upkeepExitCode({ parts }: UpkeepReport): ExitCode {
  const codes: Readonly<Record<Level, ExitCode>> = {
    edit: ExitCode.no,
    unclear: ExitCode.undecided,
    nothing: ExitCode.yes,
  };
  return codes[worstLevel(parts.flatMap(({ findings }) => findings))];
}

const WORDS: Readonly<Record<Level, string>> = {
  edit: 'to edit',
  unclear: 'unclear',
  nothing: 'nothing to do',
};

/** For a terminal. */
export function upkeepText(report: UpkeepReport, style: Style): string {
  const lines = report.parts.flatMap((part) => [
    style.strong(printable(part.title)),
    ...comparedLines(part).map((line) => style.faint(`  ${printable(line)}`)),
    '',
    ...worstFirst(part.findings).flatMap((finding) => findingLines(finding, report, style)),
    `  ${summary(part)}`,
    '',
  ]);
  return `${lines.join('\n')}\n${nextStep(report)}\n`;
}

/** For a pull request. */
export function upkeepMarkdown(report: UpkeepReport): string {
  const lines = [
    `# Upkeep of ${markdownText(report.profile)}`,
    '',
    `**${headline(report)}**`,
    '',
    ...report.parts.flatMap((part) => [
      `## ${markdownText(part.title)}`,
      '',
      ...comparedLines(part).map((line) => `${markdownText(line)}  `),
      '',
      ...worstFirst(part.findings).flatMap((finding) => markdownOf(finding, report)),
      summary(part),
      '',
    ]),
    nextStep(report),
  ];
  return `${lines.join('\n')}\n`;
}

/** SARIF 2.1.0: one result per finding that asks for something, at the line that it concerns. */
export function upkeepSarif(report: UpkeepReport, generator: string): string {
  const asking = report.parts.flatMap(({ id, title, findings }) =>
    findings
      .filter(({ level }) => level !== 'nothing')
      .map((finding) => ({ ...finding, title, rule: `upkeep/${id}/${finding.about}` })),
  );
  const rules = new Map(asking.map(({ rule, title, about }) => [rule, `${title}: ${about}`]));
  return sarifLog(
    generator,
    [...rules].map(([id, text]) => ({ id, text })),
    asking.map(({ rule, level, title, what, changes, concerns, edit }) => ({
      rule,
      level: level === 'edit' ? 'error' : 'warning',
      message: [`${title}: ${what}`, ...changes, edit].join('\n'),
      file: report.description,
      line: concerns.find(({ line }) => line !== undefined)?.line ?? 1,
    })),
  );
}

/** JUnit XML: a suite for each comparison, a case for each finding. What is unclear is an error: nobody has said yes. */
export function upkeepJunit(report: UpkeepReport, seconds: number, started: string): string {
  return junitSuites(
    `Upkeep of ${report.profile}`,
    seconds,
    report.parts.map(({ id, title, findings }) => ({
      name: id,
      started,
      cases:
        findings.length === 0
          ? [{ id, name: `${title}: nothing changed`, problems: [], seconds: 0 }]
          : findings.map(({ level, about, what, changes, edit }) => {
              const said = [`${WORDS[level]}: ${edit}`, ...changes];
              return {
                id: about,
                name: `${title}: ${what}`,
                problems: level === 'edit' ? said : [],
                ...(level === 'unclear' && { undecided: said }),
                seconds: 0,
              };
            }),
    })),
  );
}

function headline(report: UpkeepReport): string {
  const findings = report.parts.flatMap((part) => part.findings);
  const count = (level: Level): number => findings.filter((one) => one.level === level).length;
  if (findings.length === 0) return 'Nothing changed.';
  return `${count('edit')} to edit, ${count('unclear')} unclear, ${quantity(count('nothing'), 'more change')} of which nothing follows`;
}

function nextStep(report: UpkeepReport): string {
  const policies = report.parts.filter(({ id }) => id !== 'program' && id !== 'requests');
  const stale = policies.filter(({ findings }) => findings.length > 0);
  if (report.parts.every(({ findings }) => findings.length === 0)) {
    return 'Nothing changed.';
  }
  if (stale.length === 0) return headline(report);
  return `${headline(report)}. Once it is settled, \`confine check ${report.profile} --record\` makes it the baseline.`;
}

function comparedLines({ before, now, notes }: UpkeepPart): string[] {
  return [
    before === now ? `recorded of ${before}, and the same now` : `${before} -> ${now}`,
    ...notes,
  ];
}

function summary({ findings }: UpkeepPart): string {
  if (findings.length === 0) return 'nothing changed';
  const count = (level: Level): number => findings.filter((one) => one.level === level).length;
  return (['edit', 'unclear', 'nothing'] as const)
    .filter((level) => count(level) > 0)
    .map((level) => `${count(level)} ${level === 'nothing' ? 'with nothing to do' : WORDS[level]}`)
    .join(', ');
}

function findingLines(finding: Finding, report: UpkeepReport, style: Style): string[] {
  const paint = { edit: style.bad, unclear: style.warn, nothing: style.good }[finding.level];
  return [
    `  ${paint(WORDS[finding.level])}: ${printable(finding.what)}`,
    ...shortened(finding.changes).map((line) => `      ${printable(line)}`),
    ...finding.concerns.map(
      (concern) => `    ${style.faint(printable(`${concernText(concern, report)}`))}`,
    ),
    ...(finding.level === 'nothing'
      ? []
      : wrap(printable(finding.edit), 96)
          .split('\n')
          .map((line, i) => `    ${i === 0 ? '=> ' : '   '}${line}`)),
    '',
  ];
}

function markdownOf(finding: Finding, report: UpkeepReport): string[] {
  const { level, what, changes, concerns, edit } = finding;
  return [
    `### ${WORDS[level]}: ${markdownText(what)}`,
    '',
    ...(changes.length === 0 ? [] : [markdownFence(changes.join('\n')), '']),
    ...concerns.map((concern) => `- ${markdownText(concernText(concern, report))}`),
    ...(concerns.length === 0 ? [] : ['']),
    ...(level === 'nothing' ? [] : [`**Do:** ${markdownText(edit)}`, '']),
  ];
}

function concernText({ part, why, line }: Concern, { description }: UpkeepReport): string {
  return `${part}${line === undefined ? '' : ` (${description}:${line})`}: ${why}`;
}

/** A terminal shows the first; the other forms have all. */
function shortened(changes: readonly string[]): readonly string[] {
  return changes.length <= SHOWN
    ? changes
    : [...changes.slice(0, SHOWN), `… and ${changes.length - SHOWN} more (--markdown, --json)`];
}

const SHOWN = 24;
