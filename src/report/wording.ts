import type { Report } from './report.ts';

type Lab = Report['lab'];
type Denials = Lab['attacks'][number]['denials'];

/** `refused EACCES, nothing arrived`. */
export function answerText({ answer, arrived }: Lab['attacks'][number]['inside']): string {
  return `${answer}${arrived === undefined ? '' : arrived ? ', arrived' : ', nothing arrived'}`;
}

/** What refused it, each once: `self:udp_socket { write }`. */
export function refusalText(denials: Denials): string {
  return [
    ...new Set(
      denials.map(
        ({ source, target, tclass, permissions }) =>
          `${target.type === source.type ? 'self' : target.type}:${tclass} { ${permissions.join(' ')} }`,
      ),
    ),
  ].join(', ');
}

/** Every record of the denials' events, each event once. */
export function recordText(denials: Denials): string {
  return [...new Map(denials.map((denial) => [denial.event, denial.text])).values()]
    .map((records) => records.join('\n'))
    .join('\n----\n');
}

/** One line per request, for what is only listed. */
export function listText(denials: Denials): string {
  const lines = denials.map(({ source, target, tclass, permissions, path }) =>
    `${source.type} ${target.type}:${tclass} { ${permissions.join(' ')} } ${path ?? ''}`.trim(),
  );
  return [...new Set(lines)].join('\n');
}

export function proofText({ proof }: Report['nevers'][number]): string {
  if (proof === undefined) return 'not asked';
  const { verdict, says, assumes = [] } = proof;
  return `${verdict}: ${says}${assumes.length > 0 ? `; assuming that ${assumes.join('; ')}` : ''}`;
}

/** What was not tried, and why: `Make an RDS socket: the kernel has no module rds`. */
export function leftOutText({ leftOut }: Lab): string[] {
  return leftOut.map(({ title, why }) => `${title}: ${why}`);
}

/** Above the chapter of the packages. */
export const PACKAGES_INTRODUCTION =
  'The packages of each form were built, and installed, updated and removed on a machine of their own while the program ran: two releases that ship permissive, two that ship enforcing.';
