import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from '../description/index.ts';
import type { ModuleFiles } from '../lab/index.ts';
import { placeOf, profilePath } from '../packaging/index.ts';
import { artefacts, isExecutable, type Role } from '../selinux/module/index.ts';
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

/** The module that the lab installs: the files on disk where they are there, since that is what packages ship. */
export function moduleFiles({ confinement, directory }: Profile): ModuleFiles {
  const { name, domain } = confinement;
  const files = artefacts(confinement).map((artefact) => {
    const path = join(directory, profilePath(artefact));
    return existsSync(path) ? { ...artefact, text: readFileSync(path, 'utf8') } : artefact;
  });
  const text = (wanted: Role): string | undefined =>
    files.find(({ role }) => role === wanted)?.text;
  return {
    name,
    domain,
    te: text('te')!,
    fc: text('fc')!,
    if: text('if')!,
    permissive: text('permissive'),
    installed: files.flatMap((file) => {
      const { role } = file;
      if (role !== 'tmpfiles' && role !== 'sysusers' && role !== 'program' && role !== 'unit') {
        return [];
      }
      const mode = isExecutable(role) ? 0o755 : 0o644;
      return [{ role, path: placeOf(confinement, file)!, text: file.text, mode }];
    }),
  };
}
