import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Confinement } from '../description/index.ts';
import {
  type AttributeView,
  type CallFinding,
  type CallOnTarget,
  type Given,
  givenFromCil,
  judgeCall,
  type PolicyFacts,
} from '../selinux/facts/index.ts';
import { calledInterfaces, probeModule } from '../selinux/module/index.ts';
import {
  membersOf,
  type PolicyDb,
  RuleKind,
  rowsOf,
  rulesBySource,
} from '../selinux/policydb/index.ts';
import {
  type Compilers,
  compileModule,
  headerInterfaces,
  type OpenTarget,
} from '../targets/index.ts';

/** What every call of a description gives on one target: interface -> rows. */
export interface CallsOnTarget {
  readonly title: string;
  readonly given: ReadonlyMap<string, readonly Given[]>;
  readonly attributes: AttributeView;
}

/** Asks a target's headers and compiler: a module that makes each call for a fresh type, as CIL. `db` is the policy that it would be linked into. */
export async function callsOnTarget(
  { title, compilers, flavour }: Pick<OpenTarget, 'title' | 'compilers' | 'flavour'>,
  db: PolicyDb,
  confinement: Confinement,
): Promise<CallsOnTarget> {
  const here = headerInterfaces(compilers);
  const calls = calledInterfaces(confinement).filter(({ name }) => here.has(name));
  const { pp } = await compileModule(compilers, probeModule(calls), flavour);
  const rows = givenFromCil(await toCil(compilers, pp), (name) => db.types.ids.has(name));
  const given = new Map<string, Given[]>(calls.map(({ name }) => [name, []]));
  for (const row of rows) {
    const names = row.kind === 'attribute' ? [row.type] : [row.source, row.target];
    const call = names.map((name) => PROBE.exec(name)?.[1]).find((found) => found !== undefined);
    if (call !== undefined) given.get(calls[Number(call) - 1]!.name)!.push(row);
  }
  return { title, given, attributes: viewOf(db) };
}

/** The same from facts. An interface of which nothing is known is left out here: it makes the nevers undecided. */
export function callsByFacts(
  title: string,
  facts: PolicyFacts,
  confinement: Confinement,
): CallsOnTarget {
  const given = calledInterfaces(confinement).flatMap(({ name }) => {
    const rows = facts.interfaces.has(name) ? facts.given.get(name) : undefined;
    return rows === undefined ? [] : [[name, rows] as const];
  });
  return {
    title,
    given: new Map(given),
    attributes: {
      size: (name) => facts.members.get(name)?.length ?? 1,
      allowRules: (attribute) =>
        facts.base.filter(({ kind, source }) => kind === 'allow' && source === attribute),
    },
  };
}

/** What is worth knowing about the calls, across targets. */
export function judgeCalls(targets: readonly CallsOnTarget[]): readonly CallFinding[] {
  const names = new Set(targets.flatMap(({ given }) => [...given.keys()]));
  return [...names].sort().flatMap((name) =>
    judgeCall(
      name,
      targets.map(
        ({ title, given, attributes }): CallOnTarget => ({
          target: title,
          given: given.get(name),
          attributes,
        }),
      ),
    ),
  );
}

const PROBE = /^probe_(\d+)_\d+_t$/;

async function toCil(compilers: Compilers, pp: Uint8Array): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    const file = join(work, 'probe.pp');
    writeFileSync(file, pp);
    return (await compilers.run('pp', [file])).stdout;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function viewOf(db: PolicyDb): AttributeView {
  const index = rulesBySource(db);
  return {
    size: (name) => {
      const id = db.types.ids.get(name);
      return id === undefined ? 1 : membersOf(db.types, id).size();
    },
    allowRules: (attribute) => {
      const id = db.types.ids.get(attribute);
      if (id === undefined) return [];
      return [...rowsOf(index, id)]
        .filter((rule) => db.rules.kind[rule] === RuleKind.allow)
        .map((rule) => {
          const tclass = db.rules.tclass[rule]!;
          const mask = db.rules.data[rule]!;
          return {
            target: db.types.names[db.rules.target[rule]!]!,
            tclass: db.classes.names[tclass]!,
            permissions: db.classes.permissions[tclass]!.filter((_, bit) => (mask >>> bit) & 1),
          };
        });
    },
  };
}
