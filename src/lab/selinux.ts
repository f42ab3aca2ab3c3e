import { denialsOf } from '../denials/index.ts';
import {
  type Confinement,
  domainsOf,
  type ExpectedDenial,
  type ExpectedRefusal,
  fixedPath,
  labelledBy,
  namedDomain,
  type RealProgram,
  typeName,
} from '../description/index.ts';
import { PRIORITY, permissiveEntry } from '../selinux/words/index.ts';
import { denialProblems, ofDomains } from './expect-denials.ts';
import { machineFacts } from './facts.ts';
import { isSelinuxDenial } from './lab-denial.ts';
import type { Machine } from './machine/machine.ts';
import { check, type Mechanism, type PolicyLife, type Records } from './mechanism.ts';
import {
  compileModule,
  enforcingCommand,
  installModule,
  labelPackets,
  type ModuleFiles,
  makeEnforcing,
  putDontauditBack,
  removeModule,
  setPorts,
  setTunables,
  switchDontauditOff,
} from './module.ts';
import type { CheckResult } from './result.ts';
import { prepare, type Stage } from './stage.ts';

/** What the kernel ran, and what labels paths beside it. */
export interface KernelPolicy {
  readonly binary: Uint8Array;
  /** The same before the module was installed: what of it is the distribution's. */
  readonly base: Uint8Array;
  readonly fileContexts: string;
  readonly homeDirectories: string;
  readonly substitutions: string;
}

/** SELinux with a profile's module. */
export function selinux(confinement: Confinement, module: ModuleFiles): Mechanism<KernelPolicy> {
  const { domain } = confinement;
  const { domains } = module;
  return {
    security: 'selinux',
    domain,
    records: SELINUX_RECORDS,
    adapt: (machine) => machine,
    tools: {
      programs: ['semanage', 'make'],
      file: '/usr/share/selinux/devel/Makefile',
      dnf: ['policycoreutils-python-utils', 'selinux-policy-devel', 'make'],
      apt: ['policycoreutils-python-utils', 'selinux-policy-dev', 'make'],
    },
    isContext: (line) => /^\w+:\w+:\w+(:\S+)?$/.test(line),
    domainIn: (context) => domains.find((one) => one === context.split(':')[2]),
    domainOf: (name) => namedDomain(confinement, name).domain,
    ofDomain: (denials) => ofDomains(denials.filter(isSelinuxDenial), domains),
    problems: (denials, expected) =>
      denialProblems(
        denials.filter(isSelinuxDenial),
        expected.filter(isExpectedDenial),
        confinement,
      ),
    labelCheck: (type) => {
      const wanted = typeName(confinement, type);
      return `ls -Z "$1" | grep -q ':${wanted}:' || { echo "not labelled ${wanted}"; exit 1; }`;
    },
    facts: machineFacts,
    on: (machine) => moduleLife(machine, confinement, module),
  };
}

function isExpectedDenial(expected: ExpectedRefusal): expected is ExpectedDenial {
  return 'tclass' in expected;
}

/**
 * Before a window the kernel's access vector cache is emptied: a permissive domain's denial is logged once and then remembered as granted, so that
 * without it a second scenario would look clean.
 */
export const SELINUX_RECORDS: Records = {
  // semodule on Debian logs thousands of its own refused relabellings, at each run.
  prepare: 'auditctl -a always,exclude -F subj_type=semanage_t >/dev/null 2>&1',
  before: 'echo 1 > /sys/fs/selinux/commit_pending_bools',
  pattern: 'avc: *denied',
  read: denialsOf,
};

/** Each transaction costs the machine a link of the whole policy: none is made for nothing. */
function moduleLife(
  machine: Machine,
  confinement: Confinement,
  module: ModuleFiles,
): PolicyLife<KernelPolicy> {
  let base: Uint8Array = new Uint8Array();
  let installed = false;
  let dontauditOff = false;
  let hasPorts = false;
  const remove = async ({ path }: RealProgram): Promise<string[]> => {
    if (hasPorts) await setPorts(machine, confinement, false);
    hasPorts = false;
    const left = await removeModule(machine, module, [path, ...labelledPaths(confinement)]);
    installed = left.length > 0;
    return left;
  };
  return {
    install: async (stage) => {
      base = await machine.get(RUNNING_POLICY);
      const compiled = await compile(machine, module);
      installed = true;
      await installModule(machine, module, stage.user, { permissive: true });
      await setPorts(machine, confinement, true);
      hasPorts = true;
      return [compiled];
    },
    admit: async ({ path }) => {
      await label(machine, confinement, path);
      return [await listed(machine, module)];
    },
    enforce: async () =>
      module.permissive.length === 0
        ? shippedEnforcing(machine, module)
        : check(
            'enforcing',
            'An administrator takes the domain out of permissive mode',
            enforcingCommand(module.domains),
            await makeEnforcing(machine, module.domains),
            () => [],
          ),
    running: () => kernelPolicy(machine, base),
    logAll: async () => {
      // A dontaudit rule can hide the very denial that an attack is refused by.
      dontauditOff = true;
      await switchDontauditOff(machine);
    },
    // It has carried the program's label since its admission.
    probeInside: async (stage, _, name) =>
      name === undefined ? stage.probeInside : labelledProbe(machine, stage, confinement, name),
    setTunables: (tunables) => setTunables(machine, module.name, tunables),
    labelPackets: (on) => labelPackets(machine, module.name, on),
    upgrade: (stage) => upgrade(machine, module, stage),
    remove: async (program) =>
      check(
        'removal',
        'Removal leaves no label, boolean, type or permissive entry behind',
        `semodule -X ${PRIORITY.package} -r ${module.name}`,
        (await remove(program)).join('\n'),
        (left) =>
          left
            .split('\n')
            .filter(Boolean)
            .map((line) => `left behind: ${line}`),
      ),
    tidy: async (program) => {
      if (installed) await remove(program).catch(() => {});
      // semodule takes no other command beside -B.
      if (dontauditOff) await putDontauditBack(machine).catch(() => {});
      await machine.run('auditctl -d always,exclude -F subj_type=semanage_t').catch(() => {});
    },
  };
}

async function compile(machine: Machine, module: ModuleFiles): Promise<CheckResult> {
  return check(
    'compile',
    'The module compiles with the devel Makefile',
    `make -f /usr/share/selinux/devel/Makefile ${module.name}.pp`,
    await compileModule(machine, module),
    (output) => (/warning|error/i.test(output) ? ['make printed a warning'] : []),
  );
}

/** The program's label, and the attack program's: it enters the domain by the ordinary transition. */
async function label(machine: Machine, confinement: Confinement, path: string): Promise<void> {
  const { executableType } = confinement;
  await prepare(
    machine,
    'label the program',
    `
restorecon -F ${path}
for path in ${labelledPaths(confinement).join(' ')}; do [ ! -e $path ] || restorecon -RF $path; done
chcon -t ${executableType} /usr/local/bin/confine-probe-inside
ls -Z ${path} | grep -q ':${executableType}:'`,
  );
}

/** The attack program once more, with the label of a further domain's program. */
async function labelledProbe(
  machine: Machine,
  { probeInside }: Stage,
  confinement: Confinement,
  name: string,
): Promise<string> {
  const { executableType } = namedDomain(confinement, name);
  const path = `${probeInside}-${name}`;
  await prepare(
    machine,
    `label the attack program of ${name}`,
    `cp ${probeInside} ${path}; chcon -t ${executableType} ${path}`,
  );
  return path;
}

/** What the module labels outside of homes, as the packages' scripts relabel it: what was there before the module has other labels. */
function labelledPaths(confinement: Confinement): string[] {
  const paths = domainsOf(confinement)
    .flatMap(({ fileContexts }) => fileContexts)
    .map(({ pattern }) => ({ pattern: labelledBy(confinement, pattern) }))
    .filter(({ pattern }) => pattern.startsWith('/'))
    .map(fixedPath);
  return [...new Set(paths)].sort();
}

async function listed(machine: Machine, { name }: ModuleFiles): Promise<CheckResult> {
  return check(
    'installed',
    'The module is in the list',
    'semodule -lfull',
    await prepare(machine, 'list the modules', `semodule -lfull | grep -w ${name}; sestatus`),
    (output) =>
      output.includes(`${PRIORITY.package} ${name}`)
        ? []
        : [`it is not at priority ${PRIORITY.package}`],
  );
}

async function shippedEnforcing(machine: Machine, { domains }: ModuleFiles): Promise<CheckResult> {
  return check(
    'enforcing',
    'It is enforcing since its installation',
    'semodule -l',
    await prepare(machine, 'list the modules', 'semodule -l'),
    (output) =>
      domains
        .filter((domain) => output.split('\n').includes(permissiveEntry(domain)))
        .map((domain) => `${domain} is permissive`),
  );
}

async function upgrade(machine: Machine, module: ModuleFiles, stage: Stage): Promise<CheckResult> {
  await installModule(machine, module, stage.user, { permissive: false });
  return check(
    'upgrade',
    'An upgrade keeps the administrator’s decision to enforce',
    `semodule -X ${PRIORITY.package} -i ${module.name}.pp`,
    await prepare(
      machine,
      'list the modules',
      `semodule -lfull | grep -w ${[module.name, ...module.domains.map(permissiveEntry)].map((each) => `-e ${each}`).join(' ')}`,
    ),
    (output) =>
      module.domains
        .filter((domain) => output.includes(permissiveEntry(domain)))
        .map((domain) => `${domain} is permissive again`),
  );
}

const RUNNING_POLICY = '/sys/fs/selinux/policy';

async function kernelPolicy(machine: Machine, base: Uint8Array): Promise<KernelPolicy> {
  const binary = await machine.get(RUNNING_POLICY);
  const directory = (
    await prepare(
      machine,
      'find the policy',
      '. /etc/selinux/config; echo /etc/selinux/$SELINUXTYPE/contexts/files',
    )
  ).trim();
  const text = async (name: string): Promise<string> =>
    Buffer.from(await machine.get(`${directory}/${name}`)).toString('utf8');
  return {
    binary,
    base,
    fileContexts: await text('file_contexts'),
    homeDirectories: await text('file_contexts.homedirs'),
    substitutions: await text('file_contexts.subs_dist'),
  };
}
