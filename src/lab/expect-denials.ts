import type { Denial } from '../denials/index.ts';
import type { Confinement, ExpectedDenial } from '../description/index.ts';
import { domainsOf, namedDomain, typeName } from '../description/index.ts';

/** The denials with a domain of the module on either side: the only ones that a scenario answers for. */
export function ofDomains(denials: readonly Denial[], domains: readonly string[]): Denial[] {
  return denials.filter(
    ({ source, target }) => domains.includes(source.type) || domains.includes(target.type),
  );
}

/** A sentence for every denial that was seen and not expected, and for every one that was expected and not seen. */
export function denialProblems(
  denials: readonly Denial[],
  expected: readonly ExpectedDenial[],
  confinement: Confinement,
): string[] {
  const domains = domainsOf(confinement).map(({ domain }) => domain);
  return differences(ofDomains(denials, domains), expected, {
    meets: (denial, expectation) => meets(denial, expectation, confinement),
    seen: formatDenial,
    wanted: formatExpectation,
  });
}

/** What was seen against what was expected, in the words of either mechanism. */
export function differences<D, E extends { readonly optional?: boolean }>(
  relevant: readonly D[],
  expected: readonly E[],
  words: {
    readonly meets: (denial: D, expectation: E) => boolean;
    readonly seen: (denial: D) => string;
    readonly wanted: (expectation: E) => string;
  },
): string[] {
  const { meets, seen, wanted } = words;
  const unexpected = relevant.filter((denial) => !expected.some((one) => meets(denial, one)));
  const missing = expected.filter(
    (one) => !one.optional && !relevant.some((denial) => meets(denial, one)),
  );
  return [
    ...new Set(unexpected.map((denial) => `unexpected denial: ${seen(denial)}`)),
    ...missing.map((one) => `missing denial: ${wanted(one)}`),
  ];
}

/** `{ write } on self:udp_socket by probe`. */
function formatDenial(denial: Denial): string {
  const { permissions, source, target, tclass, path, comm, details } = denial;
  const what = [
    path && `path=${path}`,
    details.dest && `dest=${details.dest}`,
    details.ioctlcmd && `ioctlcmd=${details.ioctlcmd}`,
    details.capability && `capability=${details.capability}`,
    comm && `comm=${comm}`,
  ].filter(Boolean);
  return `${source.type} ${target.type}:${tclass} { ${permissions.join(' ')} } (${what.join(' ')})`;
}

function formatExpectation(expected: ExpectedDenial): string {
  const { domain, tclass, permissions, target, ioctl } = expected;
  return `${domain === undefined ? '' : `by ${domain}: `}${target ?? 'any type'}:${tclass} { ${permissions.join(' ')} }${ioctl ? ` ioctlcmd=${ioctl}` : ''}`;
}

function meets(denial: Denial, expectation: ExpectedDenial, confinement: Confinement): boolean {
  return (
    denial.source.type === namedDomain(confinement, expectation.domain).domain &&
    expectation.tclass.split('|').includes(denial.tclass) &&
    denial.permissions.every((permission) => expectation.permissions.includes(permission)) &&
    (expectation.target === undefined || isTarget(denial, expectation.target, confinement)) &&
    (expectation.ioctl === undefined ||
      Number(denial.details.ioctlcmd) === Number(expectation.ioctl))
  );
}

function isTarget({ source, target }: Denial, wanted: string, confinement: Confinement): boolean {
  if (wanted === 'self') return target.type === source.type;
  if (/^(own|module):/.test(wanted)) return target.type === typeName(confinement, wanted);
  return new RegExp(`^(?:${wanted})$`).test(target.type);
}
