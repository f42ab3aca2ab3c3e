import {
  type Confinement,
  everyStatement,
  type Optional,
  type Statement,
  typeName,
} from '../description/index.ts';
import { suggestion } from '../selinux/words/index.ts';
import type { Accesses, Baseline, KnownNames, RecordedDomain } from './baseline.ts';
import { verdictFindings } from './compare-verdicts.ts';
import { type Concerns, unconditional } from './concerns.ts';
import { refsOf } from './description-names.ts';
import type { Concern, Finding } from './finding.ts';

/** The policy as it is now, beyond its record. */
export interface Now {
  readonly baseline: Baseline;
  /** Every interface and name that it has, for the nearest one to a name that is gone. */
  readonly interfaces: ReadonlySet<string>;
  readonly known: KnownNames;
  /** Whether the domain has all of an access, attributes looked through; absent where the description does not compile. */
  readonly allows?: (access: string, permissions: readonly string[]) => boolean;
  /** Interfaces of which nothing is known. */
  readonly unknown: readonly string[];
  /** What the compiler said, where the description does not compile. */
  readonly refusal?: string;
}

/**
 * What changed of a profile's ground from the record to now, and what to do about each. Everything that changed is told, with `nothing` as its level
 * where nothing follows from it.
 */
export function compareBaselines(
  confinement: Confinement,
  before: Baseline,
  now: Now,
  concerns: Concerns,
): readonly Finding[] {
  const lost = lostAccesses(before, now);
  return [
    ...refusals(before, now),
    ...vanishedInterfaces(confinement, before, now, concerns),
    ...vanishedNames(confinement, before, now, concerns),
    ...newNames(before, now, concerns),
    ...changedCalls(confinement, before, now, concerns),
    ...(before.domain && now.baseline.domain
      ? [
          ...changedGrants(before, now, before.domain, now.baseline.domain, lost, concerns),
          ...verdictFindings(
            before.domain,
            now.baseline.domain,
            { ...before.calls, ...now.baseline.calls },
            concerns,
          ),
          ...changedEntrances(before.domain, now.baseline.domain),
        ]
      : []),
  ];
}

/** Accesses of the record that the domain does not have any more -> what is missing. Empty where that cannot be asked. */
function lostAccesses({ domain }: Baseline, { allows }: Now): ReadonlyMap<string, string> {
  if (domain === undefined || allows === undefined) return new Map();
  const all = [domain.grants, ...Object.values(domain.base)].flatMap((each) =>
    Object.entries(each),
  );
  return new Map(
    all.flatMap(([access, permissions]) => {
      const missing = permissions.split(' ').filter((name) => !allows(access, [name]));
      return missing.length === 0 ? [] : [[access, missing.join(' ')] as const];
    }),
  );
}

function refusals(before: Baseline, { refusal, unknown, baseline }: Now): Finding[] {
  const findings: Finding[] = unknown
    .filter((name) => name in before.calls)
    .map((name) => ({
      level: 'unclear',
      about: 'interface',
      what: `nothing is known of what \`${name}\` grants there`,
      changes: [],
      concerns: [],
      edit: `find out what it grants, and add it to the facts of ${baseline.target}`,
    }));
  if (refusal === undefined) return findings;
  return [
    ...findings,
    {
      level: 'edit',
      about: 'name',
      what: 'the description does not compile there any more',
      changes: refusal
        .split('\n')
        .slice(0, 12)
        .map((line) => `  ${line}`),
      concerns: [],
      edit: 'mend the names below; what the domain may do there is told once it compiles',
    },
  ];
}

function vanishedInterfaces(
  confinement: Confinement,
  before: Baseline,
  { baseline, interfaces, unknown }: Now,
  concerns: Concerns,
): Finding[] {
  const gone = Object.keys(before.calls).filter(
    (name) => !(name in baseline.calls) && !unknown.includes(name),
  );
  return gone.map((name) => {
    const { level, edit } = withoutInterface(confinement, name, interfaces);
    return {
      level,
      about: 'interface',
      what: `the interface \`${name}\` is gone`,
      changes: rowsOf(before.calls[name]!).map((row) => `- ${row}`),
      concerns: concerns.ofInterface(name),
      edit,
    };
  });
}

function withoutInterface(
  confinement: Confinement,
  name: string,
  interfaces: ReadonlySet<string>,
): Pick<Finding, 'level' | 'edit'> {
  const guard = allStatements(confinement).find(
    (each) => each.kind === 'either' && each.choices.flat().some((call) => call.name === name),
  );
  const near = suggestion(name, [...interfaces]);
  if (guard?.kind === 'either') {
    const other = guard.choices.find((choice) => interfaces.has(choice[0]!.name))?.[0]?.name;
    if (other !== undefined) {
      return { level: 'nothing', edit: `the description calls \`${other}\` there instead` };
    }
    return {
      level: 'unclear',
      edit: `the description does without it there (\`otherwise\`); if it was renamed, add the new name to the choices${near === undefined ? '' : `: ${near}`}`,
    };
  }
  return {
    level: 'edit',
    edit: `call another one where it is missing: \`either([call('${name}'), call('…')], [])\`${near === undefined ? '' : `; ${near}`}`,
  };
}

function vanishedNames(
  confinement: Confinement,
  before: Baseline,
  { baseline, known }: Now,
  concerns: Concerns,
): Finding[] {
  const optional = new Set(
    allStatements(confinement)
      .filter((each): each is Optional => each.kind === 'optional')
      .flatMap((each) => [...refsOf(each), ...Object.keys(each.requires.classes ?? {})]),
  );
  const types = before.names.types
    .filter((name) => !baseline.names.types.includes(name))
    .map((name) => vanished('type', name, suggestion(name, [...known.types.keys()])));
  const classes = Object.entries(before.names.classes).flatMap(([name, permissions]) => {
    const now = baseline.names.classes[name];
    if (now === undefined) {
      return [vanished('class', name, suggestion(name, [...known.classes.keys()]))];
    }
    const gone = without(permissions, now);
    return gone === '' ? [] : [vanished('permission', `${name} ${gone}`, undefined)];
  });
  return [...types, ...classes];

  function vanished(kind: string, name: string, near: string | undefined): Finding {
    const guarded = optional.has(name.split(' ')[0]!);
    const hint = near === undefined ? '' : `; ${near}`;
    return {
      level: guarded ? 'unclear' : 'edit',
      about: 'name',
      what: `the ${kind} \`${name}\` is gone`,
      changes: [],
      concerns: concerns.ofName(name.split(' ')[0]!),
      edit: guarded
        ? `the optional block that requires it falls away there: if it was renamed, add a block for the new name${hint}`
        : `name what took its place, or put the rule into \`optional(…)\`${hint}`,
    };
  }
}

/** A block that fell away before holds from now on. */
function newNames(before: Baseline, { baseline }: Now, concerns: Concerns): Finding[] {
  const added = baseline.names.types.filter((name) => !before.names.types.includes(name));
  const classes = Object.keys(baseline.names.classes).filter(
    (name) => !(name in before.names.classes),
  );
  return [...added, ...classes].map((name) => ({
    level: 'nothing',
    about: 'name',
    what: `the policy has \`${name}\` now`,
    changes: [],
    concerns: concerns.ofName(name),
    edit: 'nothing: the rules for it hold from now on',
  }));
}

function changedCalls(
  confinement: Confinement,
  before: Baseline,
  { baseline, allows }: Now,
  concerns: Concerns,
): Finding[] {
  return Object.entries(baseline.calls).flatMap(([name, given]): Finding[] => {
    const was = before.calls[name];
    const changes =
      was === undefined ? rowsOf(given).map((row) => `+ ${row}`) : changed(was, given);
    if (changes.length === 0) return [];
    const passed = typesPassed(confinement, name);
    const missing = changes.filter((line) => isMissed(line, passed, allows));
    const unclear = missing.length > 0 || allows === undefined;
    return [
      {
        level: unclear ? 'unclear' : 'nothing',
        about: 'interface',
        what:
          was === undefined
            ? `the interface \`${name}\`, which was missing, is there`
            : `the interface \`${name}\` grants ${difference(changes)} than it did`,
        changes,
        concerns: concerns.ofInterface(name),
        edit: unclear
          ? editOfLoss(missing, allows !== undefined)
          : 'nothing: the domain has lost no access by it, and what came is judged by the nevers',
      },
    ];
  });
}

/** Whether a row that went is one that nothing else gives: an access of the domain, or what others may do with its types. */
function isMissed(line: string, passed: readonly string[], allows: Now['allows']): boolean {
  if (!line.startsWith('- ') || line.startsWith('- dontaudit ')) return false;
  const [key, list] = line.slice(2).split(' { ') as [string, string];
  if (key.includes(' -> ')) return true;
  // The domain's memberships tell by what it has lost through them.
  if (/ (joins|makes in )/.test(key)) return passed[0] !== 'self' || / makes in /.test(key);
  const access = key.replace(/^arg(\d+):/, (_, n) => `${passed[Number(n) - 1]}:`);
  return passed[0] === 'self' && allows?.(access, list.split(' ').slice(0, -1)) === false;
}

/** What a description passes to an interface: `self`, or a type's name. The first call counts. */
function typesPassed(confinement: Confinement, name: string): readonly string[] {
  if (name === 'application_domain') return ['self', confinement.executableType];
  const call = allStatements(confinement).find(
    (each) => each.kind === 'interface' && each.name === name,
  );
  return call?.kind === 'interface' ? call.args.map((arg) => typeName(confinement, arg)) : [];
}

function editOfLoss(lines: readonly string[], compiles: boolean): string {
  if (!compiles) return 'ask again once the description compiles there';
  const accesses = lines.map((line) => line.slice(2)).join('; ');
  return `if the program needs it, grant it in the ability itself: ${accesses}. Its scenarios tell (\`confine lab\`)`;
}

function difference(changes: readonly string[]): string {
  const more = changes.some((line) => line.startsWith('+'));
  const less = changes.some((line) => line.startsWith('-'));
  return more && less ? 'other accesses' : more ? 'more' : 'less';
}

/** What the domain has of the base, and by name without an interface that changed. */
function changedGrants(
  before: Baseline,
  now: Now,
  was: RecordedDomain,
  is: RecordedDomain,
  lost: ReadonlyMap<string, string>,
  concerns: Concerns,
): Finding[] {
  const calls = { ...before.calls, ...now.baseline.calls };
  const explained = new Set(
    Object.keys(calls).flatMap((name) =>
      changed(before.calls[name] ?? {}, now.baseline.calls[name] ?? {}).map(
        (line) => line.slice(2).split(' { ')[0]!,
      ),
    ),
  );
  const findings: Finding[] = [];
  for (const attribute of new Set([...Object.keys(was.base), ...Object.keys(is.base)])) {
    const changes = changed(was.base[attribute] ?? {}, is.base[attribute] ?? {});
    add('base', `what the domain has by the attribute \`${attribute}\``, changes, []);
  }
  const own = changed(was.grants, is.grants).filter(
    (line) => !explained.has(line.slice(2).split(' { ')[0]!),
  );
  const from = own.flatMap((line) =>
    concerns.ofAccess(unconditional(line.slice(2).split(' { ')[0]!), calls),
  );
  add('access', 'what the domain has by name', own, [
    ...new Map(from.map((one) => [`${one.part} ${one.why}`, one])).values(),
  ]);
  return findings;

  function add(
    about: 'base' | 'access',
    what: string,
    changes: readonly string[],
    from: readonly Concern[],
  ): void {
    if (changes.length === 0) return;
    const missing = changes.filter(
      (line) => line.startsWith('- ') && lost.has(line.slice(2).split(' { ')[0]!),
    );
    findings.push({
      level: missing.length > 0 ? 'unclear' : 'nothing',
      about,
      what: `${what} changed`,
      changes,
      concerns: from,
      edit:
        missing.length > 0
          ? editOfLoss(missing, true)
          : 'nothing: what went the domain has by other rules, and what came is judged by the nevers below',
    });
  }
}

function changedEntrances(was: RecordedDomain, is: RecordedDomain): Finding[] {
  const gone = was.entrances.filter((name) => !is.entrances.includes(name));
  const came = is.entrances.filter((name) => !was.entrances.includes(name));
  if (gone.length + came.length === 0) return [];
  return [
    {
      level: gone.length > 0 ? 'unclear' : 'nothing',
      about: 'entrance',
      what: 'other domains come into it by starting the program',
      changes: [...came.map((name) => `+ ${name}`), ...gone.map((name) => `- ${name}`)],
      concerns: [],
      edit:
        gone.length > 0
          ? 'started from there the program runs unconfined: name the users that should be (`startFromShell`), or record that they are gone'
          : 'nothing: the description names who enters',
    },
  ];
}

/** `+ ` and `- ` lines for what came to a table of accesses and what went. */
function changed(was: Accesses, is: Accesses): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((key) => {
    const came = without(is[key] ?? '', was[key] ?? '');
    const went = without(was[key] ?? '', is[key] ?? '');
    return [
      ...(came === '' ? [] : [`+ ${rowText(key, came)}`]),
      ...(went === '' ? [] : [`- ${rowText(key, went)}`]),
    ];
  });
}

function rowsOf(accesses: Accesses): string[] {
  return Object.entries(accesses).map(([key, permissions]) => rowText(key, permissions));
}

function rowText(key: string, permissions: string): string {
  return `${key} { ${permissions} }`;
}

/** The words of one list that another does not have. */
function without(list: string, other: string): string {
  const known = new Set(other.split(' '));
  return list
    .split(' ')
    .filter((word) => !known.has(word))
    .join(' ');
}

function allStatements({ may }: Confinement): readonly Statement[] {
  return may.flatMap(({ blocks }) => blocks.flatMap(({ selinux }) => [...everyStatement(selinux)]));
}
