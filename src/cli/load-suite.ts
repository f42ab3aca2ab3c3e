import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileName } from '../apparmor/profile/index.ts';
import { domainsOf, equivalencesOf, furtherName, type Suite } from '../description/index.ts';
import type { ModuleFiles, ProfileFiles } from '../lab/index.ts';
import { placeOf, profilePath } from '../packaging/index.ts';
import { artefacts, isExecutable, permissiveModule, type Role } from '../selinux/module/index.ts';
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
  refuseUnknownDomains(profile, exported);
  return exported;
}

/** Before a guest boots, and not where the attack's turn would have come. */
function refuseUnknownDomains({ confinement }: Profile, { scenarios, attacks }: Suite): void {
  const expected = [
    ...scenarios.flatMap(({ denials = [] }) => denials),
    ...attacks.flatMap(({ refusedBy = [] }) => refusedBy),
  ];
  const named = [...attacks, ...expected].flatMap((one) =>
    'domain' in one && one.domain !== undefined ? [one.domain] : [],
  );
  const known = (confinement.further ?? []).map((one) => furtherName(one)!);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `the suite has an attack or a denial in a domain \`${unknown}\`, and the description has none of that name`,
    known.length === 0 ? 'its only domain takes no name there' : `it has ${known.join(', ')}`,
  );
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
  const { name } = confinement;
  const files = artefacts(confinement).map((artefact) => {
    const path = join(directory, profilePath(artefact));
    return existsSync(path) ? { ...artefact, text: readFileSync(path, 'utf8') } : artefact;
  });
  const text = (wanted: Role): string | undefined =>
    files.find(({ role }) => role === wanted)?.text;
  return {
    name,
    domains: domainsOf(confinement).map(({ domain }) => domain),
    te: text('te')!,
    fc: text('fc')!,
    if: text('if')!,
    permissive: domainsOf(confinement).flatMap((one) => {
      const file = `${permissiveModule(one).name}.cil`;
      const shipped = files.find(({ role, name: each }) => role === 'permissive' && each === file);
      return shipped === undefined ? [] : [{ domain: one.domain, text: shipped.text }];
    }),
    equivalences: equivalencesOf(confinement),
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

/** The AppArmor profile that the lab installs, from the profile's directory: what packages ship. Throws UsageError where there is none. */
export function profileFiles(profile: Profile): ProfileFiles {
  const { confinement, directory, shown } = profile;
  const base = join(directory, 'apparmor');
  const main = fileName(confinement);
  if (!existsSync(join(base, main))) {
    throw new UsageError(
      `\`${shown}\` has no AppArmor profile \`apparmor/${main}\``,
      'write it, or run the lab with --mechanism selinux',
    );
  }
  // For other abis there are profiles of their own; the guest takes the one beside them.
  const files = globSync('**', { cwd: base, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('abi-'))
    .sort()
    .map((path) => ({
      path: `/etc/apparmor.d/${path}`,
      text: readFileSync(join(base, path), 'utf8'),
    }));
  const path = `/etc/apparmor.d/${main}`;
  const name = /^profile (\S+) /m.exec(files.find((file) => file.path === path)!.text)?.[1];
  if (name === undefined) throw new UsageError(`\`${shown}/apparmor/${main}\` names no profile`);
  const switches = `/etc/apparmor.d/${confinement.name}.d/tunables`;
  return {
    name,
    path,
    files,
    ...(files.some((file) => file.path === switches) && { switches }),
    group: confinement.name,
    installed: moduleFiles(profile).installed.filter(
      ({ role }) => role === 'tmpfiles' || role === 'sysusers',
    ),
  };
}
