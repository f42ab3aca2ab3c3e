import type { ResolverException } from '../../../description/index.ts';
import type { BooleanId } from '../../policydb/index.ts';
import { dividedByBase } from '../inquiry/base.ts';
import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';
import { typeOf } from '../inquiry/own-types.ts';
import { tunableBooleans } from '../inquiry/subject.ts';
import { networkAdministration } from './network-administration.ts';
import { packetLabels } from './ruleset.ts';

/** What an exception for the resolver is worth on this policy. */
export interface SecmarkProof {
  /** While one of these is on, packet labels hold the domain to the resolvers. */
  readonly unless: readonly BooleanId[];
  /**
   * What lets a datagram go elsewhere in spite of the exception, each with all that it takes: packet labels besides the resolvers'
   * that the domain may send with, and changing the ruleset.
   */
  readonly leaks: readonly (readonly Requirement[])[];
}

const NO_PROOF: SecmarkProof = { unless: [], leaks: [] };

/**
 * Proves the exception by packet labels. The kernel checks no destination of a UDP datagram; it does check the label that netfilter
 * puts on the packet. So the exception is worth something only if the description brings a ruleset that labels every packet, and
 * the domain may send no label but the resolvers'.
 */
export function secmarkProof(
  inquiry: Inquiry,
  exception: ResolverException | undefined,
): SecmarkProof {
  if (exception === undefined) return NO_PROOF;
  const { subject } = inquiry;
  const { confinement } = subject;
  const refuse = (why: string): SecmarkProof => {
    inquiry.note(`the exception for the resolver is not granted: ${why}`);
    return NO_PROOF;
  };
  const secmark = confinement.may
    .map((ability) => ability.secmark)
    .find(
      (found) => found?.resolver === `own:${exception.packets}` && found.when === exception.when,
    );
  if (secmark === undefined) {
    return refuse('no ability of the description labels packets (SECMARK) under this tunable');
  }
  const [resolver, other] = [typeOf(subject, secmark.resolver), typeOf(subject, secmark.other)];
  if (resolver === undefined || other === undefined) {
    return refuse('the policy does not have the types of the packet labels');
  }
  const { ruleset } = subject;
  if (ruleset !== undefined) {
    const labels = packetLabels(ruleset);
    if (typeof labels === 'string') return refuse(labels);
    const { names } = subject.db.types;
    if (labels.resolver !== names[resolver] || labels.other !== names[other]) {
      return refuse(`${ruleset.name} sets other labels than the description`);
    }
    inquiry.note(
      `${ruleset.name} labels every packet that leaves ${labels.other}, and those to port 53 of its set of addresses ${labels.resolver}`,
    );
  }
  const unless = tunableBooleans(subject, [exception.when]);
  if (unless.length === 0) return refuse('the policy does not have the tunable');

  const unlabelled = subject.db.types.ids.get('unlabeled_t');
  const sends = inquiry.grants('packet-send', undefined, (target) => target !== resolver);
  const tolerated = sends.filter(
    (grant) =>
      dividedByBase(subject, grant).beyond === undefined &&
      grant.targets.every((target) => target === unlabelled),
  );
  inquiry.noteGrants(
    tolerated,
    'every domain may send unlabelled packets, of which the ruleset leaves none',
  );
  inquiry.assume(
    ruleset === undefined
      ? `a ruleset labels every packet whenever ${confinement.name}_${exception.when} is on, and knows the resolvers; none was given to hold this against`
      : `${ruleset.name} is loaded whenever ${confinement.name}_${exception.when} is on, and knows the resolvers; nothing relabels packets after it, and the domain is in no network namespace that lacks it`,
  );
  const leaking = sends.filter((grant) => !tolerated.includes(grant));
  const leaks: readonly (readonly Requirement[])[] = [
    [{ grants: leaking }],
    [
      { grants: [...inquiry.grants('ruleset-change'), ...inquiry.grants('ruleset-change-legacy')] },
      { grants: inquiry.grants('capability', ['net_admin']) },
    ],
    [{ grants: inquiry.grants('route-change-legacy') }, ...networkAdministration(inquiry)],
  ];
  return { unless, leaks: leaks.filter((leak) => leak.every(({ grants }) => grants.length > 0)) };
}
