import { parseContext } from '../../words/index.ts';
import type { Ruleset } from '../inquiry/policy-set.ts';

/** What the ruleset does to each packet that a socket of this machine sends. */
export interface PacketLabels {
  /** The type of packets to port 53 of the addresses in a set of the ruleset. */
  readonly resolver?: string;
  /** The type of UDP packets to and from named ports, ascending. */
  readonly datagrams?: {
    readonly type: string;
    readonly to: readonly number[];
    readonly from: readonly number[];
  };
  /** The type of TCP packets, where they have one of their own. */
  readonly tcp?: string;
  /** The type of every other packet. */
  readonly other: string;
}

/**
 * Reads what a ruleset labels: one table of family inet, whose one chain on the output hook labels every packet first, and then,
 * with another label, those to port 53 of addresses in a set, or TCP and the UDP of named ports. A chain on the input hook may stand beside it. Anything else, in the
 * table or after it, and it proves nothing: the problem is returned as a sentence. What is not understood is never skipped.
 */
export function packetLabels({ name, text }: Ruleset): PacketLabels | string {
  const { inside: table, outside } = tableOf(text);
  if (table === undefined) return `${name} has no table of the family inet`;
  const further = outside.find((line) => FURTHER.test(line));
  if (further !== undefined) return `${name}: \`${further}\` is outside of the table`;
  const secmarks = new Map<string, string>();
  const chains: string[][] = [];
  for (let i = 0; i < table.length; i++) {
    const line = table[i]!;
    const secmark = /^secmark (\S+) \{ "([^"]+)" \}$/.exec(line);
    if (secmark !== null) {
      secmarks.set(secmark[1]!, parseContext(secmark[2]!)?.type ?? '');
      continue;
    }
    const block = /^(set|chain) \S+ \{$/.exec(line);
    if (block === null) return `${name}: \`${line}\` is not understood`;
    const end = table.indexOf('}', i);
    if (end < 0) return `${name}: \`${line}\` is not closed`;
    if (block[1] === 'chain') chains.push(table.slice(i + 1, end));
    i = end;
  }
  const outputs = chains.filter(([first]) => first !== undefined && OUTPUT.test(first));
  const others = chains.find(([first]) => !OUTPUT.test(first ?? '') && !INPUT.test(first ?? ''));
  if (others !== undefined) return `${name}: a chain with \`${others[0] ?? ''}\` is not understood`;
  if (outputs.length !== 1) return `${name} has ${outputs.length} chains on the output hook`;
  const [, all, ...rules] = outputs[0]!;
  const first = LABEL_ALL.exec(all ?? '');
  if (first === null) return `${name}: the chain on the output hook does not label every packet`;
  const other = secmarks.get(first[1]!);
  if (other === undefined) return `${name} lacks the label of every packet`;
  return labelsOf(name, rules, secmarks, other);
}

function labelsOf(
  name: string,
  rules: readonly string[],
  secmarks: ReadonlyMap<string, string>,
  other: string,
): PacketLabels | string {
  const types: { resolver?: string; datagrams?: string; tcp?: string } = {};
  const ports = { dport: new Set<number>(), sport: new Set<number>() };
  for (const rule of rules) {
    const tcp = LABEL_TCP.exec(rule);
    const udp = LABEL_UDP.exec(rule);
    const label = tcp ?? udp ?? LABEL_RESOLVERS.exec(rule);
    const kind = tcp !== null ? 'tcp' : udp !== null ? 'datagrams' : 'resolver';
    if (label === null) return `${name}: \`${rule}\` is not understood`;
    const type = secmarks.get(label.at(-1)!);
    // One type is for one kind of packet, or the other kinds could pass for it.
    const taken = Object.entries({ ...types, other }).some(
      ([of, one]) => of !== kind && one === type,
    );
    if (type === undefined || taken || (types[kind] ?? type) !== type) {
      return `${name}: \`${rule}\` sets another label`;
    }
    types[kind] = type;
    if (udp === null) continue;
    for (const port of udp[2]!.split(',')) ports[udp[1] as 'dport' | 'sport'].add(Number(port));
  }
  const { resolver, datagrams, tcp } = types;
  if (resolver === undefined && datagrams === undefined) {
    return `${name} lacks one of the two labels`;
  }
  const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);
  return {
    other,
    ...(resolver === undefined ? {} : { resolver }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(datagrams === undefined
      ? {}
      : {
          datagrams: { type: datagrams, to: sorted(ports.dport), from: sorted(ports.sport) },
        }),
  };
}

const OUTPUT = /^type filter hook output priority [^;]+;( policy accept;)?$/;
/** What arrives has been checked where it was sent. */
const INPUT = /^type filter hook input priority [^;]+;( policy accept;)?$/;
const LABEL_ALL = /^meta secmark set "([^"]+)"$/;
const LABEL_RESOLVERS =
  /^meta l4proto \{ (?:tcp, udp|6, 17) \} th dport 53 ip6? daddr @\S+ meta secmark set "([^"]+)"$/;
const LABEL_TCP = /^meta l4proto (?:tcp|6) meta secmark set "([^"]+)"$/;
const LABEL_UDP = /^udp (dport|sport) \{ (\d+(?:, \d+)*) \} meta secmark set "([^"]+)"$/;

/** What could label packets outside of the table, in nft's language or by its command. */
const FURTHER =
  /^table .*\{|\bsecmark\b|^include\b|\b(?:add|insert|replace|create)\s+(?:table|chain|rule)\b/;

/** The lines within the first `table inet … {` that is not closed on its own line, and all others, without indentation and comments. */
function tableOf(text: string): { inside: string[] | undefined; outside: string[] } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const start = lines.findIndex((line) => /^table inet \S+ \{$/.test(line));
  if (start < 0) return { inside: undefined, outside: lines };
  let depth = 1;
  for (let end = start + 1; end < lines.length; end++) {
    if (lines[end]!.endsWith('{')) depth++;
    else if (lines[end] === '}' && --depth === 0) {
      const outside = [...lines.slice(0, start), ...lines.slice(end + 1)];
      return { inside: lines.slice(start + 1, end), outside };
    }
  }
  return { inside: undefined, outside: lines };
}
