import { CIL_PRELUDE } from '../support/policy.ts';

/** A seeded source of choices: the same seed, the same choices on every machine. */
export interface Choices {
  below(count: number): number;
  one<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], most: number): T[];
  chance(percent: number): boolean;
}

/** Mulberry32. */
export function choices(seed: number): Choices {
  let state = seed;
  const below = (count: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * count);
  };
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  return {
    below,
    one,
    some: (list, most) => [...new Set(Array.from({ length: 1 + below(most) }, () => one(list)))],
    chance: (percent) => below(100) < percent,
  };
}

export interface RandomPolicy {
  readonly cil: string;
  readonly domains: readonly string[];
  readonly files: readonly string[];
  readonly booleans: readonly string[];
}

/** A policy with domains that start one another and read and write files and sockets; attributes, conditionals, overlaps. */
export function randomPolicy(seed: number, size: number): RandomPolicy {
  const pick = choices(seed);
  const domains = Array.from({ length: size }, (_, i) => `d${i}_t`);
  const programs = Array.from({ length: Math.ceil(size / 2) }, (_, i) => `p${i}_exec_t`);
  const files = Array.from({ length: size }, (_, i) => `f${i}_t`);
  const domainAttributes = Array.from({ length: 1 + Math.ceil(size / 6) }, (_, i) => `domains${i}`);
  const fileAttributes = Array.from({ length: 1 + Math.ceil(size / 6) }, (_, i) => `files${i}`);
  const booleans = Array.from({ length: 5 }, (_, i) => `b${i}`);
  const lines = ['(policycap nnp_nosuid_transition)'];

  for (const type of [...domains, ...programs, ...files]) lines.push(`(type ${type})`);
  for (const [attributes, types] of [
    [domainAttributes, domains],
    [fileAttributes, [...files, ...programs]],
  ] as const) {
    for (const name of attributes) {
      lines.push(`(typeattribute ${name})`);
      lines.push(`(typeattributeset ${name} (${pick.some(types, 8).join(' ')}))`);
    }
  }
  for (const name of booleans) lines.push(`(boolean ${name} ${pick.chance(50)})`);

  const domain = (): string => (pick.chance(20) ? pick.one(domainAttributes) : pick.one(domains));
  const file = (): string => (pick.chance(20) ? pick.one(fileAttributes) : pick.one(files));
  const program = (): string => (pick.chance(10) ? pick.one(fileAttributes) : pick.one(programs));
  const allow = (source: string, target: string, tclass: string, permissions: string[]): string =>
    `(allow ${source} ${target} (${tclass} (${permissions.join(' ')})))`;
  const rule = (): string => {
    switch (pick.below(14)) {
      case 0:
        return allow(domain(), domain(), 'process', ['transition']);
      case 1:
        return allow(
          domain(),
          domain(),
          'process',
          pick.some(['transition', 'dyntransition', 'signal'], 3),
        );
      case 2:
        return allow(domain(), 'self', 'process', pick.some(['setexec', 'setcurrent', 'fork'], 2));
      case 3:
        return allow(
          domain(),
          domain(),
          'process',
          pick.some(['signal', 'ptrace', 'getattr', 'share', 'setexec', 'setcurrent'], 2),
        );
      case 4:
      case 5:
        return allow(domain(), program(), 'file', pick.some(['execute', 'read', 'getattr'], 3));
      case 6:
        return allow(
          domain(),
          program(),
          'file',
          pick.some(['entrypoint', 'execute', 'getattr'], 3),
        );
      case 7:
        return allow(
          domain(),
          domain(),
          'unix_stream_socket',
          pick.some(['connectto', 'read', 'write', 'getattr'], 2),
        );
      case 8: {
        // An attribute on itself: one rule that writes and reads between the same two types.
        const group = pick.one(domainAttributes);
        return allow(group, group, 'unix_stream_socket', pick.some(['read', 'write'], 3));
      }
      case 9:
        return allow(domain(), domain(), 'process2', ['nnp_transition']);
      default:
        return allow(
          domain(),
          file(),
          pick.one(['file', 'dir', 'fifo_file', 'sock_file', 'lnk_file']),
          pick.some(
            ['read', 'write', 'append', 'getattr', 'setattr', 'ioctl', 'lock', 'create', 'execute'],
            3,
          ),
        );
    }
  };

  for (let i = 0; i < size * 9; i++) lines.push(rule());
  // What starts a program by itself: a domain, its program, and the rules that a transition needs, some left out.
  const automatic = new Map<string, string>();
  for (let i = 0; i < size * 2; i++) {
    const [source, entry, target] = [pick.one(domains), pick.one(programs), pick.one(domains)];
    if (!automatic.has(`${source} ${entry}`)) automatic.set(`${source} ${entry}`, target);
    if (pick.chance(85)) lines.push(allow(source, target, 'process', ['transition']));
    if (pick.chance(85)) lines.push(allow(source, entry, 'file', ['execute']));
    if (pick.chance(85)) lines.push(allow(target, entry, 'file', ['entrypoint']));
  }
  for (const [key, target] of automatic) {
    const [source, entry] = key.split(' ');
    lines.push(`(typetransition ${source} ${entry} process ${target})`);
  }
  for (let i = 0; i < size; i++) {
    const condition = pick.one([
      pick.one(booleans),
      `(not ${pick.one(booleans)})`,
      `(and b0 (or b1 ${pick.one(booleans)}))`,
    ]);
    const branches = [
      `(true ${rule()} ${rule()})`,
      ...(pick.chance(50) ? [`(false ${rule()})`] : []),
    ];
    lines.push(`(booleanif ${condition} ${branches.join(' ')})`);
  }
  return {
    cil: `${CIL_PRELUDE}\n${lines.join('\n')}\n`,
    domains,
    files: [...files, ...programs],
    booleans,
  };
}
