import type { Description, Residual, TakenPath, Tunable } from '../description/index.ts';
import { quoted } from './candidates.ts';
import type { Choice, Chosen, Need } from './choose.ts';
import type { Evidence } from './evidence.ts';
import { inStatements } from './grants.ts';
import type { ProposedNever } from './propose-nevers.ts';
import { allowSource } from './suggest.ts';

/** A draft before it is text: what was chosen, and the nevers that hold. */
export interface Draft {
  readonly evidence: Evidence;
  readonly choice: Choice;
  readonly tunables: readonly Tunable[];
  /** Paths of other modules, which it takes over so that it can be proved, each with what has to be decided. */
  readonly taken: readonly { readonly taken: TakenPath; readonly question: string }[];
  readonly nevers: readonly ProposedNever[];
  /** Proposed nevers that do not hold, each with the way or the reason. */
  readonly refuted: readonly {
    readonly proposed: ProposedNever;
    readonly outcome: string;
    readonly text: string;
  }[];
  /** What was proved on, in words. */
  readonly provedOn: string;
}

/** The description of a draft as a value, with these nevers. */
export function draftDescription({
  evidence,
  choice,
  tunables,
  taken,
  nevers,
}: Pick<Draft, 'evidence' | 'choice' | 'tunables' | 'taken' | 'nevers'>): Description {
  const { title, ...program } = evidence.program;
  return {
    name: evidence.name,
    title,
    version: '0.1.0',
    released: RELEASED,
    program,
    rollout: 'permissive',
    tunables,
    may: choice.chosen.map(({ probed }) => probed.candidate.ability),
    never: nevers.map(({ never }) => never),
    residuals: residualsOf(choice),
    ...(taken.length === 0 ? {} : { takesOver: taken.map((one) => one.taken) }),
  };
}

function residualsOf({ chosen }: Choice): readonly Residual[] {
  return chosen.flatMap(({ probed }) => probed.candidate.residuals);
}

/** No clock: the person who takes the draft over writes the day. */
const RELEASED = '2026-01-01';

/** A first `confinement.ts`: the same draft gives the same bytes. */
export function descriptionText(draft: Draft): string {
  const { evidence, choice, tunables, nevers } = draft;
  const { name, program } = evidence;
  const names = [
    'type Confinement',
    'confine',
    ...choice.chosen.map(({ probed }) => probed.candidate.name),
    ...nevers.flatMap(({ imports }) => imports),
  ];
  return [
    'import {',
    ...inImportOrder(names).map((one) => `  ${one},`),
    "} from 'confine-mac';",
    '',
    ...comment(
      `Drafted by confine from ${evidenceText(evidence)}. Read every line: what was seen is not all that the program does, and what it did need not be what it should.`,
      '',
    ),
    `const ${name}: Confinement = confine({`,
    `  name: ${quoted(name)},`,
    `  title: ${quoted(program.title)},`,
    "  version: '0.1.0',",
    `  released: ${quoted(RELEASED)},`,
    '  program: {',
    `    name: ${quoted(program.name)},`,
    `    version: ${quoted(program.version)},`,
    `    homepage: ${quoted(program.homepage)},`,
    `    executables: [${program.executables.map(quoted).join(', ')}],`,
    '  },',
    "  rollout: 'permissive',",
    ...tunablesLines(tunables),
    '',
    '  may: [',
    ...choice.chosen.flatMap((one) => [
      ...comment(askedFor(one, evidence), '    '),
      `    ${one.probed.candidate.source},`,
    ]),
    '  ],',
    '',
    ...comment(`Of each it is proved that it holds, on ${draft.provedOn}.`, '  '),
    '  never: [',
    ...nevers.flatMap(({ source, note, against }) => [
      ...(note === undefined ? [] : comment(note, '    ')),
      ...(against === undefined ? [] : comment(againstText(against, evidence), '    ')),
      ...neverLines(source),
    ]),
    '  ],',
    '',
    ...residualLines(residualsOf(choice)),
    ...takenLines(draft),
    '});',
    '',
    `export default ${name};`,
    ...questionLines(draft),
    '',
  ].join('\n');
}

function takenLines({ taken }: Draft): string[] {
  if (taken.length === 0) return [];
  return [
    '  takesOver: [',
    ...taken.flatMap(({ taken: { path, from, why } }) => [
      '    {',
      `      path: ${quoted(path)},`,
      `      from: [${from.map(quoted).join(', ')}],`,
      `      why: ${quoted(why)},`,
      '    },',
    ]),
    '  ],',
  ];
}

function evidenceText({ runs, unit, imports, sightings }: Evidence): string {
  const parts = [
    ...(runs.length === 0
      ? []
      : [runs.length === 1 ? `one run (${runs[0]})` : `${runs.length} runs (${runs.join(', ')})`]),
    ...(unit === undefined ? [] : [`the unit ${unit}`]),
    ...(imports === undefined ? [] : ['the program’s own imports']),
  ];
  return parts.length === 0 ? `${sightings.length} accesses` : parts.join(', ');
}

function tunablesLines(tunables: readonly Tunable[]): string[] {
  if (tunables.length === 0) return ['  tunables: [],'];
  return [
    '  tunables: [',
    ...tunables.flatMap((one) => [
      '    {',
      `      name: ${quoted(one.name)},`,
      `      default: ${one.default},`,
      `      can: ${quoted(one.can)},`,
      `      why: ${quoted(one.why)},`,
      '    },',
    ]),
    '  ],',
  ];
}

/** What is excepted stands on a line of its own where all would not fit. */
function neverLines(source: string): string[] {
  const [, call, except] = /^(.*), \{ except: (.*) \}\)$/.exec(source) ?? [];
  if (source.length <= MOST_ON_A_LINE || call === undefined) return [`    ${source},`];
  const each = except!.startsWith('[') ? except!.slice(1, -1).split(/(?<=}), (?={ )/) : [];
  const lines =
    each.length < 2 || except!.length <= MOST_ON_A_LINE
      ? [`      except: ${except},`]
      : ['      except: [', ...each.map((one) => `        ${one},`), '      ],'];
  return [`    ${call}, {`, ...lines, '    }),'];
}

const MOST_ON_A_LINE = 95;

function residualLines(residuals: readonly Residual[]): string[] {
  if (residuals.length === 0) return ['  residuals: [],'];
  return [
    '  // They come with the abilities: no policy can refuse them.',
    '  residuals: [',
    ...residuals.flatMap(({ id, what, why }) => [
      '    {',
      `      id: ${quoted(id)},`,
      `      what: ${quoted(what)},`,
      `      why: ${quoted(why)},`,
      '    },',
    ]),
    '  ],',
  ];
}

/** What asked for an ability, how often it was seen, and what the ability opens besides. */
function askedFor({ needs, unseen, probed }: Chosen, evidence: Evidence): string {
  if (needs.length === 0) {
    if (probed.candidate.name === 'useTerminal') {
      return 'Not seen in a record: whoever starts it from a shell hands it a terminal.';
    }
    return evidence.unit !== undefined && probed.candidate.name.startsWith('runAs')
      ? `Static only: ${evidence.unit} starts it.`
      : 'Not seen in a record: a draft has to say who starts it.';
  }
  const more = unseen === 0 ? '' : ` It opens ${unseen} accesses that were not asked for.`;
  return `${oftenText(needs, evidence)}: ${accessText(needs)}.${more}`;
}

function againstText(needs: readonly Need[], evidence: Evidence): string {
  return `${oftenText(needs, evidence)}, and refused: ${accessText(needs)}. Keep the never, or find the ability that excepts it.`;
}

function oftenText(needs: readonly Need[], { runs }: Evidence): string {
  const seen = new Set(needs.flatMap((need) => [...need.runs]));
  return seen.size === 0 ? 'Static only' : `Seen in ${seen.size} of ${runs.length} runs`;
}

function accessText(needs: readonly Need[]): string {
  const statements = inStatements(togetherOf(needs));
  const shown = statements
    .slice(0, MOST)
    .map(
      ({ targets, tclass, permissions }) =>
        `${targets.length > 3 ? `${targets.length} types` : targets.join(' ')}:${tclass} { ${permissions.join(' ')} }`,
    );
  const rest = statements.length - shown.length;
  const by = [...new Set(needs.flatMap(({ shownBy }) => shownBy))].slice(0, 2);
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}${by.length === 0 ? '' : ` (${by.join('; ')})`}`;
}

const MOST = 4;

function togetherOf(
  needs: readonly Need[],
): { target: string; tclass: string; permissions: string[] }[] {
  const byPair = Map.groupBy(needs, ({ wanted }) => `${wanted.target} ${wanted.tclass}`);
  return [...byPair.values()].map((of) => ({
    target: of[0]!.wanted.target,
    tclass: of[0]!.wanted.tclass,
    permissions: [...new Set(of.map(({ permission }) => permission))].sort(),
  }));
}

/** What is to be asked: accesses that no ability accounts for, nevers that do not hold, what the evidence says besides. */
function questionLines({ choice, refuted, taken, evidence }: Draft): string[] {
  const byRuns = Map.groupBy(
    choice.left,
    ({ wanted, runs }) => `${wanted.target} ${wanted.tclass} ${[...runs].sort()}`,
  );
  const accesses = [...byRuns.values()].map((needs) => {
    const [{ target, tclass, permissions }] = togetherOf(needs) as [
      ReturnType<typeof togetherOf>[number],
    ];
    const by = [...new Set(needs.flatMap(({ shownBy }) => shownBy))].slice(0, 2).join('; ');
    return `${oftenText(needs, evidence)}: ${allowSource({ targets: [target], tclass, permissions })}${by === '' ? '' : `, by ${by}`}.`;
  });
  const nevers = refuted.map(
    ({ proposed, outcome, text }) => `${proposed.source} is ${outcome}: ${text}`,
  );
  return [
    ...section(
      'Questions: what no ability accounts for. An ability of its own with one of these and its reason, or a dontaudit if the program does without, or nothing?',
      accesses,
    ),
    ...section('Questions: nevers that were proposed and are not proved.', nevers),
    ...section(
      'Questions: paths that another module of the policy has.',
      taken.map(({ question }) => question),
    ),
    ...section('Questions: what else the evidence says.', evidence.questions),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return ['', ...comment(title, ''), ...lines.flatMap((line) => comment(`- ${line}`, ''))];
}

/** A comment of lines that fit; whatever the text holds, it stays a comment. */
function comment(text: string, indent: string): string[] {
  const safe = text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const lines: string[] = [];
  let line = '';
  for (const word of safe.split(' ')) {
    if (line !== '' && indent.length + 3 + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${indent}// ${one}`);
}

const WIDTH = 120;

/** As biome sorts imports: types by their name among the rest. */
function inImportOrder(names: readonly string[]): string[] {
  const bare = (name: string): string => name.replace('type ', '');
  return [...new Set(names)].sort((a, b) => {
    const [x, y] = [bare(a), bare(b)];
    // Constants and types, which begin with a capital, come first where they differ in nothing else.
    return x.toLowerCase() < y.toLowerCase() ? -1 : x.toLowerCase() > y.toLowerCase() ? 1 : 0;
  });
}
