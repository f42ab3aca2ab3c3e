import type {
  Condition,
  Given,
  KnownLabel,
  KnownMembership,
  KnownRule,
  KnownTransition,
  PolicyFacts,
} from './facts.ts';

/** The lists that facts consist of, by the names of their files without the ending; data/fedora/README.md says what each holds. */
export const FACT_LISTS = {
  interfaces: 'interfaces.tsv',
  patterns: 'patterns.tsv',
  given: 'interface-rules.tsv',
  givenSeveral: 'interface-rules-several.tsv',
  givenMore: 'interface-rules-more.tsv',
  base: 'base-rules.tsv',
  members: 'attribute-members.tsv',
  labels: 'paths.tsv',
  labelsMore: 'paths-more.tsv',
  labelled: 'labelled.txt',
  ports: 'ports.tsv',
  types: 'types.txt',
  attributes: 'attributes.txt',
  classes: 'classes.txt',
  booleans: 'booleans.txt',
  capabilities: 'policycaps.txt',
} as const;

/** Text of each list -> a value. Throws FactsError for a row that cannot be read: a fact that is dropped in silence would be a wrong "holds". */
export function parseFacts(
  date: string,
  lists: Readonly<Record<keyof typeof FACT_LISTS, string>>,
): PolicyFacts {
  const rows = (list: keyof typeof FACT_LISTS): string[][] => table(list, lists[list]);
  const classes = parseClasses(lists.classes);
  const given = new Map<string, Given[]>();
  const give = (name: string, row: Given): void => {
    const list = given.get(name);
    if (list === undefined) given.set(name, [row]);
    else list.push(row);
  };
  for (const [name, kind, target, tclass, permissions, condition] of rows('given')) {
    // In this list the one type that is passed has no name, and is `self` as a target.
    const known = target === 'self' ? 'arg1' : target!;
    const row = [kind!, 'arg1', known, tclass!, permissions!, condition!];
    give(name!, givenRow('given', row, classes));
  }
  for (const list of ['givenSeveral', 'givenMore'] as const) {
    for (const [name, ...row] of rows(list)) give(name!, givenRow(list, row, classes));
  }
  return {
    date,
    interfaces: new Map(
      rows('interfaces').map(([name, , parameters]) => [name!, Number(parameters)]),
    ),
    patterns: new Map(rows('patterns').map(([name, parameters]) => [name!, Number(parameters)])),
    modules: new Set(rows('interfaces').map((row) => row[3]!.replace(/^.*\//, ''))),
    types: new Set(words(lists.types)),
    attributes: new Set(words(lists.attributes)),
    classes,
    booleans: new Map(
      words(lists.booleans).map((line) => {
        const [name, value] = line.split(' ');
        return [name!, value === 'true'];
      }),
    ),
    capabilities: words(lists.capabilities),
    members: new Map(rows('members').map(([name, types]) => [name!, types!.split(' ')])),
    base: rows('base').map((row) => {
      const rule = givenRow('base', row, classes);
      if (rule.kind !== 'allow' && rule.kind !== 'dontaudit') {
        throw new FactsError(FACT_LISTS.base, `\`${rule.kind}\` is no kind of base rule`);
      }
      return rule;
    }),
    given,
    labels: [...rows('labels'), ...rows('labelsMore')].map(
      ([pattern, kind, type]): KnownLabel => ({
        pattern: pattern!,
        kind: kind!,
        type: type === '<<none>>' ? undefined : type!,
      }),
    ),
    labelled: words(lists.labelled),
    ports: rows('ports').map(([type, protocol, low, high]) => ({
      type: type!,
      protocol: protocol!,
      low: Number(low),
      high: Number(high),
    })),
  };
}

/** A list of facts is damaged. */
export class FactsError extends Error {
  constructor(file: string, problem: string) {
    super(`data/fedora/${file}: ${problem}`);
    this.name = 'FactsError';
  }
}

/** Rows of a table without its heading, each with as many fields as the heading names. */
function table(list: keyof typeof FACT_LISTS, text: string): string[][] {
  const [heading, ...lines] = text.replace(/\n$/, '').split('\n');
  const width = heading!.split('\t').length;
  return lines.map((line, i) => {
    const fields = line.split('\t');
    if (fields.length !== width) {
      throw new FactsError(
        FACT_LISTS[list],
        `line ${i + 2} has ${fields.length} fields, not ${width}`,
      );
    }
    return fields;
  });
}

function words(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** kind, source, target, class, permissions, condition: of a membership the target is the attribute, of a transition the permissions are its result. */
function givenRow(
  list: keyof typeof FACT_LISTS,
  [kind, source, target, tclass, permissions, condition]: readonly string[],
  classes: PolicyFacts['classes'],
): Given {
  switch (kind) {
    case 'allow':
    case 'dontaudit':
      return {
        kind,
        source: source!,
        target: target!,
        tclass: tclass!,
        permissions: known(list, classes, tclass!, permissions!.split(',')),
        condition: conditionOf(list, condition!),
      } satisfies KnownRule;
    case 'type_transition':
      return {
        kind,
        source: source!,
        target: target!,
        tclass: tclass!,
        result: permissions!,
      } satisfies KnownTransition;
    case 'attribute':
      return { kind, type: source!, attribute: target! } satisfies KnownMembership;
    default:
      throw new FactsError(FACT_LISTS[list], `\`${kind}\` is no kind of rule`);
  }
}

/** What a class does not have could only be left out of the policy in silence. */
function known(
  list: keyof typeof FACT_LISTS,
  classes: PolicyFacts['classes'],
  tclass: string,
  permissions: readonly string[],
): readonly string[] {
  const missing = permissions.find((name) => !classes.get(tclass)?.has(name));
  if (missing === undefined) return permissions;
  throw new FactsError(
    FACT_LISTS[list],
    `the class \`${tclass}\` has no permission \`${missing}\``,
  );
}

function conditionOf(list: keyof typeof FACT_LISTS, text: string): Condition | undefined {
  if (text === '') return undefined;
  const match = /^(\w+)=(True|False)$/.exec(text);
  if (match === null) throw new FactsError(FACT_LISTS[list], `\`${text}\` is no condition`);
  return { boolean: match[1]!, value: match[2] === 'True' };
}

/** seinfo's listing of commons, then classes: `common file`, `{`, permissions, `}`; a class may name the common that it inherits. */
function parseClasses(text: string): Map<string, ReadonlySet<string>> {
  const commons = new Map<string, readonly string[]>();
  const classes = new Map<string, ReadonlySet<string>>();
  let current: { kind: string; name: string; permissions: string[] } | undefined;
  const close = (): void => {
    if (current?.kind === 'common') commons.set(current.name, current.permissions);
    if (current?.kind === 'class') classes.set(current.name, new Set(current.permissions));
    current = undefined;
  };
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const head = /^(common|class) (\w+)$/.exec(line);
    if (head) {
      close();
      current = { kind: head[1]!, name: head[2]!, permissions: [] };
    } else if (/^inherits \w+$/.test(line)) {
      current?.permissions.push(...(commons.get(line.split(' ')[1]!) ?? []));
    } else if (/^\w+$/.test(line)) {
      current?.permissions.push(line);
    }
  }
  close();
  return classes;
}
