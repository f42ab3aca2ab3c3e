import type { AcceptancePoint, Exhibit } from '../description/index.ts';
import type { LabResult } from '../lab/index.ts';
import type { AcceptanceLine, ExhibitLine } from '../report/index.ts';

/** Each point of the request with the excerpt of the run that shows it. What did not run, failed, or does not hold it shows nothing. */
export function acceptanceOf(
  points: readonly AcceptancePoint[],
  lab: LabResult,
): readonly AcceptanceLine[] {
  return points.map(({ asks, note, shownBy }) => {
    const lines = shownBy.map((exhibit) => exhibitLine(exhibit, lab));
    return {
      asks,
      ...(note === undefined ? {} : { note }),
      met: lines.length > 0 && lines.every(({ lacks }) => lacks === undefined),
      shownBy: lines,
    };
  });
}

function exhibitLine(exhibit: Exhibit, lab: LabResult): ExhibitLine {
  const found = find(exhibit, lab);
  const { what, anchor } = nameOf(exhibit);
  const lacking = (lacks: string): ExhibitLine => ({ what, anchor, excerpt: [], lacks });
  if (found === undefined) return lacking('not in this run');
  if (found.outcome !== 'passed') return lacking('not as expected');
  if (found.tooShort !== undefined) return lacking(found.tooShort);
  const pattern = new RegExp(exhibit.see);
  const matches = found.text.split('\n').flatMap((line) => pattern.exec(line)?.[0] ?? []);
  const excerpt = [...new Set(matches.map((match) => match.replace(/\s+/g, ' ').trim()))];
  if (excerpt.length === 0) return lacking(`nothing in it matches /${exhibit.see}/`);
  return { what, anchor, excerpt: excerpt.slice(0, EXCERPT_LINES) };
}

/** More would be the report again. */
const EXCERPT_LINES = 4;

interface Found {
  readonly outcome: string;
  readonly text: string;
  readonly tooShort?: string;
}

function find(exhibit: Exhibit, { checks, scenarios, attacks }: LabResult): Found | undefined {
  if ('check' in exhibit) {
    const check = checks.find(({ id }) => id === exhibit.check);
    return check && { outcome: check.outcome, text: `# ${check.command}\n${check.output}` };
  }
  if ('attack' in exhibit) {
    const attack = attacks.find(({ id }) => id === exhibit.attack);
    if (attack === undefined) return undefined;
    const records = attack.denials.flatMap(({ text }) => text);
    return { outcome: attack.outcome, text: records.join('\n') };
  }
  const scenario = scenarios.find(
    ({ id, mode }) => id === exhibit.scenario && mode === exhibit.mode,
  );
  if (scenario === undefined) return undefined;
  const steps = scenario.steps.flatMap(({ did, output, screen }) => [
    did,
    output ?? '',
    screen?.text ?? '',
  ]);
  const records = scenario.denials.flatMap(({ text }) => text);
  const { seconds = 0 } = exhibit;
  return {
    outcome: scenario.outcome,
    text: [...steps, ...records].join('\n'),
    ...(scenario.seconds < seconds
      ? { tooShort: `it lasted ${scenario.seconds.toFixed(0)} s, not ${seconds}` }
      : {}),
  };
}

function nameOf(exhibit: Exhibit): Pick<ExhibitLine, 'what' | 'anchor'> {
  if ('check' in exhibit) {
    return { what: `check ${exhibit.check}`, anchor: `check-${exhibit.check}` };
  }
  if ('attack' in exhibit) {
    return { what: `attack ${exhibit.attack}`, anchor: `attack-${exhibit.attack}` };
  }
  const { scenario, mode } = exhibit;
  return { what: `${scenario}, ${mode}`, anchor: `scenario-${scenario}-${mode}` };
}
