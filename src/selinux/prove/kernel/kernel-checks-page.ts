import { CHECK_GROUPS, KERNEL_CHECKS, type KernelCheck } from './kernel-checks.ts';
import { HARMLESS, type Harmless, isUsed, knownPermission } from './totality.ts';

/** The classes of a policy with their permissions. */
export type PolicyClasses = ReadonlyMap<string, ReadonlySet<string>>;

/** docs/kernel-checks.md: the table of kernel checks for people, then every other permission, counted for each of these policies. */
export function kernelChecksPage(policies: ReadonlyMap<string, PolicyClasses>): string {
  return [PREFACE, ...CHECK_GROUPS.flatMap(section), totality(policies)].join('\n');
}

const PREFACE = `# What the kernel checks

A permission that is granted but that the kernel never asks for proves nothing, and a check that cannot see the destination cannot
refuse one. This is what SELinux asks at which moment, and what it cannot see. The proofs of \`confine prove\` read their classes and
permissions from the same table (src/selinux/prove/kernel/kernel-checks.ts), and this page is written from it. Sources are functions below
security/selinux in Linux 6.12.

Two permissions in one row mean that either lets it happen. The policy capability \`extended_socket_class\` (on in Debian 12 and 13 and in
Fedora) gives many socket families a class of their own; what is asked without it stands in brackets.
`;

function section(group: string): string[] {
  return [`## ${group}\n`, ...KERNEL_CHECKS.filter((check) => check.group === group).map(entry)];
}

function entry(check: KernelCheck): string {
  const without =
    check.classesWithoutExtended === undefined
      ? ''
      : ` (without \`extended_socket_class\`: ${code(check.classesWithoutExtended)})`;
  const permissions =
    check.permissions.length === 0 ? 'one permission for each' : code(check.permissions);
  return [
    `### ${check.act[0]!.toUpperCase()}${check.act.slice(1)}`,
    '',
    `- id: \`${check.id}\``,
    `- class: ${code(check.classes)}${without}`,
    `- permission: ${permissions}`,
    `- against: ${check.against}`,
    `- when: ${check.moment}`,
    `- cannot see: ${check.blind}`,
    ...(check.capability === undefined
      ? []
      : [`- only with the policy capability \`${check.capability}\``]),
    ...(check.unlessCapability === undefined
      ? []
      : [`- only without the policy capability \`${check.unlessCapability}\``]),
    ...(check.since === undefined ? [] : [`- since Linux ${check.since}`]),
    ...(check.considered === undefined ? [] : [`- no guarantee uses it: ${check.considered}`]),
    `- source: ${check.source}`,
    '',
  ].join('\n');
}

function totality(policies: ReadonlyMap<string, PolicyClasses>): string {
  const counts = [...policies].map(([name, classes]) => {
    const known = [...classes].flatMap(([tclass, permissions]) =>
      [...permissions].map((permission) => knownPermission(tclass, permission)),
    );
    const used = known.filter((found) => found !== undefined && isUsed(found)).length;
    const harmless = known.filter((found) => found !== undefined && !isUsed(found)).length;
    return `| ${name} | ${classes.size} | ${known.length} | ${used} | ${harmless} | ${known.length - used - harmless} |`;
  });
  return [
    TOTALITY,
    '| policy | classes | permissions of classes | used by a guarantee | harmless | not judged |',
    '|---|---|---|---|---|---|',
    ...counts,
    '',
    ...HARMLESS.map(harmlessEntry),
    '',
  ].join('\n');
}

const TOTALITY = `## Every other permission

Each permission of each class is either asked for by a guarantee (the checks above) or harmless for the reason that stands here
(src/selinux/prove/kernel/totality.ts), or above where no guarantee uses a check. A policy that grants the domain one that stands nowhere, as a newer kernel
may bring, leaves every guarantee \`undecided\`.
`;

function harmlessEntry({ classes, permissions, why, source }: Harmless): string {
  const what = permissions === 'all' ? 'all permissions' : code(permissions);
  return `- ${what} of ${code(classes)}: ${why} (${source})`;
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
