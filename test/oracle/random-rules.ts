import { CIL_PRELUDE } from '../support/policy.ts';
import { type Choices, choices } from './random-policy.ts';

/** What a random policy has to ask about. */
export interface RandomRules {
  readonly cil: string;
  readonly types: readonly string[];
  readonly booleans: readonly string[];
}

const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  file: ['read', 'write', 'open', 'getattr', 'ioctl', 'execute', 'entrypoint'],
  dir: ['read', 'write', 'search', 'add_name', 'ioctl'],
  process: ['transition', 'dyntransition', 'signal', 'ptrace', 'fork'],
  tcp_socket: ['create', 'name_connect', 'write', 'ioctl'],
  chr_file: ['read', 'write', 'ioctl', 'map'],
};
const CLASSES = Object.keys(PERMISSIONS);

/**
 * A small policy with every kind of rule that can be searched, on types, attributes, an alias and an empty attribute; with
 * constraints, levels, role rules, typebounds, permissive types and conditions nested over all operators.
 */
export function randomRules(seed: number): RandomRules {
  const pick = choices(seed);
  const types = Array.from({ length: 14 }, (_, i) => `t${i}${pick.chance(50) ? '_t' : ''}`);
  const attributes = Array.from({ length: 6 }, (_, i) => `a${i}`);
  const booleans = Array.from({ length: 6 }, (_, i) => `b${i}`);
  const lines: string[] = [];
  for (const type of types) lines.push(`(type ${type}) (roletype r ${type})`);
  for (const type of pick.some(types, 5)) lines.push(`(roletype r2 ${type})`);
  for (const name of [...attributes, 'empty'])
    lines.push(`(typeattribute ${name}) (expandtypeattribute ${name} false)`);
  for (const name of attributes)
    lines.push(`(typeattributeset ${name} (${pick.some(types, 7).join(' ')}))`);
  lines.push(`(typealias alias_t) (typealiasactual alias_t ${types[0]})`);
  for (const name of booleans) lines.push(`(boolean ${name} ${pick.chance(50)})`);
  lines.push(
    '(role r2) (userrole u r2) (roleallow r r2) (user v) (userrole v r2) (userlevel v (s0)) (userrange v ((s0) (s0 (c0 c2))))',
    `(roletransition r ${types[1]} process r2) (roletransition r2 a0 process r)`,
    '(constrain (process (transition)) (or (eq r1 r2) (eq t1 a1)))',
    '(constrain (file (write)) (or (eq u1 u2) (not (eq t2 a2))))',
    '(mlsconstrain (file (read getattr)) (or (dom h1 h2) (eq t1 a3)))',
    '(mlsconstrain (dir (search)) (and (dom l1 l2) (domby l1 h2)))',
    '(mlsconstrain (tcp_socket (name_connect)) (incomp h1 h2))',
  );
  for (const type of pick.some(types, 2)) lines.push(`(typepermissive ${type})`);

  const name = (): string =>
    pick.chance(30) ? pick.one([...attributes, 'empty', 'alias_t']) : pick.one(types);
  const access = (words: readonly string[]): string => {
    const tclass = pick.one(CLASSES);
    const permissions = pick.some(PERMISSIONS[tclass]!, 4).join(' ');
    const target = pick.chance(10) ? 'self' : name();
    return `(${pick.one(words)} ${name()} ${target} (${tclass} (${permissions})))`;
  };
  for (let i = 0; i < 90; i++) {
    lines.push(access(['allow', 'allow', 'allow', 'auditallow', 'dontaudit']));
  }
  const extended = (): string => {
    const word = pick.one(['allowx', 'auditallowx', 'dontauditx']);
    const tclass = pick.one(['file', 'dir', 'chr_file', 'tcp_socket']);
    return `(${word} ${name()} ${name()} (ioctl ${tclass} (${commands(pick)})))`;
  };
  for (let i = 0; i < 24; i++) lines.push(extended());
  // One result for each source, target and class, as the compiler demands; attributes would overlap.
  const decided = new Set<string>();
  const typed = (words: readonly string[], names: readonly string[]): string => {
    for (;;) {
      const [word, tclass] = [pick.one(words), pick.one(CLASSES)];
      const named = word === 'typetransition' && pick.chance(40) ? `"${pick.one(names)}" ` : '';
      const head = `${word} ${pick.one(types)} ${pick.one(types)} ${tclass} ${named}`;
      if (decided.has(head)) continue;
      decided.add(head);
      return `(${head}${pick.one(types)})`;
    }
  };
  const WORDS = ['typetransition', 'typetransition', 'typechange', 'typemember'];
  for (let i = 0; i < 30; i++) lines.push(typed(WORDS, ['log', 'x.y', 'Z']));
  for (let i = 0; i < 8; i++) {
    const range = pick.one([
      '((s0) (s0))',
      '((s0) (s0 (c0 c1)))',
      '((s0 (c0)) (s0 (range c0 c3)))',
    ]);
    const head = `rangetransition ${pick.one(types)} ${pick.one(types)} ${pick.one(CLASSES)}`;
    if (decided.has(head)) continue;
    decided.add(head);
    lines.push(`(${head} ${range})`);
  }
  for (let i = 0; i < 12; i++) {
    const rules = (): string =>
      Array.from({ length: 1 + pick.below(3) }, () =>
        pick.chance(15)
          ? typed(['typechange', 'typemember'], [])
          : pick.chance(10)
            ? extended()
            : access(['allow', 'allow', 'auditallow', 'dontaudit']),
      ).join(' ');
    const otherwise = pick.chance(50) ? ` (false ${rules()})` : '';
    lines.push(`(booleanif ${condition(pick, booleans, 3)} (true ${rules()})${otherwise})`);
  }
  return { cil: `${CIL_PRELUDE}\n${lines.join('\n')}\n`, types, booleans };
}

/** Single commands, ranges inside a driver, whole drivers, and ranges over several. */
function commands(pick: Choices): string {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  return Array.from({ length: 1 + pick.below(3) }, () => {
    const base = pick.one([0x5400, 0x8900, 0x8b00]) + pick.below(250);
    switch (pick.below(4)) {
      case 0:
        return hex(base);
      case 1:
        return `(range ${hex(base)} ${hex(base + pick.below(6))})`;
      case 2:
        return `(range ${hex(base & 0xff00)} ${hex(base | 0xff)})`;
      default:
        return `(range ${hex(base)} ${hex(base + 0x200)})`;
    }
  }).join(' ');
}

function condition(pick: Choices, booleans: readonly string[], depth: number): string {
  if (depth === 0 || pick.chance(30)) return pick.one(booleans);
  const inner = (): string => condition(pick, booleans, depth - 1);
  if (pick.chance(25)) return `(not ${inner()})`;
  return `(${pick.one(['and', 'or', 'xor', 'eq', 'neq'])} ${inner()} ${inner()})`;
}
