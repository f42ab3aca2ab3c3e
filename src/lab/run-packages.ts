import { PRIORITY, permissiveEntry } from '../selinux/words/index.ts';
import type { Machine } from './machine/machine.ts';
import { type PackageStep, runSteps } from './package-steps.ts';
import type { CheckResult } from './result.ts';

/** Packages of one module, in the order in which a system meets them. */
export interface PackageSeries {
  readonly format: 'rpm' | 'deb';
  readonly module: string;
  /** Its booleans, by their whole names, as the description has them by default. */
  readonly booleans: Readonly<Record<string, boolean>>;
  /** The program's executable, on the machine already, with file capabilities. */
  readonly program: string;
  /** A command that starts the program as an ordinary user and returns. */
  readonly start: string;
  /** Permissive, and its update. */
  readonly first: PackageFile;
  readonly update: PackageFile;
  /** Enforcing, and its update. */
  readonly enforcing: PackageFile;
  readonly later: PackageFile;
}

export interface PackageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const DIRECTORY = '/root/confine-packages';

/**
 * The packages' life on a real machine: first installation, an update while the program runs, an update after an administrator's choice, the
 * update that flips to enforcing, one after an administrator's other choice, and removal. A step that fails does not end the run.
 */
export async function runPackages(
  machine: Machine,
  series: PackageSeries,
  progress: (what: string) => void,
): Promise<readonly CheckResult[]> {
  for (const file of [series.first, series.update, series.enforcing, series.later]) {
    await machine.put(`${DIRECTORY}/${file.name}`, file.bytes);
  }
  return runSteps(machine, series.format, steps(series), progress);
}

function steps(series: PackageSeries): readonly PackageStep[] {
  return [
    firstInstallation(series),
    updateWhileRunning(series),
    administratorEnforces(series),
    flip(series),
    administratorPermits(series),
    removal(series),
  ];
}

/** What the steps ask a machine, and how it answers. */
function wordsOf({ module }: PackageSeries): {
  readonly domain: string;
  readonly entry: string;
  readonly list: string;
  readonly running: string;
  readonly listed: RegExp;
  readonly permissive: RegExp;
  readonly inDomain: RegExp;
} {
  const domain = `${module}_t`;
  const entry = permissiveEntry(domain);
  return {
    domain,
    entry,
    list: `semodule -lfull | grep -w -e ${module} -e ${entry}`,
    running: `ps -eZ | grep -w ${module}`,
    listed: new RegExp(`^${PRIORITY.package} +${module} `, 'm'),
    permissive: new RegExp(`^${PRIORITY.administrator} +${entry} `, 'm'),
    inDomain: new RegExp(`:${domain}:\\S* .*${module}`),
  };
}

function firstInstallation(series: PackageSeries): PackageStep {
  const { booleans, format, first, module, program } = series;
  const { domain, list, listed, permissive } = wordsOf(series);
  const on = Object.keys(booleans).filter((name) => booleans[name]);
  return {
    id: 'install',
    title: 'first installation: module, labels, capabilities, booleans, directory',
    command: `${install(format, first)}
${list}
semanage permissive -l | grep -w ${domain}
ls -Z ${program}; getcap ${program}
getsebool -a | grep ^${module}_
getent group ${module}; ls -Zld /var/log/${module}`,
    says: [
      listed,
      permissive,
      new RegExp(`:${module}_exec_t:\\S* ${program}$`, 'm'),
      new RegExp(`^${program} cap_`, 'm'),
      ...Object.entries(booleans).map(
        ([name, value]) => new RegExp(`^${name} --> ${value ? 'on' : 'off'}$`, 'm'),
      ),
      new RegExp(`:${module}_log_t:\\S* .*/var/log/${module}$`, 'm'),
    ],
    never: [new RegExp(`^(?!(?:${on.join('|')}) )${module}_\\w+ --> on$`, 'm')],
  };
}

function updateWhileRunning(series: PackageSeries): PackageStep {
  const { list, running, listed, permissive, inDomain } = wordsOf(series);
  return {
    id: 'update',
    title: 'update while the program runs',
    command: `${series.start}
${running}
${install(series.format, series.update)}
${list}
${running}`,
    says: [listed, permissive, inDomain],
  };
}

function administratorEnforces(series: PackageSeries): PackageStep {
  const { domain, list, listed, permissive } = wordsOf(series);
  return {
    id: 'administrator-enforces',
    title: 'an administrator makes the domain enforcing; a further update leaves it so',
    command: `semanage permissive -d ${domain}
${install(series.format, series.update)}
${list}`,
    says: [listed],
    never: [permissive],
  };
}

function flip(series: PackageSeries): PackageStep {
  const { domain, entry, list, running, listed, permissive, inDomain } = wordsOf(series);
  return {
    id: 'flip',
    title: 'update to the release that ships enforcing, over the entry of the earlier one',
    command: `printf '(optional ${entry}_optional (typepermissive ${domain}))' > ${DIRECTORY}/${entry}.cil
semodule -X ${PRIORITY.administrator} -i ${DIRECTORY}/${entry}.cil
${install(series.format, series.enforcing)}
${list}
${running}`,
    says: [listed, inDomain],
    never: [permissive],
  };
}

function administratorPermits(series: PackageSeries): PackageStep {
  const { domain, list, listed, permissive } = wordsOf(series);
  return {
    id: 'administrator-permits',
    title: 'an administrator makes the domain permissive; a further update leaves it so',
    command: `semanage permissive -a ${domain}
${install(series.format, series.later)}
${list}`,
    says: [listed, permissive],
  };
}

function removal(series: PackageSeries): PackageStep {
  const { format, module, program } = series;
  const { domain, entry } = wordsOf(series);
  return {
    id: 'remove',
    title: 'removal leaves nothing, and every label that the system wants',
    command: `pkill -x ${module} || true
touch /var/log/${module}/kept.pcap
${remove(format, module)}
semodule -lfull | grep -w -e ${module} -e ${entry} | sed 's/^/left: module /'
getsebool -a | grep ^${module}_ | sed 's/^/left: boolean /'
semanage permissive -l | grep -w ${domain} | sed 's/^/left: permissive /'
find /etc /usr /var -xdev -context '*:${module}_*' | sed 's/^/left: label of /'
find /usr /var/lib/selinux -xdev -name '*${module}[-_.]*' | sed 's/^/left: /'
ls -Z ${program}; getcap ${program}; ls -Zld /var/log/${module}`,
    says: [/:bin_t:/, new RegExp(`^${program} cap_`, 'm'), /:var_log_t:/],
    never: [/^left: /m, /unlabeled_t/],
  };
}

/** rpm without its plugins: their contexts are of a policy that Debian has not. The triggers of Fedora's systemd are called by hand. */
function install(format: PackageSeries['format'], { name }: PackageFile): string {
  const file = `${DIRECTORY}/${name}`;
  return format === 'deb'
    ? `apt-get -q -y --no-install-recommends --reinstall --allow-downgrades install ${file} 2>&1 || exit 1`
    : `rpm -U --nodeps --noplugins --replacepkgs -v ${file} || exit 1
systemd-sysusers; systemd-tmpfiles --create 2>/dev/null || true`;
}

function remove(format: PackageSeries['format'], module: string): string {
  return format === 'deb'
    ? `apt-get -q -y purge ${module}-selinux 2>&1 || exit 1`
    : `rpm -e --nodeps --noplugins -v ${module}-selinux || exit 1`;
}
