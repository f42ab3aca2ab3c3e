import {
  type Ability,
  type DatagramException,
  type ResolverException,
  type Secmark,
  typeName,
} from '../../../description/index.ts';
import type { BooleanId } from '../../policydb/index.ts';
import { dividedByBase } from '../inquiry/base.ts';
import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';
import { typeOf } from '../inquiry/own-types.ts';
import { tunableBooleans } from '../inquiry/subject.ts';
import { networkAdministration } from './network-administration.ts';
import { type PacketLabels, packetLabels } from './ruleset.ts';

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
  exception: ResolverException | DatagramException | undefined,
): SecmarkProof {
  if (exception === undefined) return NO_PROOF;
  const { subject } = inquiry;
  const { confinement, ruleset } = subject;
  const what = 'from' in exception ? 'these ports' : 'the resolver';
  const refuse = (why: string): SecmarkProof => {
    inquiry.note(`the exception for ${what} is not granted: ${why}`);
    return NO_PROOF;
  };
  const secmark = labelling(confinement.may, exception);
  if (secmark === undefined) {
    return refuse(
      'no ability of the description labels packets (SECMARK) under this tunable, to and from no other ports',
    );
  }
  const passing = 'resolver' in secmark ? [secmark.resolver] : [secmark.datagrams, secmark.tcp];
  const passed = passing.map((ref) => typeOf(subject, ref));
  const other = typeOf(subject, secmark.other);
  if (other === undefined || passed.includes(undefined)) {
    return refuse('the policy does not have the types of the packet labels');
  }
  if (ruleset !== undefined) {
    const labels = packetLabels(ruleset);
    if (typeof labels === 'string') return refuse(labels);
    const nameOf = (ref: `own:${string}`): string => typeName(confinement, ref);
    const expected = expectedLabels(secmark, nameOf);
    if (JSON.stringify(inOrder(labels)) !== JSON.stringify(inOrder(expected))) {
      return refuse(`${ruleset.name} sets other labels than the description`);
    }
    inquiry.note(
      `${ruleset.name} labels every packet that leaves ${labels.other}, ${labelsSaid(labels)}`,
    );
  }
  const unless = tunableBooleans(subject, [exception.when]);
  if (unless.length === 0) return refuse('the policy does not have the tunable');

  const unlabelled = subject.db.types.ids.get('unlabeled_t');
  const sends = inquiry.grants('packet-send', undefined, (target) => !passed.includes(target));
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
      ? `a ruleset labels every packet whenever ${confinement.name}_${exception.when} is on, and knows ${what}; none was given to hold this against`
      : `${ruleset.name} is loaded whenever ${confinement.name}_${exception.when} is on${'from' in exception ? '' : ', and knows the resolvers'}; nothing relabels packets after it, and the domain is in no network namespace that lacks it`,
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

/** The one that is about just what is excepted: labels that let more pass prove less than is said. */
function labelling(
  may: readonly Ability[],
  exception: ResolverException | DatagramException,
): Secmark | undefined {
  return may
    .map(({ secmark }) => secmark)
    .find((found) => {
      if (found === undefined || found.when !== exception.when) return false;
      if ('resolver' in found) {
        return !('from' in exception) && found.resolver === `own:${exception.packets}`;
      }
      return (
        'from' in exception &&
        found.datagrams === `own:${exception.packets}` &&
        found.to.every((port) => exception.to.includes(port)) &&
        found.from.every((port) => exception.from.includes(port))
      );
    });
}

/** What a ruleset has to do that labels as the description says. */
function expectedLabels(secmark: Secmark, nameOf: (ref: `own:${string}`) => string): PacketLabels {
  const other = nameOf(secmark.other);
  if ('resolver' in secmark) return { other, resolver: nameOf(secmark.resolver) };
  const sorted = (ports: readonly number[]): number[] => [...new Set(ports)].sort((a, b) => a - b);
  return {
    other,
    tcp: nameOf(secmark.tcp),
    datagrams: {
      type: nameOf(secmark.datagrams),
      to: sorted(secmark.to),
      from: sorted(secmark.from),
    },
  };
}

function inOrder({ other, resolver, tcp, datagrams }: PacketLabels): readonly unknown[] {
  return [other, resolver, tcp, datagrams?.type, datagrams?.to, datagrams?.from];
}

function labelsSaid({ resolver, tcp, datagrams }: PacketLabels): string {
  if (datagrams === undefined) {
    return `and those to port 53 of its set of addresses ${resolver}`;
  }
  const { to, from, type } = datagrams;
  const ways = [
    ...(to.length === 0 ? [] : [`to port ${to.join(', ')}`]),
    ...(from.length === 0 ? [] : [`from port ${from.join(', ')}`]),
  ];
  return `those of TCP ${tcp}, and those of UDP ${ways.join(' and ')} ${type}`;
}
