import type { ReviewedApparmor } from '../apparmor/review/index.ts';
import { type ApparmorTally, formatRequest } from '../denials/index.ts';
import type { Fresh } from '../fleet/index.ts';
import { printable, quantity, type Style } from '../text/index.ts';
import type { ApparmorAdvice } from './apparmor-advice.ts';
import type { ReviewedRecords } from './apparmor-review.ts';

/** A row of `confine review`'s table for AppArmor's records of one request, and what stands below the table about it. */
export interface ApparmorRow {
  readonly reviewed: ReviewedApparmor;
  readonly request: string;
  readonly meaning: string;
  readonly details: readonly string[];
}

export function apparmorRows(
  { reviewed, advice }: ReviewedRecords,
  style: Style,
): readonly ApparmorRow[] {
  return reviewed.map((one) => ({
    reviewed: one,
    request: printable(requestText(one.tally)),
    meaning: meaningText(one, style),
    details: details(one, style, advice.get(one) ?? []),
  }));
}

/** Whether the description must decide about a request: what is forbidden and was let through is seen in complain mode, when it can still be mended. */
export function mustDecideApparmor({ tally, meaning }: ReviewedApparmor): boolean {
  return meaning.kind === 'open' || (meaning.kind === 'forbidden' && tally.allowed > 0);
}

/** As data, in the form of the other requests. */
export function apparmorJson(
  { features, reviewed, advice }: ReviewedRecords,
  fresh: Fresh,
): object {
  return {
    features,
    requests: reviewed.map((one) => ({
      ...one.tally,
      ...one.meaning,
      rules: one.rules,
      ...(fresh === undefined ? {} : { new: fresh(one.tally) }),
      ...(one.meaning.kind === 'open' && {
        abilities: (advice.get(one) ?? []).map(({ candidate, ...rest }) => ({
          ability: candidate.source,
          ...rest,
        })),
      }),
    })),
  };
}

/** `rustnet /etc/shadow r`: the profile that asked, and what for. */
function requestText({ profile, request }: ApparmorTally): string {
  return `${profile}: ${formatRequest(request)}`;
}

function meaningText({ tally, meaning }: ReviewedApparmor, style: Style): string {
  switch (meaning.kind) {
    case 'forbidden': {
      const ids = meaning.nevers.map(({ id }) => id).join(', ');
      if (tally.allowed > 0) return `${style.bad('let through')}, complain: never ${ids}`;
      return `${style.good('stopped')}: never ${ids}`;
    }
    case 'granted':
      return `${style.good('granted')} by this profile: the log is older`;
    case 'tunable':
      return `${style.warn('tunable')}: granted with ${meaning.tunable.name} on`;
    case 'silenced':
      return `${style.faint('silenced')} by a deny rule`;
    case 'unknown':
      return `${style.warn('unknown')}: ${printable(meaning.text)}`;
    case 'open': {
      const ids = meaning.nevers.map(({ id }) => id).join(', ');
      return `${style.bad('open')}: nothing grants it, no never forbids it${ids === '' ? '' : `; a step towards ${ids}`}`;
    }
  }
}

function details(
  { tally, meaning, rules }: ReviewedApparmor,
  style: Style,
  advice: readonly ApparmorAdvice[],
): string[] {
  const by = tally.commands.length === 0 ? '' : ` by ${tally.commands.join(', ')}`;
  const versions = tally.versions.length === 0 ? '' : `, versions ${tally.versions.join(', ')}`;
  const record = tally.example.text.find((line) => line.includes('apparmor='));
  return [
    `${style.strong(printable(requestText(tally)))}${printable(`${by}${versions}`)}`,
    ...reasons(meaning, tally.allowed > 0, style),
    ...(meaning.kind === 'open'
      ? [
          ...advice.flatMap((each) => abilityLines(each, style)),
          `  ${advice.length === 0 ? 'no ability grants it: ' : 'or '}a rule of your own and its reason: ${printable(rules.join(' '))}`,
        ]
      : []),
    ...(record === undefined ? [] : [`  ${style.faint(printable(record))}`]),
    '',
  ];
}

function reasons(
  meaning: ReviewedApparmor['meaning'],
  wasAllowed: boolean,
  style: Style,
): string[] {
  const ways = (nevers: readonly { id: string; way: string }[], before: string): string[] =>
    [...Map.groupBy(nevers, ({ way }) => way)].map(
      ([way, broken]) =>
        `  ${before} ${style.strong(broken.map(({ id }) => id).join(', '))}: ${printable(way)}`,
    );
  switch (meaning.kind) {
    case 'forbidden':
      return [
        ...(wasAllowed
          ? [
              '  decide before the profile is enforced: an attack, or a never that is wrong about the program',
            ]
          : []),
        ...ways(meaning.nevers, 'granted, this would break'),
      ];
    case 'tunable':
      return [
        `  it lets the program ${meaning.tunable.can}. ${meaning.tunable.whyIn?.apparmor ?? meaning.tunable.why}`,
        ...ways(meaning.nevers, 'off, it keeps'),
      ];
    case 'open':
      return [
        '  decide: an ability that needs it, a deny rule with its reason if the program does without, or a never',
        ...ways(meaning.nevers, 'grant no more: what follows it would break'),
        ...meaning.unsaid.map(
          (text) => `  granted, it could no longer be said: ${printable(text)}`,
        ),
      ];
    default:
      return [];
  }
}

function abilityLines({ candidate, rules, breaks }: ApparmorAdvice, style: Style): string[] {
  const { source } = candidate;
  const more = quantity(Math.max(0, rules - 1), 'rule');
  return [
    ...breaks.map(
      ({ id, way }) =>
        `  ${style.bad('not')} ${printable(source)}: it would break ${style.strong(id)}: ${printable(way)}`,
    ),
    `  ${style.strong(printable(source))} ${breaks.length > 0 ? 'would grant' : 'grants'} it, and has ${more} more`,
  ];
}
