import { type Confinement, type Directory, domainsOf } from '../../description/index.ts';
import { wrapped } from '../../text/index.ts';

/** tmpfiles.d(5): the directories that must exist before the program starts. systemd-tmpfiles labels them by the file contexts. */
export function tmpfilesFile(confinement: Confinement): string | undefined {
  const directories = directoriesOf(confinement);
  if (directories.length === 0) return undefined;
  return directories
    .map(({ path, mode, owner, group, why }) =>
      [
        ...wrapped(`For outputs of ${confinement.program.name}: ${why}.`),
        `d ${path} ${mode} ${owner} ${group} - -`,
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** sysusers.d(5): the groups that own these directories. */
export function sysusersFile(confinement: Confinement): string | undefined {
  const groups = [...new Set(directoriesOf(confinement).map(({ group }) => group))].filter(
    (group) => group !== 'root',
  );
  if (groups.length === 0) return undefined;
  return [
    ...wrapped(`Members may write outputs of ${confinement.program.name} below /var/log.`),
    ...groups.map((group) => `g ${group} -`),
    '',
  ].join('\n');
}

export function directoriesOf(confinement: Confinement): readonly Directory[] {
  return domainsOf(confinement).flatMap(({ may }) =>
    may.flatMap((ability) => ability.directories ?? []),
  );
}
