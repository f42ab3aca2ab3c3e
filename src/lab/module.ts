import type { Confinement } from '../confinement/index.ts';
import type { Machine } from './machine/machine.ts';
import { prepare } from './stage.ts';

/** The generated files of a profile, as a package would install them. */
export interface ModuleFiles {
  readonly name: string;
  readonly te: string;
  readonly fc: string;
  readonly if: string;
  /** The module that makes the domain permissive, where the profile ships one. */
  readonly permissive: string | undefined;
  readonly tmpfiles: string | undefined;
  readonly sysusers: string | undefined;
  /** The companion that labels packets, where the profile has one. */
  readonly packetLabels: PacketLabels | undefined;
}

/** `NAME-secmark`: a script in /usr/libexec, and the units that run it, by their names. */
export interface PacketLabels {
  readonly script: string;
  readonly units: Readonly<Record<string, string>>;
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
 * Installs the compiled module as the package does: at priority 200, with the permissive module at 400 on first installation, the
 * program's group, its directories and their labels. One transaction, since each costs the machine a link of the whole policy.
 */
export async function installModule(
  machine: Machine,
  files: ModuleFiles,
  user: string,
  options: { permissive: boolean },
): Promise<void> {
  const permissive = options.permissive && files.permissive !== undefined;
  if (permissive)
    await machine.put(`${DIRECTORY}/permissive_${files.name}_t.cil`, files.permissive!);
  if (files.sysusers) await machine.put(`/usr/lib/sysusers.d/${files.name}.conf`, files.sysusers);
  if (files.tmpfiles) await machine.put(`/usr/lib/tmpfiles.d/${files.name}.conf`, files.tmpfiles);
  await putCompanion(machine, files);
  await prepare(
    machine,
    'install the module',
    `cd ${DIRECTORY}
semodule -X 200 -i ${files.name}.pp${permissive ? ` -X 400 -i permissive_${files.name}_t.cil` : ''}
${files.sysusers ? `systemd-sysusers ${files.name}.conf; usermod -aG ${files.name} ${user}` : ''}
${files.tmpfiles ? `systemd-tmpfiles --create ${files.name}.conf` : ''}`,
    600,
  );
}

async function putCompanion(machine: Machine, files: ModuleFiles): Promise<void> {
  if (files.packetLabels === undefined) return;
  const { script, units } = files.packetLabels;
  await machine.put(secmarkProgram(files.name), script, 0o755);
  for (const [unit, text] of Object.entries(units)) await machine.put(unitFile(unit), text);
  await prepare(
    machine,
    'install the packet labels',
    `restorecon -F ${[secmarkProgram(files.name), ...Object.keys(units).map(unitFile)].join(' ')}
systemctl daemon-reload`,
  );
}

function secmarkProgram(name: string): string {
  return `/usr/libexec/${name}-secmark`;
}

function unitFile(unit: string): string {
  return `/usr/lib/systemd/system/${unit}`;
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

/** As an administrator flips the domain to enforcing. */
export async function makeEnforcing(machine: Machine, { domain }: Confinement): Promise<string> {
  return prepare(
    machine,
    'take the domain out of permissive mode',
    `semanage permissive -d ${domain} 2>&1
if semodule -l | grep -q permissive_${domain}; then echo 'still permissive' >&2; exit 1; fi
semodule -l | grep '^permissive_' || true
echo 'no module permissive_${domain} is left'`,
    600,
  );
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
  { name, packetLabels, sysusers, tmpfiles }: ModuleFiles,
  program: string,
): Promise<string[]> {
  const units = Object.keys(packetLabels?.units ?? {});
  const files = [
    ...(packetLabels ? [secmarkProgram(name), ...units.map(unitFile)] : []),
    ...(sysusers ? [`/usr/lib/sysusers.d/${name}.conf`] : []),
    ...(tmpfiles ? [`/usr/lib/tmpfiles.d/${name}.conf`] : []),
  ];
  const removal = await machine.run(
    `
systemctl disable --quiet --now ${name}-secmark.service 2>/dev/null
rm -f ${files.join(' ')}
systemctl daemon-reload
permissive=
if semodule -lfull | grep -q '^400 *permissive_${name}_t '; then permissive='-X 400 -r permissive_${name}_t'; fi
semodule -X 200 -r ${name} $permissive || exit 1
restorecon -RF ${program} /var/log/${name} 2>/dev/null
true`,
    { timeout: 600 },
  );
  if (removal.code !== 0) return [`the module itself: ${removal.stderr.trim()}`];
  const left = await prepare(
    machine,
    'look for what the module left behind',
    `
semodule -lfull | grep -w -e ${name} -e permissive_${name}_t | sed 's/^/module: /' || true
getsebool -a | grep '^${name}_' | sed 's/^/boolean: /' || true
semanage fcontext -l 2>/dev/null | grep ':${name}_' | sed 's/^/file context: /' || true
semanage permissive -l 2>/dev/null | grep -w ${name}_t | sed 's/^/permissive: /' || true
find /usr/bin /usr/local/bin /var/log /etc /home -context '*:${name}_*' 2>/dev/null | grep -v confine-probe-inside | sed 's/^/label: /' || true`,
  );
  return left.split('\n').filter((line) => line !== '');
}
