import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from '../confinement/index.ts';
import { emit } from '../emit/index.ts';
import type { ModuleFiles } from '../lab/index.ts';
import { importProfile } from './import-profile.ts';
import type { Io } from './io.ts';
import type { Profile } from './load-profile.ts';
import { UsageError } from './verb.ts';

/** A profile's scenarios: the default export of `scenarios/index.ts` beside its description. */
export async function loadSuite(io: Io, profile: Profile): Promise<Suite> {
  const file = join(profile.directory, 'scenarios/index.ts');
  if (!existsSync(file)) {
    throw new UsageError(
      `\`${profile.shown}\` has no scenarios`,
      'write scenarios/index.ts; profiles/rustnet/scenarios is an example',
    );
  }
  const exported = (await importProfile(io, file)) as Suite | undefined;
  if (exported?.scenarios === undefined || exported.attacks === undefined) {
    throw new UsageError(`\`${profile.shown}/scenarios/index.ts\` exports no suite`);
  }
  return exported;
}

/** The source of the suite's attack program; undefined for the lab's own. */
export function probeSource(profile: Profile, suite: Suite): string | undefined {
  if (suite.probe === undefined) return undefined;
  const file = join(profile.directory, 'scenarios', suite.probe);
  if (!existsSync(file)) {
    throw new UsageError(`\`${profile.shown}/scenarios\` has no attack program \`${suite.probe}\``);
  }
  return file;
}

/** The module that the lab installs: the one on disk if it is there, since that is what packages ship. */
export function moduleFiles(profile: Profile): ModuleFiles {
  const { name } = profile.confinement;
  const generated = new Map(emit(profile.confinement).map(({ path, text }) => [path, text]));
  const file = (path: string): string | undefined => {
    const full = join(profile.directory, path);
    return existsSync(full) ? readFileSync(full, 'utf8') : generated.get(path);
  };
  const script = file(`nftables/${name}-secmark`);
  const units = [...generated.keys()]
    .filter((path) => /^nftables\/.*\.(service|path)$/.test(path))
    .map((path) => [path.slice('nftables/'.length), file(path)!] as const);
  return {
    name,
    te: file(`selinux/${name}.te`)!,
    fc: file(`selinux/${name}.fc`)!,
    if: file(`selinux/${name}.if`)!,
    permissive: file(`selinux/permissive_${name}_t.cil`),
    tmpfiles: file(`tmpfiles.d/${name}.conf`),
    sysusers: file(`sysusers.d/${name}.conf`),
    packetLabels: script === undefined ? undefined : { script, units: Object.fromEntries(units) },
  };
}
