import type { Confinement } from '../description/index.ts';
import { type DebianFile, type DebianPackage, debianPackage } from './debian-package.ts';
import { LICENSE } from './rpm-spec.ts';

/**
 * `debian/` of a source package that holds nothing but the policy. The maintainer is `Name <address>`, as in DEBFULLNAME and DEBEMAIL:
 * who builds it answers for it.
 */
export function debianSource(
  confinement: Confinement,
  maintainer: string,
  deb: DebianPackage = debianPackage(confinement),
): readonly DebianFile[] {
  const { program, version, released } = confinement;
  const file = (name: string, lines: readonly string[], executable = false): DebianFile => ({
    name,
    text: `${lines.join('\n')}\n`,
    executable,
  });
  return [
    file('changelog', [
      `${deb.name} (${version}) unstable; urgency=medium`,
      '',
      `  * Version ${version}, for ${program.name} ${program.version}.`,
      '',
      ` -- ${maintainer}  ${new Date(`${released}T00:00:00Z`).toUTCString().replace('GMT', '+0000')}`,
    ]),
    file('control', [
      `Source: ${deb.name}`,
      'Section: admin',
      'Priority: optional',
      `Maintainer: ${maintainer}`,
      'Build-Depends: debhelper-compat (= 13)',
      `Build-Depends-Indep: ${deb.buildDepends.join(', ')}`,
      'Standards-Version: 4.7.0',
      `Homepage: ${program.homepage}`,
      'Rules-Requires-Root: no',
      '',
      ...deb.stanza,
    ]),
    file('copyright', [
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
      `Source: ${program.homepage}`,
      '',
      'Files: *',
      `Copyright: ${released.slice(0, 4)} the authors of the policy`,
      `License: ${LICENSE}`,
      ' On Debian systems, the full text of the Apache License, version 2.0, is in',
      ' /usr/share/common-licenses/Apache-2.0.',
    ]),
    file(
      'rules',
      [
        '#!/usr/bin/make -f',
        '%:',
        '\tdh $@',
        '',
        deb.include,
        ...deb.hooks.map(({ hook, target }) => `${hook}-indep: ${target}`),
      ],
      true,
    ),
    file('source/format', ['3.0 (native)']),
    ...deb.files,
  ];
}
