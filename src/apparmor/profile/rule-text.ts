import type { ApparmorRule, NetworkRule, UnixRule } from '../../description/index.ts';
import type { Abi } from './abi.ts';

/** Lines of the language. */
export type RuleText = readonly string[];

/** A rule as one abi has it; none for what is no rule, and for one that the abi has no words for and whose absence is the safe side. */
export function ruleText(rule: ApparmorRule, abi: Abi): RuleText {
  const deny = 'deny' in rule && rule.deny !== undefined ? 'deny ' : '';
  switch (rule.kind) {
    case 'file': {
      const owner = rule.owner === true ? 'owner ' : '';
      return rule.paths.map((path) => `${deny}${owner}${quoted(path)} ${rule.permissions},`);
    }
    case 'capability':
      return [`${deny}capability ${rule.names.join(' ')},`];
    case 'network':
      return networkText(rule, deny, abi);
    case 'unix':
      return unixText(rule);
    case 'signal':
    case 'ptrace': {
      const peer = rule.peer === undefined ? '' : ` peer=${rule.peer}`;
      return [`${deny}${rule.kind} (${rule.access.join(', ')})${peer},`];
    }
    case 'dbus': {
      const { bus, name, path, interface: face, member } = rule;
      const parts = [
        ['bus', bus],
        ['path', path],
        ['interface', face],
        ['member', member],
      ] as const;
      const given = parts.flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${value}`],
      );
      const peer = name === undefined ? [] : [`peer=(name=${name})`];
      return [`${deny}dbus (${rule.access.join(', ')}) ${[...given, ...peer].join(' ')},`];
    }
    case 'include':
      return [`include <abstractions/${rule.abstraction}>`];
    case 'unmediated':
    case 'nothing':
      return [];
  }
}

/** A refusal is never left out: without access permissions it would refuse more, so it is left to the rules that are absent. */
function networkText(
  { family, type, access, older }: NetworkRule,
  deny: string,
  abi: Abi,
): RuleText {
  if (access === undefined) return [`${deny}network ${family} ${type},`];
  if (abi !== '3.0') return [`${deny}network (${access.join(', ')}) ${family} ${type},`];
  return older === 'whole' && deny === '' ? [`network ${family} ${type},`] : [];
}

/** Where the kernel knows no more than the type, the compiler makes the plain rule for it of these. */
function unixText({ type }: UnixRule): RuleText {
  return [
    `unix (create, getattr, getopt, setopt, shutdown) type=${type},`,
    `unix (connect, send, receive) type=${type} peer=(label=@{profile_name}),`,
  ];
}

function quoted(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
