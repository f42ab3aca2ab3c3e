import type { Confinement } from '../../description/index.ts';
import type { Concerns } from '../concerns.ts';
import type { Concern, Finding } from '../finding.ts';
import { IMPORT_MEANINGS } from './import-meanings.ts';
import type { ProgramFacts } from './program-facts.ts';
import { pathsIn } from './program-paths.ts';

/** What the policy says of a path, where one is at hand. */
export interface PathAnswer {
  /** `net_conf_t`. */
  readonly type: string;
  /** `TYPE:CLASS` of the access that reading it takes. */
  readonly access: string;
  readonly readable: boolean;
}

/**
 * What a new release may ask for that the one before did not, by its bytes alone: hints, and no proof. What leads to a request stands before what only tells
 * of the program; what an ability of the description covers is not asked about.
 */
export function comparePrograms(
  confinement: Confinement,
  before: ProgramFacts,
  now: ProgramFacts,
  concerns: Concerns,
  ask: ((path: string) => PathAnswer | undefined) | undefined,
  calls: Parameters<Concerns['ofAccess']>[1],
): readonly Finding[] {
  return [
    ...capabilityFindings(confinement, before, now, concerns),
    ...listFinding('units', 'the directives of its units', before.units, now.units),
    ...importFindings(confinement, before, now, concerns),
    ...pathFindings(before, now, concerns, ask, calls),
    ...listFinding('files', 'the files of its package', before.files, now.files),
    ...listFinding(
      'libraries',
      'the libraries that it is linked with',
      before.libraries,
      now.libraries,
    ),
    ...optionFindings(before, now),
    ...topicFindings(before, now),
    ...now.unread.map(
      (what): Finding => ({
        level: 'unclear',
        about: 'program',
        what,
        changes: [],
        concerns: [],
        edit: 'give the program as an ELF file, or run the scenarios with it (`--lab`)',
      }),
    ),
  ];
}

function capabilityFindings(
  { never }: Confinement,
  before: ProgramFacts,
  now: ProgramFacts,
  concerns: Concerns,
): Finding[] {
  const changes = difference(before.capabilities, now.capabilities);
  if (changes.length === 0) return [];
  const names = (facts: ProgramFacts): string[] =>
    facts.capabilities.flatMap((text) => text.match(/(?<=cap_)[a-z_]+/gi) ?? []);
  const came = names(now).filter((name) => !names(before).includes(name));
  const index = never.findIndex(({ kind }) => kind === 'capabilities');
  const except = never.flatMap((one) =>
    one.kind === 'capabilities' ? (one.except ?? []).flatMap((each) => each.names) : [],
  );
  const unknown = came.filter((name) => !except.includes(name as never));
  return [
    {
      level: unknown.length > 0 ? 'edit' : 'nothing',
      about: 'program',
      what: 'its package sets other file capabilities',
      changes,
      concerns: index < 0 ? [] : concerns.ofNever(index),
      edit:
        unknown.length > 0
          ? `decide about ${unknown.join(', ')}: an ability that grants it and an exception with its reason, or neither, and the program has to do without`
          : 'nothing: the description knows them',
    },
  ];
}

/** Functions that it calls now, by what they are for; what an ability covers asks for nothing. */
function importFindings(
  confinement: Confinement,
  before: ProgramFacts,
  now: ProgramFacts,
  concerns: Concerns,
): Finding[] {
  const came = now.imports.filter((name) => !before.imports.includes(name));
  const went = before.imports.filter((name) => !now.imports.includes(name));
  const told = IMPORT_MEANINGS.flatMap(({ does, functions, abilities, nevers }): Finding[] => {
    const changes = [
      ...came.filter((name) => functions.test(name)).map((name) => `+ ${name}`),
      ...went.filter((name) => functions.test(name)).map((name) => `- ${name}`),
    ];
    if (changes.length === 0) return [];
    const isNew = changes.some((line) => line.startsWith('+'));
    const having = confinement.may.filter(({ name }) => abilities.includes(name));
    const against = confinement.never.flatMap(({ kind }, i) =>
      nevers.includes(kind) ? concerns.ofNever(i) : [],
    );
    return [
      {
        level: isNew ? 'unclear' : 'nothing',
        about: 'program',
        what: `it calls ${isNew ? 'other functions' : 'fewer functions'} to ${does}`,
        changes,
        concerns: [
          ...having.flatMap(({ name }) => concerns.ofAbility(name)),
          ...(having.length === 0 ? against : []),
        ],
        edit:
          having.length > 0
            ? `look at how it does so now: ${having.map(({ name }) => `\`${name}\``).join(' or ')} should cover it, and the scenarios tell (\`--lab\`)`
            : 'look at this: no ability of the description is about it',
      },
    ];
  });
  const rest = (names: readonly string[]): string[] =>
    names.filter((name) => !IMPORT_MEANINGS.some(({ functions }) => functions.test(name)));
  const others = [
    ...rest(came).map((name) => `+ ${name}`),
    ...rest(went).map((name) => `- ${name}`),
  ];
  return others.length === 0
    ? told
    : [
        ...told,
        nothing('it calls other functions, which ask the policy nothing that is known', others),
      ];
}

function pathFindings(
  before: ProgramFacts,
  now: ProgramFacts,
  concerns: Concerns,
  ask: ((path: string) => PathAnswer | undefined) | undefined,
  calls: Parameters<Concerns['ofAccess']>[1],
): Finding[] {
  const [was, is] = [pathsIn(before.literals), pathsIn(now.literals)];
  const gone = [...was.whole].filter((path) => !is.whole.has(path));
  const groups = new Map<string, { readonly finding: Finding; readonly paths: string[] }>();
  for (const path of [...is.whole].filter((each) => !was.whole.has(each)).sort()) {
    const finding = pathFinding(concerns, ask?.(path), calls);
    const key = `${finding.what} ${finding.edit} ${finding.concerns.map(({ part }) => part).join()}`;
    const group = groups.get(key) ?? { finding, paths: [] };
    group.paths.push(`+ ${path}`);
    groups.set(key, group);
  }
  const parts = [...is.parts].filter((part) => !was.parts.has(part)).sort();
  return [
    ...[...groups.values()].map(({ finding, paths }) => ({ ...finding, changes: paths })),
    ...(parts.length === 0
      ? []
      : [
          {
            level: 'unclear' as const,
            about: 'program' as const,
            what: 'it knows other parts of paths',
            changes: parts.map((part) => `+ ${part}`),
            concerns: [],
            edit: 'look at this: below which directory it looks for them, the scenarios tell (`--lab`)',
          },
        ]),
    ...(gone.length === 0
      ? []
      : [
          nothing(
            'paths that it does not know any more',
            gone.map((path) => `- ${path}`),
          ),
        ]),
  ];
}

function pathFinding(
  concerns: Concerns,
  answer: PathAnswer | undefined,
  calls: Parameters<Concerns['ofAccess']>[1],
): Finding {
  const finding = { about: 'program', changes: [] } as const;
  if (answer === undefined) {
    return {
      ...finding,
      level: 'unclear',
      what: 'it knows other paths, whose labels are not known',
      concerns: [],
      edit: 'look at this: which ability reads or writes there?',
    };
  }
  const { type, access, readable } = answer;
  const from: readonly Concern[] = readable
    ? concerns.ofAccess(access, calls)
    : concerns.ofName(type);
  const parts = [...new Map(from.map((one) => [one.part, one])).values()];
  if (readable) {
    return {
      ...finding,
      level: 'nothing',
      what: `it knows other paths, which it may read (\`${type}\`)`,
      concerns: parts,
      edit: 'nothing, if it only reads there',
    };
  }
  return {
    ...finding,
    level: 'unclear',
    what: `it knows other paths, which it may not read (\`${type}\`)`,
    concerns: parts,
    edit:
      parts.length > 0
        ? `look at this: ${parts.map(({ part }) => `\`${part}\``).join(' and ')} knows the label and does not let it read`
        : 'look at this: no ability covers it; grant it, or refuse it in silence with the reason',
  };
}

function optionFindings(before: ProgramFacts, now: ProgramFacts): Finding[] {
  const options = (facts: ProgramFacts): Set<string> =>
    found(facts, /(?<![\w-])--[a-z][a-z0-9]+(?:-[a-z0-9]+)*/g);
  const variables = (facts: ProgramFacts): Set<string> =>
    new Set(
      [...facts.literals].filter((text) =>
        /^(?:[A-Z][A-Z0-9]*_)+(?:HOME|DIR|PATH|UID|GID|FILE|SOCK|SOCKET|CONFIG|LOG|DISPLAY|ADDRESS|USER)$/.test(
          text,
        ),
      ),
    );
  const changes = [
    ...difference([...options(before)], [...options(now)]),
    ...difference([...variables(before)], [...variables(now)]),
  ];
  if (changes.length === 0) return [];
  return [
    {
      level: changes.some((line) => line.startsWith('+')) ? 'unclear' : 'nothing',
      about: 'program',
      what: 'it has other options, or looks at other variables of the environment',
      changes,
      concerns: [],
      edit: 'look at this: does a scenario use each new one?',
    },
  ];
}

/** Words that many of its new texts have and none of its old ones: what a release is about. */
function topicFindings(before: ProgramFacts, now: ProgramFacts): Finding[] {
  const words = (facts: ProgramFacts): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const literal of facts.literals) {
      if (literal.length > 200) continue;
      const inside = new Set(literal.toLowerCase().match(/(?<![\w/.])[a-z]{5,}(?![\w/])/g));
      for (const word of inside) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  };
  const old = words(before);
  const topics = [...words(now)]
    .filter(([word, count]) => count >= 4 && !old.has(word))
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_TOPICS);
  return topics.length === 0
    ? []
    : [
        nothing(
          'what its new texts are about',
          topics.map(([word, count]) => `+ ${word} (in ${count} texts)`),
        ),
      ];
}

const MOST_TOPICS = 16;

function found(facts: ProgramFacts, pattern: RegExp): Set<string> {
  return new Set(
    [...facts.literals].flatMap((text) => [...text.matchAll(pattern)].map(([match]) => match)),
  );
}

function listFinding(
  kind: 'units' | 'files' | 'libraries',
  what: string,
  before: readonly string[],
  now: readonly string[],
): Finding[] {
  const changes = difference(before, now);
  if (changes.length === 0) return [];
  const edits = {
    units: 'look at this: what a service may do is `runAsService`, and who starts it an entry',
    files:
      'look at this: a new program needs an entry or stays unconfined, a new directory a label',
    libraries: 'look at this: a library brings files that it reads and calls that it makes',
  };
  return [
    {
      level: 'unclear',
      about: 'program',
      what: `${what} changed`,
      changes,
      concerns: [],
      edit: edits[kind],
    },
  ];
}

function nothing(what: string, changes: readonly string[]): Finding {
  return { level: 'nothing', about: 'program', what, changes, concerns: [], edit: 'nothing' };
}

function difference(before: readonly string[], now: readonly string[]): string[] {
  return [
    ...now
      .filter((each) => !before.includes(each))
      .sort()
      .map((each) => `+ ${each}`),
    ...before
      .filter((each) => !now.includes(each))
      .sort()
      .map((each) => `- ${each}`),
  ];
}
