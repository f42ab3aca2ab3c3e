import { type Confinement, domainsOf, type Equivalence, typeName } from '../description/index.ts';
import { PRIORITY, permissiveEntry } from '../selinux/words/index.ts';
import type { Machine } from './machine/machine.ts';
import { prepare } from './stage.ts';

/** The generated files of a profile, as a package would install them. */
export interface ModuleFiles {
  readonly name: string;
  /** Its domains, the description's own first. */
  readonly domains: readonly string[];
  readonly te: string;
  readonly fc: string;
  readonly if: string;
  /** The modules that make them permissive, by their domains; none where the profile ships enforcing. */
  readonly permissive: readonly { readonly domain: string; readonly text: string }[];
  /** Paths of other modules that are labelled like paths of this one (`semanage fcontext -e`). */
  readonly equivalences: readonly Equivalence[];
  /** What is installed as it is: the directories and the group, and the companion that labels packets, where the profile has them. */
  readonly installed: readonly InstalledFile[];
}

export interface InstalledFile {
  readonly role: 'tmpfiles' | 'sysusers' | 'program' | 'unit';
  /** As the packages have it, absolute. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Where an administrator would keep it: the confined semodule may read there, and not in /run. */
const DIRECTORY = '/root/confine-lab-module';

/** Compiles the module on the machine with the devel Makefile. Returns what make said. */
export async function compileModule(machine: Machine, files: ModuleFiles): Promise<string> {
  for (const extension of ['te', 'fc', 'if'] as const) {
    await machine.put(`${DIRECTORY}/${files.name}.${extension}`, files[extension]);
  }
  return prepare(
    machine,
    'compile the module',
    `cd ${DIRECTORY}
. /etc/selinux/config
make -f /usr/share/selinux/devel/Makefile NAME=$SELINUXTYPE ${files.name}.pp 2>&1`,
    600,
  );
}

/**
 * Installs the compiled module as the package does: at the packages' priority, with the permissive modules at the administrator's on first
 * installation, the program's group, its directories and their labels. One transaction, since each costs the machine a link of the
 * whole policy.
 */
export async function installModule(
  machine: Machine,
  files: ModuleFiles,
  user: string,
  options: { permissive: boolean },
): Promise<void> {
  const permissive = options.permissive ? files.permissive : [];
  for (const { domain, text } of permissive) await machine.put(permissiveFile(domain), text);
  for (const { path, text, mode } of files.installed) await machine.put(path, text, mode);
  await labelCompanion(machine, files);
  await prepare(
    machine,
    'install the module',
    `cd ${DIRECTORY}
semodule -X ${PRIORITY.package} -i ${files.name}.pp${permissive
      .map(({ domain }) => ` -X ${PRIORITY.administrator} -i ${permissiveFile(domain)}`)
      .join('')}
${equivalent(files, '-a')}
${files.equivalences.map(({ path }) => `[ ! -e ${path} ] || restorecon -R ${path}`).join('\n')}
${pathsOf(files, 'sysusers')
  .map((path) => `systemd-sysusers ${path}; usermod -aG ${files.name} ${user}`)
  .join('\n')}
${pathsOf(files, 'tmpfiles')
  .map((path) => `systemd-tmpfiles --create ${path}`)
  .join('\n')}`,
    600,
  );
}

function permissiveFile(domain: string): string {
  return `${DIRECTORY}/${permissiveEntry(domain)}.cil`;
}

/** Takes paths of other modules over, or gives them back: in one start of semanage, which takes an emulated machine seconds. */
function equivalent(
  { equivalences }: Pick<ModuleFiles, 'equivalences'>,
  command: '-a' | '-d',
): string {
  if (equivalences.length === 0) return '';
  const lines = equivalences.map(({ path, like }) => `fcontext ${command} -e ${like} ${path}`);
  return `semanage import <<'LINES'\n${lines.join('\n')}\nLINES`;
}

function pathsOf({ installed }: ModuleFiles, ...roles: readonly InstalledFile['role'][]): string[] {
  return installed.filter(({ role }) => roles.includes(role)).map(({ path }) => path);
}

async function labelCompanion(machine: Machine, files: ModuleFiles): Promise<void> {
  const companion = pathsOf(files, 'program', 'unit');
  if (companion.length === 0) return;
  await prepare(
    machine,
    'install the packet labels',
    `restorecon -F ${companion.join(' ')}
systemctl daemon-reload`,
  );
}

/** As an administrator loads the companion, or takes it away; its table stands when this returns. */
export async function labelPackets(machine: Machine, name: string, on: boolean): Promise<void> {
  const service = `${name}-secmark.service`;
  await prepare(
    machine,
    on ? 'load the packet labels' : 'take the packet labels away',
    on
      ? `systemctl enable --quiet --now ${service}
nft list table inet ${name}_secmark >/dev/null`
      : `systemctl disable --quiet --now ${service}
if nft list table inet ${name}_secmark 2>/dev/null; then echo 'the table is still there' >&2; exit 1; fi`,
  );
}

/** As an administrator gives ports to the module's types, or takes them back: while one has them the module cannot be removed. */
export async function setPorts(
  machine: Machine,
  confinement: Confinement,
  on: boolean,
): Promise<void> {
  const lines = domainsOf(confinement).flatMap((domain) =>
    domain.may
      .flatMap(({ types = [] }) => types)
      .flatMap(({ name, ports }) =>
        (ports?.numbers ?? []).map((number) =>
          on
            ? `port -a -t ${typeName(domain, `own:${name}`)} -p ${ports!.protocol} ${number}`
            : `port -d -p ${ports!.protocol} ${number}`,
        ),
      ),
  );
  if (lines.length === 0) return;
  await prepare(
    machine,
    on ? 'give the ports their types' : 'take the types off the ports',
    `semanage import <<'LINES'\n${lines.join('\n')}\nLINES`,
    600,
  );
}

/** As an administrator flips the domains to enforcing. */
export async function makeEnforcing(machine: Machine, domains: readonly string[]): Promise<string> {
  const entries = domains.map(permissiveEntry);
  return prepare(
    machine,
    'take the domain out of permissive mode',
    `exec 2>&1
${enforcingCommand(domains)}
if semodule -l | grep -w ${entries.map((entry) => `-e ${entry}`).join(' ')}; then echo 'still permissive'; exit 1; fi
semodule -l | grep '^${permissiveEntry('')}' || true
echo 'no module ${entries.join(', ')} is left'`,
    600,
  );
}

/** For several domains in one transaction: each links the whole policy. */
export function enforcingCommand(domains: readonly string[]): string {
  const lines = domains.map((domain) => `permissive -d ${domain}`);
  return lines.length === 1
    ? `semanage ${lines[0]}`
    : `semanage import <<'LINES'\n${lines.join('\n')}\nLINES`;
}

/** Rebuilds the policy without dontaudit rules. They stay out through every change of modules, until they are put back. */
export async function switchDontauditOff(machine: Machine): Promise<void> {
  await prepare(machine, 'rebuild the policy without dontaudit rules', 'semodule -DB', 600);
}

/** Rebuilds the policy with them. */
export async function putDontauditBack(machine: Machine): Promise<void> {
  await prepare(machine, 'rebuild the policy with dontaudit rules', 'semodule -B', 600);
}

export async function setTunables(
  machine: Machine,
  module: string,
  tunables: Readonly<Record<string, boolean>>,
): Promise<void> {
  const settings = Object.entries(tunables).map(([name, on]) => `${module}_${name}=${on ? 1 : 0}`);
  if (settings.length > 0) {
    await prepare(machine, `set ${settings.join(' ')}`, `setsebool ${settings.join(' ')}`);
  }
}

/** Removes the module as the package does on erase, and returns what is left of it: labels, booleans, types, permissive entries. */
export async function removeModule(
  machine: Machine,
  { name, domains, installed, equivalences }: ModuleFiles,
  paths: readonly string[],
): Promise<string[]> {
  const entries = domains.map(permissiveEntry);
  const relabelled = [...new Set(paths)];
  const removal = await machine.run(
    `
systemctl disable --quiet --now ${name}-secmark.service 2>/dev/null
rm -f ${installed.map(({ path }) => path).join(' ')}
systemctl daemon-reload
permissive=
for entry in ${entries.join(' ')}; do
  if semodule -lfull | grep -q "^${PRIORITY.administrator} *$entry "; then permissive="$permissive -X ${PRIORITY.administrator} -r $entry"; fi
done
semodule -X ${PRIORITY.package} -r ${name} $permissive || exit 1
${equivalent({ equivalences }, '-d')}
for path in ${relabelled.join(' ')}; do [ ! -e $path ] || restorecon -RF $path; done
true`,
    { timeout: 600 },
  );
  if (removal.code !== 0) return [`the module itself: ${removal.stderr.trim()}`];
  const left = await prepare(
    machine,
    'look for what the module left behind',
    `
semodule -lfull | grep -w ${[name, ...entries].map((each) => `-e ${each}`).join(' ')} | sed 's/^/module: /' || true
getsebool -a | grep '^${name}_' | sed 's/^/boolean: /' || true
semanage fcontext -l 2>/dev/null | grep -e ':${name}_' -e '/usr/share/${name}-selinux/' | sed 's/^/file context: /' || true
semanage permissive -l 2>/dev/null | grep -w ${domains.map((each) => `-e ${each}`).join(' ')} | sed 's/^/permissive: /' || true
find /usr/bin /usr/sbin /usr/local /var/log /var/lib /var/cache /run /etc /home -context '*:${name}_*' 2>/dev/null | grep -v confine-probe-inside | sed 's/^/label: /' || true
# A label that the policy has no more is shown as none.
find ${relabelled.join(' ')} -context '*:unlabeled_t:*' 2>/dev/null | sed 's/^/label: /' || true`,
  );
  return left.split('\n').filter((line) => line !== '');
}
