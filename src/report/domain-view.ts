import type { Standing } from './target-column.ts';

/** A domain as one page shows it: who can enter it, what it may do, what it can become, what is stopped. Plain data with names. */
export interface DomainView {
  readonly domain: string;
  /** What it is, in a person's words. */
  readonly title: string;
  /** The programs that run in it, where a description names them. */
  readonly programs: readonly string[];
  /** The policies that were asked; `on` below names them by their titles. */
  readonly policies: readonly PolicyAsked[];
  readonly entrances: readonly TransitionLine[];
  readonly access: readonly AccessLine[];
  readonly conditions: readonly ConditionLine[];
  readonly becomes: readonly TransitionLine[];
  readonly reach: readonly ReachLine[];
  /** What must never happen, where a description says it. */
  readonly stopped: readonly StoppedLine[];
  readonly residuals: readonly { readonly what: string; readonly why: string }[];
  /** Commands that ask the same again, and the rules behind each part. */
  readonly commands: readonly { readonly about: string; readonly command: string }[];
}

export interface PolicyAsked {
  readonly title: string;
  /** What a reader must know before believing the rest: that the domain is permissive, that the policy is put together from facts. */
  readonly notes: readonly string[];
}

/** One step between two domains; `domain` is the other one. */
export interface TransitionLine {
  readonly domain: string;
  /** By a type transition; by asking for it (setexec); by dyntransition. */
  readonly how: 'by itself' | 'on request' | 'in place';
  /** The types of the programs through which it goes. */
  readonly by: readonly string[];
  readonly on: readonly string[];
}

/** What it may do to some types, alike. */
export interface AccessLine {
  readonly area: string;
  /** Types or attributes; `self` for its own objects. */
  readonly targets: readonly string[];
  /** `tcp_socket { bind connect }`; empty of what is only read, where the types say enough. */
  readonly access: string;
  /** The booleans under which it holds; absent for always. */
  readonly when?: string;
  /** The attribute by which it has it; absent for what is granted to it by name. */
  readonly through?: string;
  readonly on: readonly string[];
}

/** A condition, and where it is true as the booleans are set. */
export interface ConditionLine {
  readonly when: string;
  readonly inForce: readonly string[];
}

/** How far the domain reaches on one policy. */
export interface ReachLine {
  readonly on: string;
  /** Domains that it can become in any number of steps. */
  readonly domains: number;
  /** Types that its information reaches in one, two and three steps. */
  readonly out: readonly number[];
  /** Types whose information comes to it in one step. */
  readonly into: number;
  /** Flows that weigh less were not looked at. */
  readonly minimumWeight: number;
}

export interface StoppedLine {
  readonly kind: string;
  readonly why: string;
  readonly on: readonly Standing[];
}

/** `capture`: what is the domain's own, then what is always so, then what a boolean opens. */
export function accessOf(view: DomainView, area: string): readonly AccessLine[] {
  return view.access
    .filter((line) => line.area === area && line.through === undefined)
    .toSorted((a, b) => Number(a.when !== undefined) - Number(b.when !== undefined));
}

/** The areas in which it may do something by name, in the order of the summary. */
export function areasOf(view: DomainView): readonly string[] {
  return [
    ...new Set(view.access.filter(({ through }) => through === undefined).map(({ area }) => area)),
  ];
}

/** What it has by an attribute, attribute by attribute; the largest first. */
export function inheritedOf(
  view: DomainView,
): readonly { readonly attribute: string; readonly lines: readonly AccessLine[] }[] {
  const lines = new Map<string, AccessLine[]>();
  for (const line of view.access) {
    if (line.through === undefined) continue;
    const list = lines.get(line.through);
    if (list === undefined) lines.set(line.through, [line]);
    else list.push(line);
  }
  return [...lines]
    .map(([attribute, list]) => ({ attribute, lines: list }))
    .toSorted((a, b) => b.lines.length - a.lines.length);
}

/** What each condition opens, where it is in force. */
export function openedBy(
  view: DomainView,
): readonly (ConditionLine & { readonly lines: readonly AccessLine[] })[] {
  return view.conditions.map((condition) => ({
    ...condition,
    lines: view.access.filter(({ when }) => when === condition.when),
  }));
}

/** `http_port_t: tcp_socket { name_connect }`; of what is only read, the types. */
export function accessText({ targets, access }: AccessLine): string {
  return access === '' ? targets.join(' ') : `${targets.join(' ')}: ${access}`;
}

/** `Debian 12`: where it is not on all policies that were asked. */
export function whereText(view: DomainView, on: readonly string[]): string {
  return on.length === view.policies.length ? '' : on.join(', ');
}
