import type { ApparmorRequest } from '../../denials/index.ts';
import type { Abi } from './abi.ts';

/**
 * A request as the least rules that would grant it; undefined for one that no rule is known for. An execution goes on in the same profile, since
 * every other way of executing gives more.
 */
export function grantLines(request: ApparmorRequest): readonly string[] | undefined {
  switch (request.kind) {
    case 'file':
      return fileLines(request);
    case 'capability':
      return [`capability ${word(request.name)},`];
    case 'socket':
      return socketLines(request);
    case 'ptrace':
      return [`ptrace${access(request.access)} peer=${literal(request.peer)},`];
    case 'signal':
      return [
        `signal${access(request.access)} set=(${word(request.signal)}) peer=${literal(request.peer)},`,
      ];
    case 'mount':
      return [`${{ umount: 'umount', pivotroot: 'pivot_root' }[request.operation] ?? 'mount'},`];
    case 'change_profile':
      return [`change_profile -> ${literal(request.target)},`];
    case 'dbus':
      return [dbusLine(request)];
    case 'userns':
      return ['userns,'];
    case 'mqueue':
      return [`mqueue${access(request.access)} type=posix ${literal(request.name)},`];
    case 'io_uring':
      return [`io_uring${access(request.access)},`];
    case 'other':
      return undefined;
  }
}

type Of<Kind extends ApparmorRequest['kind']> = Extract<ApparmorRequest, { kind: Kind }>;

function fileLines({ path, letters, owner, target }: Of<'file'>): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  const whose = owner === true ? 'owner ' : '';
  const has = (letter: string): boolean => letters.includes(letter);
  // To create, to delete and to write is one permission of the language; it holds the one to append.
  const writes = has('w') || has('c') || has('d') ? 'w' : has('a') ? 'a' : '';
  const kept = ['r', 'm', 'k'].filter(has).join('');
  const permissions = `${kept}${writes}${has('x') ? 'ix' : ''}`;
  const plain = permissions === '' ? [] : [`${whose}${literal(path)} ${permissions},`];
  if (!has('l')) return plain;
  if (target === undefined) return undefined;
  return [...plain, `${whose}link ${literal(path)} -> ${literal(target)},`];
}

function socketLines({ family, type, access: asked, peerAddress, peer }: Of<'socket'>): string[] {
  if (family === 'unix' && (peerAddress !== undefined || peer !== undefined)) {
    const parts = [
      ...(peerAddress?.startsWith('@') === true ? [`addr=${literal(peerAddress)}`] : []),
      ...(peer === undefined ? [] : [`label=${literal(peer)}`]),
    ];
    const to = parts.length === 0 ? '' : ` peer=(${parts.join(', ')})`;
    return [`unix${access(asked)} type=${word(type)}${to},`];
  }
  return [`network${access(asked)} ${word(family)} ${word(type)},`];
}

function dbusLine(request: Of<'dbus'>): string {
  const { bus, path, interface: face, member, name, peer } = request;
  const given = (parts: readonly (readonly [string, string | undefined])[]): string[] =>
    parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${literal(value)}`]));
  if (request.access.includes('bind')) {
    return `dbus (bind) bus=${word(bus)} ${given([['name', name]]).join(' ')},`;
  }
  const parts = given([
    ['path', path],
    ['interface', face],
    ['member', member],
  ]);
  const to = given([
    ['name', name],
    ['label', peer],
  ]);
  const ends = to.length === 0 ? [] : [`peer=(${to.join(', ')})`];
  return `dbus${access(request.access)} ${[`bus=${word(bus)}`, ...parts, ...ends].join(' ')},`;
}

function access(words: readonly string[]): string {
  return words.length === 0 ? '' : ` (${words.map(word).join(', ')})`;
}

/** A word of the language that a record names. What is none makes the compiler refuse the rule, which is found out then. */
function word(text: string): string {
  return /^[\w+-]+$/.test(text) ? text : '?';
}

/** Text as a pattern that matches just that: what the language could read otherwise is written in octal, byte by byte. */
function literal(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w/.:+=#~-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}

/** Profiles of one name each, `alone0`, `alone1`, …, that have nothing but some lines. */
export function loneProfiles(bodies: readonly (readonly string[])[], abi: Abi): string {
  return [
    `abi <abi/${abi}>,`,
    ...bodies.flatMap((lines, i) => [
      `profile alone${i} {`,
      ...lines.map((line) => `  ${line}`),
      '}',
    ]),
    '',
  ].join('\n');
}
