import { CHECK_GROUPS, KERNEL_CHECKS, type KernelCheck } from './kernel-checks.ts';

/** docs/kernel-checks.md: the table of kernel checks for people. */
export function kernelChecksPage(): string {
  return [PREFACE, ...CHECK_GROUPS.flatMap(section)].join('\n');
}

const PREFACE = `# What the kernel checks

A permission that is granted but that the kernel never asks for proves nothing, and a check that cannot see the destination cannot
refuse one. This is what SELinux asks at which moment, and what it cannot see. The proofs of \`confine prove\` read their classes and
permissions from the same table (src/guarantee/kernel-checks.ts), and this page is written from it. Sources are functions below
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
    ...(check.since === undefined ? [] : [`- since Linux ${check.since}`]),
    `- source: ${check.source}`,
    '',
  ].join('\n');
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
