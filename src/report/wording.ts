import type { ExhibitLine, Report } from './report.ts';

type Lab = Report['lab'];
type Denials = Lab['attacks'][number]['denials'];
type ApparmorRecord = Extract<Denials[number], { readonly operation: string }>;

/** `refused EACCES, nothing arrived`. */
export function answerText({ answer, arrived }: Lab['attacks'][number]['inside']): string {
  return `${answer}${arrived === undefined ? '' : arrived ? ', arrived' : ', nothing arrived'}`;
}

/** Of a residual: `tried, and it succeeds`. */
export function triedText(inside: Lab['attacks'][number]['inside']): string {
  return inside.answer === 'ok' ? 'tried, and it succeeds' : `tried: ${answerText(inside)}`;
}

/** What refused it, each once: `self:udp_socket { write }`. */
export function refusalText(denials: Denials): string {
  return [
    ...new Set(
      denials.map((denial) => {
        if ('operation' in denial) return recordWords(denial);
        const { source, target, tclass, permissions } = denial;
        return `${target.type === source.type ? 'self' : target.type}:${tclass} { ${permissions.join(' ')} }`;
      }),
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
  const lines = denials.map((denial) => {
    if ('operation' in denial) return `${denial.profile} ${recordWords(denial)}`;
    const { source, target, tclass, permissions, path } = denial;
    return `${source.type} ${target.type}:${tclass} { ${permissions.join(' ')} } ${path ?? ''}`.trim();
  });
  return [...new Set(lines)].join('\n');
}

/** AppArmor's: `open /etc/shadow { r }`. */
function recordWords({ operation, name, denied }: ApparmorRecord): string {
  return `${operation} ${name}${denied === '' ? '' : ` { ${denied} }`}`;
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

/** As a column's heading: `Debian 13` of `Debian GNU/Linux 13 (trixie)`; `AppArmor, Debian 13` where that is what it enforced. */
export function machineTitle({ machine, mechanism }: Lab): string {
  const release = machine.distribution.replace(' GNU/Linux', '').replace(/ \([^()]*\)$/, '');
  return mechanism === 'apparmor' ? `AppArmor, ${release}` : release;
}

/** What a packager's user gets; nothing where the report does not know. */
export function shipsText({ ships, lab }: Report): string | undefined {
  switch (ships) {
    case undefined:
      return undefined;
    case 'enforcing':
      return `The package ships ${lab.domain} enforcing.`;
    case 'permissive':
      return `The package ships ${lab.domain} permissive: nothing is refused until \`semanage permissive -d ${lab.domain}\`.`;
  }
}

/** `2026-01-02 03:04 UTC`. */
export function whenText({ started }: Lab): string {
  return `${started.slice(0, 16).replace('T', ' ')} UTC`;
}

/** `29 min`, under two minutes in seconds. */
export function durationText({ seconds }: Lab): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** The command that makes an excerpt: what the step that holds it ran, else what runs it again. */
export function exhibitCommand({ lab }: Report, { anchor, excerpt }: ExhibitLine): string {
  const made =
    lab.checks.find(({ id }) => anchor === `check-${id}`) ??
    lab.attacks.find(({ id }) => anchor === `attack-${id}`);
  if (made !== undefined) return made.command;
  const scenario = lab.scenarios.find(({ id, mode }) => anchor === `scenario-${id}-${mode}`);
  const squeezed = (text: string): string => text.replace(/\s+/g, ' ');
  const step = scenario?.steps.find(({ did, output = '', screen }) =>
    squeezed(`${did}\n${output}\n${screen?.text ?? ''}`).includes(excerpt[0] ?? did),
  );
  // What a step did stands in words where it is no command.
  const ran =
    step !== undefined && /^[$#] /.test(step.did)
      ? step.did
          .split('\n')
          .map((one) => one.replace(/^[$#] /, ''))
          .join('; ')
      : undefined;
  return ran ?? againCommand(lab.profile, scenario?.id ?? anchor);
}

/** What runs one scenario or attack again. */
export function againCommand(profile: string, id: string): string {
  return `confine lab ${profile} --only '^${id}$'`;
}

/** How many of a never's attacks came to nothing: `4 of 4 refused`, or what is the matter. */
export function attackCount(report: Report, ids: readonly string[]): string {
  const attacks = report.lab.attacks.filter(({ id }) => ids.includes(id));
  if (attacks.length === 0) return 'not tried';
  const passed = attacks.filter(({ outcome }) => outcome === 'passed').length;
  return `${passed} of ${attacks.length} stopped`;
}

/** Above the chapter of the packages. */
export const PACKAGES_INTRODUCTION =
  'The packages of each form were built, and installed, updated and removed on a machine of their own while the program ran: two releases that ship permissive, two that ship enforcing.';

/** An id that can be linked to: without blanks, as kinds of a further domain have them (`ctrl: listen`). */
export function idText(id: string): string {
  return id.replace(/[^a-zA-Z0-9-]+/g, '-');
}
