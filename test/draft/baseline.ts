import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import rustnet from '../../profiles/rustnet/scenarios/index.ts';
import tcpdump from '../../profiles/tcpdump/scenarios/index.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadProfile } from '../../src/cli/load-profile.ts';
import { type Confinement, confine } from '../../src/description/index.ts';
import { realProgram } from '../../src/lab/index.ts';
import { moduleSource } from '../../src/selinux/module/index.ts';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import { effectiveDifference, policyPair } from '../../src/selinux/query/index.ts';
import {
  basePolicy,
  cached,
  compileModule,
  digest,
  distribution,
  type LinkedPolicy,
  linkModules,
  targetOf,
  unpackPackages,
} from '../../src/targets/index.ts';
import { hostRoot } from '../support/host-root.ts';
import { peer } from '../support/peer.ts';
import { runCli } from '../support/run-cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const EVIDENCE = join(import.meta.dirname, 'evidence');

/** A program of which there is a description to hide, and what was seen of it before anybody knew that. */
export interface Measured {
  readonly name: 'rustnet' | 'tcpdump';
  readonly logs: readonly string[];
  readonly traces: readonly string[];
}

/** Denials of five scenarios of the lab in a permissive domain that was granted nothing; three traces in a Debian 13. */
export const MEASURED: readonly Measured[] = [
  { name: 'rustnet', logs: evidence('rustnet-*.log'), traces: [] },
  { name: 'tcpdump', logs: [], traces: evidence('tcpdump-*.strace') },
];

function evidence(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: EVIDENCE })
    .sort()
    .map((file) => join(EVIDENCE, file));
}

/** Accesses beyond those of an empty module: a target type, a class and a permission, under any setting of the booleans. */
export interface Score {
  readonly by: 'confine draft' | 'audit2allow' | 'sepolicy generate';
  readonly described: number;
  readonly granted: number;
  /** What the description has and this does not. */
  readonly missing: readonly string[];
  /** What this has and the description does not. */
  readonly surplus: readonly string[];
}

/**
 * What each tool makes of the evidence on Debian 13, against what the hidden description grants there. audit2allow reads logs and no traces;
 * sepolicy generate reads the executable, and is told what the program writes below /var/log.
 */
export async function scoresOf(measured: Measured): Promise<readonly Score[]> {
  const { name, logs } = measured;
  const real = (await loadProfile(processIo(), join(ROOT, 'profiles', name))).confinement;
  const empty = await linked(emptyLike(real));
  const base = policyOf(empty);
  const beyond = (policy: LinkedPolicy): ReadonlySet<string> =>
    accesses(base, policyOf(policy), `${name}_t`);
  const whole = await linked(real);
  const described = beyond(whole);
  const score = (by: Score['by'], granted: ReadonlySet<string>): Score => ({
    by,
    described: described.size,
    granted: granted.size,
    missing: [...described].filter((one) => !granted.has(one)).sort(),
    surplus: [...granted].filter((one) => !described.has(one)).sort(),
  });
  return [
    score('confine draft', beyond(await linked(await drafted(measured)))),
    ...(logs.length === 0
      ? []
      : [score('audit2allow', beyond(await allowed(real, { empty, whole }, logs)))]),
    score('sepolicy generate', beyond(await generated(real, name))),
  ];
}

function accesses(left: PolicyDb, right: PolicyDb, domain: string): ReadonlySet<string> {
  const changes = effectiveDifference(policyPair(left, right), domain);
  return new Set(
    changes.flatMap(({ target, tclass, gained }) =>
      gained.flatMap(({ permissions }) =>
        permissions.map((permission) => `${target} ${tclass} ${permission}`),
      ),
    ),
  );
}

function policyOf({ policy }: LinkedPolicy): PolicyDb {
  return readPolicy(readFileSync(policy));
}

async function linked(confinement: Confinement, beside?: string): Promise<LinkedPolicy> {
  const dist = await distribution('debian-13');
  const { pp } = await compileModule(dist, moduleSource(confinement));
  return linkModules(dist, await basePolicy(dist), [
    { name: `${confinement.name}.pp`, bytes: pp },
    ...(beside === undefined ? [] : [{ name: 'beside.cil', bytes: Buffer.from(beside) }]),
  ]);
}

function emptyLike({ name, program }: Confinement): Confinement {
  return confine({
    ...{ name, title: 'what is granted to every domain', version: '1.0.0', released: '2026-01-01' },
    program,
    rollout: 'permissive',
    tunables: [],
    may: [{ name: 'nothing', title: 'Nothing', blocks: [] }],
    never: [],
    residuals: [],
  });
}

async function drafted({ name, logs, traces }: Measured): Promise<Confinement> {
  const work = mkdtempSync(join(ROOT, 'profiles/.baseline-'));
  try {
    const output = join(work, 'confinement.ts');
    const { code, err } = await runCli([
      ...['draft', '--target', 'debian-13', '--name', name, '--output', output],
      ...(logs.length === 0 ? [] : ['--log', ...logs]),
      ...(traces.length === 0 ? [] : ['--trace', ...traces]),
    ]);
    if (code !== 0) throw new Error(err);
    // The test runner has its own way to import, which does not know this package by its name.
    const text = readFileSync(output, 'utf8').replace("'confine-mac'", "'../../src/index.ts'");
    writeFileSync(output, text);
    return (await loadProfile(processIo(), output)).confinement;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * audit2allow's rules beside an empty module; those on types that this lacks cannot be linked. It passes over contexts that its policy does not
 * have, and the roles of those in the logs are the whole module's: its rules are the same, what differs is its comments.
 */
async function allowed(
  real: Confinement,
  { empty, whole }: Readonly<Record<'empty' | 'whole', LinkedPolicy>>,
  logs: readonly string[],
): Promise<LinkedPolicy> {
  const { stdout } = await peer('audit2allow', ['-p', whole.policy], {
    input: logs.map((file) => readFileSync(file, 'utf8')).join(''),
  });
  const { ids } = policyOf(empty).types;
  const rules = [...stdout.matchAll(/^allow (\S+) (\S+?):(\S+) (?:\{ (.*) \}|(\S+));/gm)].flatMap(
    ([, source, target, tclass, several, one]) =>
      target === 'self' || ids.has(target!)
        ? [`(allow ${source} ${target} (${tclass} (${several ?? one})))`]
        : [],
  );
  if (rules.length === 0) throw new Error(`audit2allow said nothing of ${real.name}`);
  return linked(emptyLike(real), rules.join('\n'));
}

/** A user's program, with the directory that it logs to; its labels of paths do not matter here, and Debian has one of them already. */
async function generated({ program }: Confinement, name: Measured['name']): Promise<LinkedPolicy> {
  const bytes = await executableOf(name);
  const host = await hostRoot();
  try {
    const at = `/usr/bin/${program.name}`;
    host.write(at.slice(1), '');
    writeFileSync(host.path(at.slice(1)), bytes, { mode: 0o755 });
    await host.run(
      `mkdir -p /out /var/log/${name}; sepolicy generate -p /out -n ${name} --application ${at} -w /var/log/${name}`,
    );
    const text = (kind: string): string => readFileSync(host.path(`out/${name}.${kind}`), 'utf8');
    const dist = await distribution('debian-13');
    const { pp } = await compileModule(dist, { name, te: text('te'), if: text('if'), fc: '' });
    return await linkModules(dist, await basePolicy(dist), [{ name: `${name}.pp`, bytes: pp }]);
  } finally {
    host.remove();
  }
}

async function executableOf(name: Measured['name']): Promise<Uint8Array> {
  const built = await realProgram({ rustnet, tcpdump }[name].program);
  if (built !== undefined) return built;
  const directory = await cached(`debian-13/${name}-${digest('unpacked-1', name)}`, (work) =>
    unpackPackages(targetOf('debian-13'), [name], work),
  );
  return readFileSync(join(directory, 'root/usr/bin', name));
}
