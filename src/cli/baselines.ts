import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Confinement } from '../description/index.ts';
import type { PolicyFacts } from '../selinux/facts/index.ts';
import { moduleSource } from '../selinux/module/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import type { Compilers, OpenTarget } from '../targets/index.ts';
import { printable } from '../text/index.ts';
import {
  type Baseline,
  baselineOf,
  baselineText,
  type Examined,
  type KnownNames,
  type Origin,
  parseBaseline,
} from '../upkeep/index.ts';
import { ownModules } from './check-profile.ts';
import { ExitCode } from './exit-code.ts';
import type { CallsOnTarget } from './interface-calls.ts';
import type { Io } from './io.ts';
import { factsDigests } from './load-facts.ts';
import { type Profile, rulesetOf } from './load-profile.ts';
import { UsageError } from './verb.ts';
import { writeWhole } from './write-file.ts';

/** What is recorded of a policy that a module is linked into. `base` is that policy without the module; without `domain` the description does not compile. */
export async function policyBaseline(
  profile: Profile,
  target: OpenTarget,
  base: PolicyDb,
  { given }: Pick<CallsOnTarget, 'given'>,
  domain?: Examined['domain'],
): Promise<Baseline> {
  const { confinement } = profile;
  const { policy } = await target.base(ownModules(confinement));
  return baselineOf(confinement, {
    target: target.id,
    of: {
      ...ofDescription(confinement),
      headers: { version: target.packages.headers, sha256: headersDigest(target.compilers) },
      policy: { version: target.packages.policy, sha256: sha256([readFileSync(policy)]) },
    },
    given,
    known: namesOfPolicy(base),
    rulesetAt: rulesetOf(profile)?.name,
    ...(domain && { domain }),
  });
}

/** The same of what is known of Fedora's policy. */
export function factsBaseline(
  profile: Profile,
  facts: PolicyFacts,
  { given }: Pick<CallsOnTarget, 'given'>,
  domain?: Examined['domain'],
): Baseline {
  const { confinement } = profile;
  const { headers, policy } = factsDigests();
  const version = `data/fedora ${facts.date}`;
  return baselineOf(confinement, {
    target: 'fedora',
    of: {
      ...ofDescription(confinement),
      headers: { version, sha256: headers },
      policy: { version, sha256: policy },
    },
    given,
    known: namesOfFacts(facts),
    rulesetAt: rulesetOf(profile)?.name,
    ...(domain && { domain }),
  });
}

/** Writes the record of each target to its file. */
export async function recordBaselines(
  io: Io,
  profile: Profile,
  targets: readonly { baseline(): Promise<Baseline> }[],
): Promise<ExitCode> {
  for (const target of targets) {
    const baseline = await target.baseline();
    const file = `baseline/${baseline.target}.json`;
    writeWhole(join(profile.directory, file), baselineText(baseline));
    io.out(`recorded ${printable(`${profile.shown}/${file}`)}\n`);
  }
  return ExitCode.yes;
}

export function hasBaseline({ directory }: Profile, target: string): boolean {
  return existsSync(join(directory, `baseline/${target}.json`));
}

/** A profile's record of a target. Throws UsageError where there is none, or what is there is none. */
export function readBaseline(profile: Profile, target: string): Baseline {
  const file = `baseline/${target}.json`;
  const path = join(profile.directory, file);
  const record = `record it with \`confine check ${profile.shown} --record --target ${target}\``;
  if (!existsSync(path)) {
    throw new UsageError(`\`${profile.shown}\` has no baseline of ${target}`, record);
  }
  const baseline = parseBaseline(readFileSync(path, 'utf8'));
  if (baseline === undefined) {
    throw new UsageError(`\`${profile.shown}/${file}\` is no baseline`, record);
  }
  return baseline;
}

/** What facts know by name. */
export function namesOfFacts({ types, attributes, classes }: PolicyFacts): KnownNames {
  return { types: new Set([...types, ...attributes]), classes };
}

export function namesOfPolicy({ types, classes }: PolicyDb): KnownNames {
  return {
    types: types.ids,
    classes: new Map(
      classes.names.map((name, id) => [name, new Set(classes.permissionBits[id]!.keys())]),
    ),
  };
}

function ofDescription(confinement: Confinement): Record<'description' | 'program', Origin> {
  const { te, fc, if: offered } = moduleSource(confinement);
  const { name, version, program } = confinement;
  return {
    description: { version: `${name} ${version}`, sha256: sha256([te, fc, offered]) },
    program: { version: `${program.name} ${program.version}` },
  };
}

/** Of every header, by name. */
function headersDigest({ root }: Compilers): string {
  const include = join(root, 'usr/share/selinux/devel/include');
  const files = globSync('**/*', { cwd: include, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort();
  return sha256(files.flatMap((file) => [file.slice(include.length), readFileSync(file)]));
}

/** Each part with its length before it, so that no two lists of parts are one text. */
export function sha256(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length} `).update(bytes);
  }
  return hash.digest('hex');
}
