import type { ApparmorDenial } from '../denials/index.ts';
import type { ExpectedRecord, ExpectedRefusal } from '../description/index.ts';
import { differences } from './expect-denials.ts';
import type { LabDenial } from './lab-denial.ts';

/** The records of a profile, and of what complain mode makes of what it executes. */
export function ofProfile(denials: readonly LabDenial[], profile: string): ApparmorDenial[] {
  return denials
    .filter((denial): denial is ApparmorDenial => 'operation' in denial)
    .filter((denial) => denial.profile === profile || denial.profile.startsWith(`${profile}//`));
}

/** A sentence for every record of the profile that was not expected, and for every expected one that was not seen. */
export function recordProblems(
  denials: readonly LabDenial[],
  expected: readonly ExpectedRefusal[],
  profile: string,
): string[] {
  return differences(
    ofProfile(denials, profile),
    expected.filter((one): one is ExpectedRecord => 'operation' in one),
    { meets, seen: formatRecord, wanted: formatExpected },
  );
}

/** A record that lacks only what was expected, in all of its words. */
function meets(denial: ApparmorDenial, expected: ExpectedRecord): boolean {
  return (
    expected.operation.split('|').includes(denial.operation) &&
    denial.class === expected.class &&
    (expected.name === undefined || new RegExp(`^(?:${expected.name})$`).test(denial.name)) &&
    lacks(denial).every((one) => lacks({ denied: expected.denied ?? '' }).includes(one))
  );
}

/** `wc` of a file is two letters, `send receive` of a socket two words. */
function lacks({ denied }: { readonly denied: string }): string[] {
  return /^[rwacdxmlk]+$/.test(denied) ? [...denied] : denied.split(' ').filter(Boolean);
}

function formatRecord({ profile, operation, name, denied, info, comm }: ApparmorDenial): string {
  const more = [info && `info=${info}`, comm && `comm=${comm}`].filter(Boolean).join(' ');
  return `${profile} ${operation} ${name} { ${denied} } (${more})`;
}

function formatExpected({ operation, class: tclass, name, denied }: ExpectedRecord): string {
  return `${tclass} ${operation} ${name ?? 'anything'}${denied === undefined ? '' : ` { ${denied} }`}`;
}
