import {
  type Confinement,
  domainsOf,
  equivalencesOf,
  rolloutEvidence,
  shipsPermissive,
} from '../description/index.ts';
import {
  directoriesOf,
  type Folder,
  installedPath,
  isExecutable,
  MODULE_PACKAGES,
  permissiveModule,
  secmarkName,
} from '../selinux/module/index.ts';
import { PRIORITY } from '../selinux/words/index.ts';
import { wrapped } from '../text/index.ts';
import { type PackageSource, packageName, packageSources, placeOf } from './package-sources.ts';

/** The parts of the RPM, as lines of a spec: the same for a spec of its own and for hooks into another. */
export interface RpmPackage {
  readonly name: string;
  readonly summary: string;
  readonly sources: readonly PackageSource[];
  readonly buildRequires: readonly string[];
  /** What the program's own package says, so that its users get the policy where there is one. */
  readonly condition: string;
  readonly tags: readonly string[];
  readonly description: readonly string[];
  readonly build: readonly string[];
  readonly install: readonly string[];
  readonly files: readonly string[];
  readonly scriptlets: readonly Scriptlet[];
}

export interface Scriptlet {
  readonly section: '%pre' | '%post' | '%preun' | '%postun' | '%posttrans';
  readonly lines: readonly string[];
}

/**
 * Of the policy that the package is for, Fedora's `targeted`. openSUSE has it in a package of the same name; the capability
 * selinux-policy-any of Fedora's packages does not exist there, and a policy of another name would not get the module.
 */
const POLICY = 'targeted';
/** RPM's names of the directories. */
const MACROS = {
  data: '%{_datadir}',
  manuals: '%{_mandir}',
  programs: '%{_libexecdir}',
  sysusers: '%{_sysusersdir}',
  tmpfiles: '%{_tmpfilesdir}',
  units: '%{_unitdir}',
} as const satisfies Record<Folder['below'], string>;

const DIRECTORY = installedPath(MODULE_PACKAGES, POLICY, MACROS);

/**
 * As Fedora's practice for independent policies has it: macros of selinux-policy install, relabel and remove; the module is built for the
 * release that it is installed on, since a policy package of a newer libsepol does not load on an older one.
 */
export function rpmPackage(confinement: Confinement): RpmPackage {
  const name = packageName(confinement);
  const sources = packageSources(confinement);
  const installed = sources.flatMap((source) => installedFile(confinement, source));
  const units = sources.filter(({ role }) => role === 'unit').map((source) => source.name);
  return {
    name,
    summary: `SELinux policy module for ${confinement.program.name}`,
    sources,
    buildRequires: [
      'bzip2',
      'make',
      'selinux-policy-devel',
      ...(installed.some(({ path }) => /_(unit|tmpfiles|sysusers)dir/.test(path))
        ? ['systemd-rpm-macros']
        : []),
    ],
    condition: `if selinux-policy-${POLICY}`,
    tags: [
      `Requires:       selinux-policy-${POLICY}`,
      `Requires(post): selinux-policy-${POLICY}`,
      ...(equivalencesOf(confinement).length > 0
        ? ['Requires(post): policycoreutils-python-utils']
        : []),
      // Undefined while the source package is made.
      '%{?selinux_requires}',
      ...(units.length > 0 ? ['Recommends:     nftables', '%{?systemd_requires}'] : []),
    ],
    description: descriptionOf(confinement),
    build: [
      `make -C selinux -f %{_datadir}/selinux/devel/Makefile NAME=${POLICY} ${confinement.name}.pp`,
      `bzip2 -9 -f selinux/${confinement.name}.pp`,
    ],
    install: [
      `install -D -p -m 0644 selinux/${confinement.name}.pp.bz2 \\`,
      `  %{buildroot}${DIRECTORY}/${confinement.name}.pp.bz2`,
      ...installed.flatMap(({ source, path, mode }) => [
        `install -D -p -m ${mode} selinux/${source.name} \\`,
        `  %{buildroot}${path}`,
      ]),
    ],
    files: [
      `${DIRECTORY}/${confinement.name}.pp.bz2`,
      ...installed.map(({ path, source }) => (source.role === 'manual' ? `${path}*` : path)),
      // tmpfiles.d makes them at boot; owned, so that rpm answers for them and takes empty ones away.
      ...directoriesOf(confinement).map(
        ({ path, mode, owner, group }) =>
          `%ghost %dir %attr(${mode.replace(/^0/, '')},${owner},${group}) ${path.replace(/^\/var\//, '%{_localstatedir}/')}`,
      ),
      `%ghost %verify(not md5 size mode mtime) %{_selinux_store_path}/${POLICY}/active/modules/${PRIORITY.package}/${confinement.name}`,
    ],
    scriptlets: scriptlets(confinement, units),
  };
}

function installedFile(
  confinement: Confinement,
  source: PackageSource,
): { source: PackageSource; path: string; mode: string }[] {
  const path =
    source.role === 'permissive'
      ? `${DIRECTORY}/${source.name}`
      : placeOf(confinement, source, MACROS);
  const mode = isExecutable(source.role) ? '0755' : '0644';
  return path === undefined ? [] : [{ source, path, mode }];
}

/** How the domain ships and on what that rests, in the words of both packages. */
export function descriptionOf(confinement: Confinement): readonly string[] {
  const { program } = confinement;
  const domains = domainsOf(confinement).map(({ domain }) => domain);
  const subject =
    domains.length === 1
      ? `The domain ${domains[0]} is`
      : `The domains ${domains.slice(0, -1).join(', ')} and ${domains.at(-1)} are`;
  const evidence = rolloutEvidence(confinement);
  const rollout = shipsPermissive(confinement)
    ? `${subject} installed in permissive mode: what the policy would refuse is logged and granted, until an administrator runs ${domains.map((domain) => `"semanage permissive -d ${domain}"`).join(', ')}.`
    : evidence
      ? `${subject} enforcing. That rests on a run with the domain enforcing, whose report has the SHA-256 ${evidence.sha256}.`
      : `${subject} enforcing. No evidence of a run with the domain enforcing is recorded.`;
  return [
    ...wrapped(
      `This package confines ${program.name} on systems with SELinux. ${confinement.name}_selinux(8) tells what the program may do, what an administrator can switch, and what no policy can refuse.`,
      '',
      75,
    ),
    '',
    ...wrapped(rollout, '', 75),
  ];
}

function scriptlets(confinement: Confinement, units: readonly string[]): readonly Scriptlet[] {
  const { name } = confinement;
  const entries = domainsOf(confinement).map((one) => ({
    domain: one.domain,
    permissive: permissiveModule(one).name,
  }));
  const semodule = `semodule -n -s ${POLICY} -X ${PRIORITY.administrator}`;
  const enabled = units.filter((unit) => !unit.includes('-refresh'));
  const taken = equivalencesOf(confinement);
  return [
    {
      section: '%pre',
      lines: [
        ...(enabled.length > 0
          ? // There it notes which units are new, so that %post enables those of an update too.
            ['%if 0%{?suse_version}', `%service_add_pre ${enabled.join(' ')}`, '%endif']
          : []),
        `%selinux_relabel_pre -s ${POLICY}`,
      ],
    },
    {
      section: '%post',
      lines: [
        ...rolloutLines(
          confinement,
          semodule,
          entries.map(({ permissive }) => permissive),
        ),
        `%selinux_modules_install -s ${POLICY} -p ${PRIORITY.package} ${DIRECTORY}/${name}.pp.bz2`,
        ...taken.flatMap(({ path, like }) => [
          `# ${path} is another module's: it gets the label of this one.`,
          `if ! grep -qxF '${path} ${like}' ${SUBS} 2>/dev/null; then`,
          `  semanage fcontext -S ${POLICY} -N -a -e ${like} ${path}`,
          'fi',
          relabelled(path),
        ]),
        ...(enabled.length > 0 ? [`%systemd_post ${enabled.join(' ')}`] : []),
      ],
    },
    { section: '%posttrans', lines: [`%selinux_relabel_post -s ${POLICY}`] },
    {
      section: '%preun',
      lines: [
        ...(taken.length > 0
          ? [
              'if [ $1 -eq 0 ]; then',
              ...taken.flatMap(({ path, like }) => [
                `  if grep -qxF '${path} ${like}' ${SUBS} 2>/dev/null; then`,
                `    semanage fcontext -S ${POLICY} -N -d -e ${like} ${path} || :`,
                '  fi',
                `  ${relabelled(path)}`,
              ]),
              'fi',
            ]
          : []),
        // The packet labels go first: their types must exist as long as the table does.
        ...(enabled.length > 0 ? [`%systemd_preun ${enabled.join(' ')}`] : []),
        'if [ $1 -eq 0 ]; then',
        '  # What has labels of the module gets those of the system back.',
        `  %selinux_relabel_pre -s ${POLICY}`,
        'fi',
      ],
    },
    {
      section: '%postun',
      lines: [
        'if [ $1 -eq 0 ]; then',
        ...entries.flatMap(({ domain, permissive }) => [
          `  # An entry that "semanage permissive -a ${domain}" made would keep the module.`,
          `  ${semodule} -r ${permissive} >/dev/null 2>&1 || :`,
        ]),
        'fi',
        `%selinux_modules_uninstall -s ${POLICY} -p ${PRIORITY.package} ${name}`,
        'if [ $1 -eq 0 ]; then',
        `  %selinux_relabel_post -s ${POLICY}`,
        'fi',
        // A reload replaces the table in one step, a restart would leave packets unlabelled in between.
        ...(enabled.length > 0 ? reloaded(`${secmarkName(confinement)}.service`) : []),
      ],
    },
  ];
}

/** Where `semanage fcontext -e` writes. */
const SUBS = `%{_sysconfdir}/selinux/${POLICY}/contexts/files/file_contexts.subs`;

function relabelled(path: string): string {
  return `if [ -e ${path} ] && selinuxenabled; then restorecon -R ${path} || :; fi`;
}

/** Permissive with the first installation, or no longer. */
function rolloutLines(
  confinement: Confinement,
  semodule: string,
  entries: readonly string[],
): readonly string[] {
  const active = `grep -q '^ *SELINUXTYPE=${POLICY}' %{_sysconfdir}/selinux/config`;
  return shipsPermissive(confinement)
    ? [
        '# Permissive on the first installation only: an update must not undo what an',
        '# administrator chose. Before the module, so that it never loads without.',
        `if [ $1 -eq 1 ] && ${active}; then`,
        ...entries.map((entry) => `  ${semodule} -i ${DIRECTORY}/${entry}.cil || :`),
        'fi',
      ]
    : [
        '# The release before this one shipped the domain permissive, if its entry is still',
        '# here: rpm removes old files later. An entry that an administrator makes after',
        '# this update stays.',
        ...entries.flatMap((entry) => [
          `if [ $1 -gt 1 ] && [ -e ${DIRECTORY}/${entry}.cil ]; then`,
          `  ${semodule} -r ${entry} >/dev/null 2>&1 || :`,
          'fi',
        ]),
      ];
}

/** openSUSE has systemd's macros, less this one. */
function reloaded(unit: string): string[] {
  return [
    '%if 0%{?suse_version}',
    'if [ $1 -ge 1 ] && [ -d /run/systemd/system ]; then',
    '  systemctl daemon-reload >/dev/null 2>&1 || :',
    `  systemctl try-reload-or-restart ${unit} >/dev/null 2>&1 || :`,
    'fi',
    '%else',
    `%systemd_postun_with_reload ${unit}`,
    '%endif',
  ];
}
