import type { Random } from '../hostile/mutation.ts';

/**
 * A profile at random, as its rules and as text, and what it says of a path by the words of apparmor.d(5) alone: each rule is tried on its own, with
 * a regular expression of its own. Shares nothing with the reader.
 */
export interface RandomProfile {
  readonly text: string;
  readonly rules: readonly FileRule[];
  readonly links: readonly LinkRule[];
}

export interface FileRule {
  readonly deny: boolean;
  readonly audit: boolean;
  readonly owner: boolean;
  readonly glob: string;
  /** Letters of r, w, a, k, m, l, x. */
  readonly permissions: string;
  /** As the rule writes it: `ix`, `Px -> other`. */
  readonly exec?: string;
}

export interface LinkRule {
  readonly subset: boolean;
  readonly link: string;
  readonly target: string;
}

export function randomProfile(random: Random): RandomProfile {
  const rules = Array.from({ length: 1 + random.below(6) }, () => randomRule(random));
  // Of rules that overlap, two ways of executing are a conflict: each has a tree of its own.
  for (const [i, exec] of EXEC.entries()) {
    if (random.below(3) > 0) continue;
    const deny = random.below(8) === 0;
    rules.push({
      deny,
      audit: random.below(5) === 0,
      owner: random.below(4) === 0,
      glob: `/x${String.fromCharCode(97 + i)}${glob(random, 1)}`,
      // A program that goes on in the same profile has to be mapped by it.
      permissions: !deny && /^[^ ]*i/.test(exec) ? 'xm' : 'x',
      exec: deny ? 'x' : exec,
    });
  }
  const links = Array.from({ length: random.below(3) }, () => ({
    subset: random.below(2) === 0,
    link: glob(random, 2),
    target: glob(random, 2),
  }));
  const lines = [
    ...rules.map(ruleText),
    ...links.map(
      ({ subset, link, target }) => `link ${subset ? 'subset ' : ''}${link} -> ${target},`,
    ),
  ];
  return {
    text: `profile p {\n${lines.map((line) => `  ${line}\n`).join('')}  profile child { /y r, }\n}\n`,
    rules,
    links,
  };
}

const EXEC = [
  'ix',
  'px',
  'Px',
  'ux',
  'Ux',
  'pix',
  'PUx',
  'Px -> other',
  'Cx -> child',
  'cx',
  'Cix',
];

function randomRule(random: Random): FileRule {
  const letters = ['r', random.pick(['w', 'a']), 'k', 'm', 'l'].filter(() => random.below(3) === 0);
  return {
    deny: random.below(4) === 0,
    audit: random.below(5) === 0,
    owner: random.below(3) === 0,
    glob: glob(random, 3),
    permissions: letters.length === 0 ? 'r' : letters.join(''),
  };
}

function ruleText({ deny, audit, owner, glob, permissions, exec }: FileRule): string {
  return `${audit ? 'audit ' : ''}${deny ? 'deny ' : ''}${owner ? 'owner ' : ''}${glob} ${exec ?? permissions},`;
}

/** One to `most` parts of a path. */
function glob(random: Random, most: number): string {
  const parts = Array.from({ length: 1 + random.below(most) }, () => part(random));
  return `/${parts.join('/')}${random.below(6) === 0 ? '/' : ''}`;
}

function part(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(PIECES))
    .join('')
    .replace(/\*{3,}/g, '**');
}

const PIECES = [
  'a',
  'b',
  'c',
  'ab',
  '*',
  '**',
  '?',
  '[ab]',
  '[^a]',
  '[b-d]',
  '{a,bc}',
  '{a,b/c}',
  '{,a}',
  '.a',
];

/** What the rules say of a path: letters for the owner and for others. */
export interface Said {
  readonly owner: string;
  readonly other: string;
  readonly quiet: { readonly owner: string; readonly other: string };
  readonly exec?: string;
}

export function saidOf(profile: RandomProfile, path: string): Said {
  const matching = profile.rules.filter((rule) => matches(rule.glob, path));
  const links = profile.links.some(({ link }) => matches(link, path)) ? 'l' : '';
  const letters = (rules: readonly FileRule[]): Set<string> =>
    new Set(rules.flatMap(({ permissions }) => [...permissions.replace('w', 'wa')]));
  const half = (rules: readonly FileRule[]): { allow: string; quiet: string } => {
    const denied = letters(rules.filter(({ deny }) => deny));
    const quiet = letters(rules.filter(({ deny, audit }) => deny && !audit));
    // Of links it stands in the second half of the pair.
    quiet.delete('l');
    const allow = new Set([...letters(rules.filter(({ deny }) => !deny)), ...links]);
    // What is denied of links stands in the second half of the pair as well.
    const left = [...allow].filter((letter) => letter === 'l' || !denied.has(letter));
    return { allow: sorted(left), quiet: sorted([...quiet]) };
  };
  const owner = half(matching);
  const other = half(matching.filter((rule) => !rule.owner));
  const exec = matching.find(({ deny, exec }) => !deny && exec !== undefined)?.exec;
  return {
    owner: owner.allow,
    other: other.allow,
    quiet: { owner: owner.quiet, other: other.quiet },
    ...(exec !== undefined && owner.allow.includes('x') && { exec }),
  };
}

function sorted(letters: readonly string[]): string {
  return [...letters].sort().join('');
}

export function matches(glob: string, path: string): boolean {
  return expression(glob).test(path);
}

const EXPRESSIONS = new Map<string, RegExp>();

/**
 * `[^a]` matches a slash and a NUL too, and so the middle of a link's pair; nothing else does. `*` and `**` that are all of the last part, or `*` that is all of one before it, match at least one
 * character.
 */
export function expression(glob: string): RegExp {
  const known = EXPRESSIONS.get(glob);
  if (known !== undefined) return known;
  let text = '';
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!;
    if (c === '*') {
      const double = glob[i + 1] === '*';
      const after = glob[i + (double ? 2 : 1)];
      const atLeastOne = glob[i - 1] === '/' && (after === undefined || after === '/');
      text += `${atLeastOne ? '[^/\\0]' : ''}${double ? '[^\\0]*' : '[^/\\0]*'}`;
      if (double) i++;
    } else if (c === '?') text += '[^/\\0]';
    else if (c === '{') text += '(?:';
    else if (c === '}') text += ')';
    else if (c === ',') text += '|';
    else if (c === '[') {
      const end = glob.indexOf(']', i);
      const inside = glob.slice(i + 1, end);
      text += `[${inside}]`;
      i = end;
    } else text += c === '.' ? '\\.' : c;
  }
  const made = new RegExp(`^${text}$`, 's');
  EXPRESSIONS.set(glob, made);
  return made;
}

/** A path near what a rule matches, or far from all of them. */
export function randomPath(random: Random, profile: RandomProfile): string {
  const globs = [
    ...profile.rules.map(({ glob }) => glob),
    ...profile.links.flatMap(({ link, target }) => [link, target]),
  ];
  const filled = random
    .pick(globs)
    .replace(/\{([^}]*)\}/g, (_, list: string) => random.pick(list.split(',')))
    .replace(/\[\^a\]/g, () => random.pick(['b', 'z', 'a', '/']))
    .replace(/\[[^\]]*\]/g, () => random.pick(['a', 'b', 'd', 'e']))
    .replace(/\*\*/g, () => random.pick(['', 'a', 'b/c', '/', 'zz/y.']))
    .replace(/[*?]/g, () => random.pick(['', 'a', 'b', 'zz', '.']));
  if (random.below(3) > 0) return collapsed(filled);
  const at = 1 + random.below(filled.length);
  return collapsed(
    `${filled.slice(0, at)}${random.pick(['a', '/', 'b', '', '.'])}${filled.slice(at + random.below(2))}`,
  );
}

/** No name of a file has an empty part. */
function collapsed(path: string): string {
  return path.replace(/\/+/g, '/');
}
