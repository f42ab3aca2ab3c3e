import {
  isAttributeName,
  isBooleanName,
  isModuleName,
  isTypeName,
  NAME_RULE,
  suggestion,
} from '../selinux/words/index.ts';
import type { Ability, Block, OwnType } from './ability.ts';
import {
  asDescription,
  type Description,
  type FurtherDomain,
  type TakenPath,
  typeName,
} from './confinement.ts';
import {
  escapePath,
  type FileContext,
  fileAt,
  patternProblem,
  samplePaths,
  winner,
} from './file-context.ts';
import type { Never } from './nevers/index.ts';
import { type Context, checkDomains as checkDomainsNamed, type Kind } from './nevers/kind.ts';
import { NEVERS } from './nevers/kinds.ts';
import type { Problem } from './problems.ts';
import { PARTS, shapeProblems } from './shape.ts';
import { everyStatement, namesIn, type Statement } from './statement.ts';

/**
 * Every mistake that can be found in a description, in the order of the description. The shape is checked first (zod); what the
 * shape cannot say is then checked wherever the shape was right, so that one mistake never hides another.
 */
export function problemsOf(description: unknown): readonly Problem[] {
  const problems = [...shapeProblems(description)];
  if (typeof description !== 'object' || description === null) return problems;
  const report: Report = (path, message, hint) => {
    if (!problems.some((other) => other.path === path)) problems.push({ path, message, hint });
  };
  const sound = <T>(part: keyof Description, check: (value: T) => void): void => {
    const broken = problems.some(({ path }) => path === part || path === '');
    const value = known[part];
    if (!broken && value !== undefined) check(value as T);
  };
  // What has not even its shape is left out of the other checks, in its place.
  const shaped = (part: 'may' | 'never'): unknown => {
    const list = (description as Description)[part];
    if (!Array.isArray(list)) return list;
    const broken = (i: number): boolean =>
      problems.some(({ path }) => path.startsWith(`${part}[${i}]`));
    return list.map((item, i) => (broken(i) ? undefined : item));
  };
  const known = { ...description, may: shaped('may'), never: shaped('never') } as Description;
  sound<string>('name', (name) => checkName(name, report));
  sound<Description['program']>('program', (program) => checkProgram(program, report));
  sound<Description['tunables']>('tunables', (tunables) => {
    if (Array.isArray(tunables)) checkTunables(tunables, known, report);
  });
  sound<Description['may']>('may', (may) => {
    if (Array.isArray(may)) checkAbilities(may, known, report);
  });
  sound<Description['never']>('never', (never) => {
    if (Array.isArray(never)) checkNevers(never, known, report);
  });
  sound<Description['residuals']>('residuals', (residuals) => {
    if (Array.isArray(residuals)) checkResiduals(residuals, known, report);
  });
  sound<NonNullable<Description['accepts']>>('accepts', (accepts) => {
    if (Array.isArray(accepts)) checkAccepts(accepts, report);
  });
  sound<readonly TakenPath[]>('takesOver', (takesOver) => {
    const own = contextsIn(known).map(({ context }) => context.pattern);
    if (Array.isArray(takesOver)) checkTaken(takesOver, own, report);
  });
  if (Array.isArray(known.domains)) checkDomains(known, problems, report);
  if (Array.isArray(known.may)) checkStarts(known, report);
  checkFileContexts(known, report);
  return problems.sort((a, b) => rank(a.path) - rank(b.path));
}

type Report = (path: string, message: string, hint: string) => void;

function rank(path: string): number {
  const index = PARTS.indexOf(/^[^.[]*/.exec(path)![0]);
  return index === -1 ? PARTS.length : index;
}

/** Each further domain as the description that it is, then what is between them. */
function checkDomains(
  description: Description,
  problems: readonly Problem[],
  report: Report,
): void {
  const further = description.domains!;
  const misshapen = (place: string): boolean => problems.some(({ path }) => path.startsWith(place));
  further.forEach((domain, i) => {
    const place = `domains[${i}]`;
    if (misshapen(place)) return;
    const within: Report = (path, message, hint) =>
      report(`${place}.${path.replace(/^program\./, '')}`, message, hint);
    const whole = asDescription(description, domain);
    checkName(whole.name, within);
    checkProgram(whole.program, within);
    checkAbilities(domain.may, { ...whole, tunables: description.tunables }, within, description);
    checkNevers(domain.never, whole, within, otherDomains(description, domain));
    checkResiduals(whole.residuals, whole, within);
    checkAccepts(domain.accepts ?? [], within);
    domain.may.forEach((ability, k) => {
      if (ability.secmark === undefined) return;
      within(
        `may[${k}]`,
        'packets are labelled for the description’s own domain alone',
        'give the ability to that domain, or describe this one in a module of its own',
      );
    });
  });
  if (misshapen('domains')) return;
  if (description.mechanisms?.includes('apparmor')) {
    report(
      'domains',
      'AppArmor profiles are written for one program, and the description has several domains',
      'leave `apparmor` out of `mechanisms`, or describe each program by itself',
    );
  }
  checkDomainNames(description, report);
}

function otherDomains({ domains }: Description, except?: FurtherDomain): string[] {
  return (Array.isArray(domains) ? (domains as readonly FurtherDomain[]) : [])
    .filter((one) => one !== except)
    .map(({ name }) => name);
}

/** Two domains of one name, and types that get the same name in two domains. */
function checkDomainNames(description: Description, report: Report): void {
  const further = description.domains!;
  const declared = new Map<string, string>();
  const declare = (type: string, place: string): void => {
    const other = declared.get(type);
    if (other === undefined) declared.set(type, place);
    else if (other !== place)
      report(
        place,
        `the type \`${type}\` is declared for two things`,
        `${other} declares it too: give one of them another name`,
      );
  };
  const all = [
    { name: description.name, may: description.may, place: 'name' },
    ...further.map(({ name, may }, i) => ({
      ...{ name: `${description.name}_${name}`, may },
      place: `domains[${i}].name`,
    })),
  ];
  further.forEach(({ name }, i) => {
    const first = further.findIndex((other) => other.name === name);
    if (first < i)
      report(
        `domains[${i}].name`,
        `the domain \`${name}\` is described twice`,
        `domains[${first}] has the same name: join them, or give one another name`,
      );
  });
  for (const { name, may, place } of all) {
    declare(typeName({ name }, 'own:domain'), place);
    declare(typeName({ name }, 'own:exec'), place);
    for (const type of may.flatMap((ability) => ability?.types ?? []))
      declare(typeName({ name }, `own:${type.name}`), place);
  }
}

/** Who starts whom: a domain that the description lacks, and one that nothing enters. */
function checkStarts(description: Description, report: Report): void {
  const further = contextsOf(description.domains, (domain) =>
    Array.isArray(domain?.may) ? domain : undefined,
  );
  // Of some that have not their shape that is told.
  if (further.length < (description.domains?.length ?? 0)) return;
  const started = new Set<string>();
  const all = [
    { may: description.may, place: 'may', others: otherDomains(description) },
    ...further.map((domain, i) => ({
      ...{ may: domain.may, place: `domains[${i}].may` },
      others: otherDomains(description, domain),
    })),
  ];
  for (const { may, place, others } of all) {
    may.forEach((ability, k) => {
      for (const name of ability?.starts ?? []) {
        started.add(name);
        if (others.includes(name)) continue;
        report(
          `${place}[${k}].starts`,
          `the description has no other domain \`${name}\``,
          suggestion(name, others) ?? 'describe it under `domains`',
        );
      }
    });
  }
  further.forEach(({ name, may }, i) => {
    if (started.has(name) || may.some((ability) => (ability?.entries ?? []).length > 0)) return;
    report(
      `domains[${i}].may`,
      `nothing enters the domain \`${name}\``,
      'start it with `runHelper({ domains: […] })` of another domain, or say who does: startFromShell, runAsDaemon',
    );
  });
}

function checkName(name: string, report: Report): void {
  if (!isModuleName(name))
    report('name', `\`${name}\` is not a module name`, `a module name is ${NAME_RULE}`);
}

function checkProgram(program: Description['program'], report: Report): void {
  program.executables?.forEach?.((path, i) => {
    if (typeof path === 'string' && !path.startsWith('/')) {
      report(
        `program.executables[${i}]`,
        `\`${path}\` is not an absolute path`,
        'name the installed file, as `/usr/bin/program`',
      );
    }
  });
}

function checkTaken(takesOver: readonly TakenPath[], own: readonly string[], report: Report): void {
  takesOver.forEach(({ path, from }, i) => {
    const place = `takesOver[${i}]`;
    if (!/^(\/[^\s/]+)+$/.test(path) || escapePath(path).replaceAll('\\.', '.') !== path) {
      report(
        `${place}.path`,
        `\`${path}\` is no path that can stand in file_contexts.subs`,
        'write it whole, without blanks, special characters and a slash at its end',
      );
    } else if (!own.some((pattern) => startsAt(pattern, escapePath(path)))) {
      report(
        `${place}.path`,
        `the description labels nothing at or below \`${path}\``,
        'name an executable of the program, or a directory as the ability has it',
      );
    }
    const nested = takesOver.find((other, k) =>
      other.path === path ? k < i : path.startsWith(`${other.path}/`),
    );
    if (nested !== undefined) {
      report(`${place}.path`, `\`${nested.path}\` takes it over already`, 'remove one of them');
    }
    const wrong = from.find((type) => !isTypeName(type));
    if (wrong !== undefined) {
      report(`${place}.from`, `\`${wrong}\` is not a type name`, `a name is ${NAME_RULE}`);
    }
  });
}

function startsAt(pattern: string, path: string): boolean {
  return pattern.startsWith(path) && /^($|\/|\()/.test(pattern.slice(path.length));
}

function checkTunables(
  tunables: Description['tunables'],
  description: Description,
  report: Report,
): void {
  const used = new Set(everyWhen(description).map(({ when }) => when));
  const seen = new Map<string, number>();
  tunables.forEach((tunable, i) => {
    const { name } = tunable;
    if (typeof name !== 'string') return;
    const first = seen.get(name);
    if (first !== undefined) {
      report(
        `tunables[${i}].name`,
        `the tunable \`${name}\` is declared twice`,
        `tunables[${first}] has the same name: remove one of them`,
      );
      return;
    }
    seen.set(name, i);
    if (!isBooleanName(name))
      report(
        `tunables[${i}].name`,
        `\`${name}\` is not a boolean name`,
        `a boolean name is ${NAME_RULE}`,
      );
    else if (name.startsWith(`${description.name}_`)) {
      const short = name.slice(description.name.length + 1);
      report(
        `tunables[${i}].name`,
        `\`${name}\` repeats the module's name`,
        `write \`${short}\`: the boolean becomes \`${name}\``,
      );
    } else if (!used.has(name)) {
      report(
        `tunables[${i}]`,
        `nothing stands under the tunable \`${name}\``,
        'give an ability `when: …` with this name, or remove the tunable',
      );
    }
  });
}

/** Every place that names a tunable. */
function everyWhen(description: Description): { when: string; path: string }[] {
  const places: { when: string; path: string }[] = [];
  const add = (when: unknown, path: string): void => {
    if (typeof when === 'string') places.push({ when, path });
  };
  if (Array.isArray(description.domains)) {
    (description.domains as readonly FurtherDomain[]).forEach((domain, i) => {
      for (const { when, path } of everyWhen({ ...description, ...domain, domains: [] }))
        places.push({ when, path: `domains[${i}].${path}` });
    });
  }
  if (Array.isArray(description.may)) {
    (description.may as readonly Ability[]).forEach((ability, i) => {
      ability?.blocks?.forEach?.((block, k) => {
        add(block?.when, `may[${i}].blocks[${k}].when`);
      });
      add(ability?.secmark?.when, `may[${i}].secmark.when`);
    });
  }
  if (Array.isArray(description.never)) {
    (description.never as readonly Never[]).forEach((never, i) => {
      if (typeof never !== 'object' || never === null || !('except' in never)) return;
      const exceptions: readonly unknown[] = Array.isArray(never.except)
        ? never.except
        : [never.except];
      exceptions.forEach((exception, k) => {
        const place = Array.isArray(never.except) ? `except[${k}]` : 'except';
        add((exception as { when?: unknown } | undefined)?.when, `never[${i}].${place}.when`);
      });
    });
  }
  return places;
}

/** `whole` has the other domains of the module, where the description is that of one of several. */
function checkAbilities(
  may: readonly Ability[],
  description: Description,
  report: Report,
  whole: Description = description,
): void {
  const tunables = Array.isArray(description.tunables)
    ? description.tunables.map((tunable) => tunable?.name)
    : [];
  for (const { when, path } of everyWhen(description)) {
    if (!tunables.includes(when)) {
      report(
        path,
        `there is no tunable \`${when}\``,
        suggestion(when, tunables) ?? 'declare it under `tunables`',
      );
    }
  }
  const types = new Map<string, { nature: string; place: string }>();
  const names = new Map<string, number>();
  may.forEach((ability, i) => {
    if (typeof ability?.name !== 'string') return;
    const place = `may[${i}]`;
    const key = `${ability.name} ${ability.of ?? ''}`;
    const earlier = names.get(key);
    if (earlier !== undefined) {
      report(
        place,
        `the ability \`${ability.name}\` is given twice${ability.of === undefined ? '' : ` for ${ability.of}`}`,
        `may[${earlier}] has it already: join their options`,
      );
    }
    names.set(key, i);
    ability.types?.forEach((type, k) => {
      const other = types.get(type.name);
      if (!isTypeName(`${description.name}_${type.name}_t`)) {
        report(
          `${place}.types[${k}].name`,
          `\`${type.name}\` makes no type name`,
          `a type name is ${NAME_RULE}`,
        );
      } else if (other !== undefined && other.nature !== type.nature) {
        report(
          `${place}.types[${k}]`,
          `the type \`${type.name}\` is declared as \`${type.nature}\` and as \`${other.nature}\``,
          `${other.place} declares it too: give one of them another name`,
        );
      }
      types.set(type.name, { nature: type.nature, place });
    });
  });
  const labelling = may.flatMap((ability, i) => (ability?.secmark === undefined ? [] : [i]));
  if (labelling[1] !== undefined) {
    report(
      `may[${labelling[1]}].secmark`,
      'two abilities label packets, and one machine can hold a packet to one label only',
      `may[${labelling[0]}] labels them too: keep \`resolveNames({ direct })\` or one \`sendDatagrams\`, with all ports`,
    );
  }
  const own = new Set(['domain', 'exec', ...types.keys()]);
  // Of a domain that is started and not there, that alone is told.
  const started = contextsOf(may, (ability) => ability?.starts).flat();
  const ofModule = new Set([
    ...typesOfModule(whole),
    ...started.flatMap((name) => [name, `${name}_exec`]),
  ]);
  may.forEach((ability, i) => {
    ability?.blocks?.forEach?.((block, k) => {
      checkHalves(block, ability.name, description, `may[${i}].blocks[${k}]`, report);
      if (Array.isArray(block?.selinux))
        checkBlock(block, { own, ofModule }, `may[${i}].blocks[${k}]`, report);
    });
  });
}

/** A mechanism that the description names needs a half of each block, be it only why there is nothing to say. */
function checkHalves(
  block: Block | undefined,
  ability: string,
  { mechanisms }: Description,
  place: string,
  report: Report,
): void {
  if (block === undefined || !Array.isArray(mechanisms) || !mechanisms.includes('apparmor')) return;
  if (block.apparmor !== undefined) return;
  report(
    `${place}.apparmor`,
    `\`${ability}\` has no AppArmor half where it says "${block.why}"`,
    'write its rules; `unmediated` says what the kernel does not ask about, `nothingToAllow` why none is needed',
  );
}

/** What can stand after `module:`: the types of all domains, without the module's name. */
function typesOfModule({ may, domains }: Description): ReadonlySet<string> {
  const own = (list: readonly Ability[]): string[] => [
    'exec',
    ...contextsOf(list, (ability) => ability?.types?.map(({ name }) => name)).flat(),
  ];
  return new Set([
    'domain',
    ...own(may),
    ...contextsOf(domains, (domain) =>
      typeof domain?.name === 'string'
        ? [domain.name, ...own(domain.may).map((name) => `${domain.name}_${name}`)]
        : undefined,
    ).flat(),
  ]);
}

function checkBlock(
  block: Block,
  { own, ofModule }: { readonly own: ReadonlySet<string>; readonly ofModule: ReadonlySet<string> },
  place: string,
  report: Report,
): void {
  block.selinux.forEach((outer, n) => {
    for (const statement of everyStatement([outer])) {
      const path = `${place}.selinux[${n}]`;
      for (const ref of statement.kind === 'interface' ? statement.args : namesIn(statement)) {
        if (ref.startsWith('own:')) {
          if (!own.has(ref.slice(4)))
            report(
              path,
              `the module declares no type \`${ref.slice(4)}\``,
              suggestion(ref.slice(4), [...own]) ?? 'declare it under `types` of an ability',
            );
        } else if (ref.startsWith('module:')) {
          const name = ref.slice('module:'.length);
          if (!ofModule.has(name))
            report(
              path,
              `no domain of the module declares a type \`${name}\``,
              suggestion(name, [...ofModule]) ?? `it has ${[...ofModule].sort().join(', ')}`,
            );
        } else if (
          ref !== 'self' &&
          !isTypeName(ref) &&
          !isAttributeName(ref) &&
          !(statement.kind === 'interface' && (isFileName(ref) || isClassSet(ref)))
        ) {
          report(path, `\`${ref}\` is not a type or attribute name`, `a name is ${NAME_RULE}`);
        }
      }
      checkStatement(statement, block, path, report);
    }
  });
}

function checkStatement(statement: Statement, block: Block, path: string, report: Report): void {
  if (statement.kind === 'allow' || statement.kind === 'dontaudit') {
    if (statement.permissions.length === 0)
      report(path, 'the rule grants no permission', 'name at least one');
    const doubled = statement.permissions.find(
      (permission, i) => statement.permissions.indexOf(permission) !== i,
    );
    if (doubled) report(path, `the permission \`${doubled}\` is named twice`, 'remove one of them');
  }
  if (statement.kind === 'ioctls') {
    const wrong = statement.commands.find(
      ({ number }) => !Number.isInteger(number) || number < 0 || number > 0xffff,
    );
    if (wrong)
      report(
        path,
        `the ioctl ${wrong.name} is \`${wrong.number}\``,
        'the policy sees its 16 low bits, 0x0000 to 0xffff',
      );
  }
  if (statement.kind === 'type-transition' && !isObjectName(statement.name ?? 'any')) {
    report(
      path,
      `\`${statement.name}\` is no name that a transition can be about`,
      'it is the last part of a path, without slashes, quotes and control characters',
    );
  }
  if (block.when !== undefined && (statement.kind === 'either' || statement.kind === 'optional')) {
    report(
      path,
      `an \`${statement.kind}\` cannot stand under the tunable \`${block.when}\``,
      'the policy language has only plain rules inside a conditional: put it into a block without `when`',
    );
  }
  if (block.when !== undefined && statement.kind === 'ioctls') {
    report(
      path,
      `ioctl commands cannot stand under the tunable \`${block.when}\``,
      'the policy language has no conditional allowxperm: put it into a block without `when`',
    );
  }
  if (
    block.when !== undefined &&
    statement.kind === 'type-transition' &&
    statement.name !== undefined
  ) {
    report(
      path,
      `a transition by file name cannot stand under the tunable \`${block.when}\``,
      'leave out the name: the policy language has no conditional named transition',
    );
  }
}

/** What an interface takes for several classes: `{ dir file }`. */
function isClassSet(ref: string): boolean {
  return /^\{( [a-z][a-z0-9_]*)+ \}$/.test(ref);
}

/** What a transition can be about: quotes would end it in the policy's text, or in m4. */
function isObjectName(name: string): boolean {
  return /^[^\p{Cc}"'`/]+$/u.test(name);
}

/** An interface's argument that is a file name, in quotes or without. */
function isFileName(ref: string): boolean {
  const quoted = /^"(.*)"$/s.exec(ref)?.[1];
  return quoted === undefined ? /^[\w.-]+$/.test(ref) : isObjectName(quoted);
}

function checkNevers(
  nevers: readonly Never[],
  description: Description,
  report: Report,
  domains: readonly string[] = otherDomains(description),
): void {
  const own = new Set(
    contextsOf(description.may, (ability: Ability) =>
      ability?.types?.map((type: OwnType) => type.name),
    ).flat(),
  );
  nevers.forEach((never, i) => {
    if (never === undefined) return;
    // The table has under each kind what takes nevers of that kind, which the type of a lookup cannot say.
    const { check } = NEVERS[never.kind] as Kind<Never>;
    const context: Context = {
      own,
      domains,
      report: (place, message, hint) => report(`never[${i}].${place}`, message, hint),
    };
    checkDomainsNamed(
      (never.leavesOut ?? []).map((domain, k) => ({ place: `leavesOut[${k}]`, domain })),
      context,
    );
    check?.(never, context);
  });
}

function checkResiduals(
  residuals: Description['residuals'],
  { never }: Description,
  report: Report,
): void {
  const kinds = (Array.isArray(never) ? never : []).flatMap((each) => each?.kind ?? []);
  residuals.forEach((residual, i) => {
    // One that accepts nothing would be read as if it did.
    residual?.accepts?.forEach(({ never: kind }, j) => {
      if (kinds.includes(kind)) return;
      report(
        `residuals[${i}].accepts[${j}].never`,
        `the description has no never of the kind \`${kind}\``,
        suggestion(kind, kinds) ?? `kinds are ${[...new Set(kinds)].join(', ')}`,
      );
    });
    const first = residuals.findIndex((other) => other?.id === residual?.id);
    if (residual?.id !== undefined && first < i) {
      report(
        `residuals[${i}].id`,
        `the residual \`${residual.id}\` is given twice`,
        `residuals[${first}] has the same id`,
      );
    }
  });
}

function checkAccepts(accepts: NonNullable<Description['accepts']>, report: Report): void {
  accepts.forEach(({ id }, i) => {
    const first = accepts.findIndex((other) => other.id === id);
    if (first === i) return;
    report(
      `accepts[${i}].id`,
      `\`${id}\` is accepted twice`,
      `accepts[${first}] has the same id: say all its reasons there`,
    );
  });
}

function checkFileContexts(description: Description, report: Report): void {
  const entries = contextsIn(description).filter(({ context, place }) => {
    if (typeof context?.pattern !== 'string') return false;
    const problem = patternProblem(context.pattern);
    if (problem) report(place, problem.message, problem.hint);
    return problem === undefined;
  });
  const contexts = entries.map(({ context }) => context);
  for (const [i, { context, place }] of entries.entries()) {
    const twin = entries
      .slice(0, i)
      .find(
        ({ context: other }) => other.pattern === context.pattern && other.kind === context.kind,
      );
    if (twin) {
      report(
        place,
        `\`${context.pattern}\` is labelled twice, \`${twin.context.type}\` and \`${context.type}\``,
        `${twin.place} labels it too: remove one of them`,
      );
      continue;
    }
    const winners = samplePaths(context.pattern).map((path) =>
      winner(contexts, path, context.kind),
    );
    const [over] = winners;
    const wins = winners.some((one) => one === undefined || one === context);
    const twins = over?.pattern === context.pattern && over.kind === context.kind;
    // Shadowed by the same type, a pattern is superfluous but wrong about nothing.
    if (over === undefined || wins || twins || over.type === context.type) continue;
    const other = entries.find((entry) => entry.context === over)!.place;
    report(
      place,
      `\`${context.pattern}\` labels nothing: \`${over.pattern}\` shadows it`,
      `${other} wins for every path of it: remove one, or make this one more specific`,
    );
  }
}

/** Every label of a description, with its place. */
function contextsIn(description: Description): readonly PlacedContext[] {
  return [
    ...contextsOf(description.program?.executables, (path: unknown, i) =>
      typeof path === 'string' && path.startsWith('/')
        ? { context: fileAt(path, 'own:exec'), place: `program.executables[${i}]` }
        : undefined,
    ),
    ...contextsOf(description.may, (ability: Ability, i) =>
      contextsOf(ability?.fileContexts, (context, k) => ({
        context,
        place: `may[${i}].fileContexts[${k}]`,
      })),
    ).flat(),
    ...contextsOf(description.fileContexts, (context, k) => ({
      context,
      place: `fileContexts[${k}]`,
    })),
    ...contextsOf(description.domains, contextsOfDomain).flat(),
  ];
}

/** The labels of a further domain, whose own types are told apart from those of the description's own. */
function contextsOfDomain(domain: FurtherDomain, i: number): PlacedContext[] {
  const named = ({ type, ...context }: FileContext): FileContext => ({
    ...context,
    type: type?.replace(/^own:/, `module:${domain.name}_`),
  });
  return [
    ...contextsOf(domain?.executables, (path: unknown, k) =>
      typeof path === 'string' && path.startsWith('/')
        ? { context: named(fileAt(path, 'own:exec')), place: `domains[${i}].executables[${k}]` }
        : undefined,
    ),
    ...contextsOf(domain?.may, (ability: Ability, k) =>
      contextsOf(ability?.fileContexts, (context, n) => ({
        context: named(context),
        place: `domains[${i}].may[${k}].fileContexts[${n}]`,
      })),
    ).flat(),
  ];
}

interface PlacedContext {
  readonly context: FileContext;
  readonly place: string;
}

function contextsOf<T, R>(
  list: readonly T[] | undefined,
  map: (item: T, index: number) => R | undefined,
): R[] {
  return Array.isArray(list)
    ? list.map(map).filter((item): item is R & {} => item !== undefined)
    : [];
}
