import { expect, test } from 'vitest';
import {
  granted,
  PERM,
  type Permissions,
  readCompiled,
} from '../../src/apparmor/compiled/index.ts';
import { filePermissions } from '../../src/apparmor/query/index.ts';
import { apparmorParser, PARSER_SUITES } from '../../src/targets/index.ts';
import { Random } from '../hostile/mutation.ts';
import { featuresOf } from './compile.ts';
import { randomPath, randomProfile } from './random-profile.ts';

/** The compiler's own automaton as text, before it is compressed into tables: walked here line by line, and held against what was read. */
test.each(PARSER_SUITES)(
  'the automata that %s prints say the same as the tables that it writes',
  async (suite) => {
    const parser = await apparmorParser(suite);
    const disagreements: string[] = [];
    let asked = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const random = new Random(seed * 104_729);
      const profile = randomProfile(random);
      const text = profile.text.replace(/ {2}profile child.*\n/, '').replace(/.*-> child,\n/g, '');
      const features = featuresOf('linux-6.12');
      const compiled = readCompiled(await parser.compile(text, features)).profiles[0]!;
      const printed = printedStates(await parser.dump(text, features, 'dfa-states'));
      for (let i = 0; i < 300; i++) {
        const path = randomPath(random, profile);
        const { allow, quiet } = printed(path);
        const { owner, other } = filePermissions(compiled, path);
        asked++;
        const [found, said] = [
          [low(granted(owner)), low(granted(other)), low(owner.quiet), low(other.quiet)],
          [allow & 0xf, (allow >>> 14) & 0xf, quiet & 0xf, (quiet >>> 14) & 0xf],
        ];
        if (`${found}` !== `${said}`) disagreements.push(`${path}: ${found}, ${said}\n${text}`);
      }
    }
    expect(disagreements.slice(0, 2).join('\n')).toBe('');
    expect(asked).toBe(7500);
  },
);

function low(bits: Permissions['allow']): number {
  return bits & (PERM.exec | PERM.write | PERM.read | PERM.append);
}

interface State {
  readonly allow: number;
  readonly quiet: number;
  readonly next: Map<number, number>;
  fallback: number;
  /** What does not fall back. */
  nowhere: string;
}

/** The file rules come first, then the other classes: the first of the printed automata, which has no attachment before it here. */
function printedStates(dump: string): (path: string) => { allow: number; quiet: number } {
  const [first = ''] = dump.split(/^(?=\{1\} <==)/m).filter((part) => part.startsWith('{1}'));
  const states = new Map<number, State>();
  let state: State | undefined;
  for (const line of first.split('\n')) {
    // The list of accepting states stands in front: those without a way on have no block below.
    const accepting = /^\{(\d+)\} ?\(0x (\w+)\/.*\/(\w+)\)/.exec(line);
    if (accepting !== null) {
      const [allow, quiet] = [accepting[2]!, accepting[3]!].map((text) =>
        Number.parseInt(text, 16),
      );
      states.set(Number(accepting[1]), newState(allow!, quiet!));
      continue;
    }
    const head = /^\{(\d+)\} perms:/.exec(line);
    if (head !== null) {
      state = states.get(Number(head[1])) ?? newState(0, 0);
      states.set(Number(head[1]), state);
      continue;
    }
    const step = /^ +.*?0x([0-9a-f]+) -> \{(\d+)\}/.exec(line);
    if (step !== null && !line.includes('[^')) {
      state!.next.set(Number.parseInt(step[1]!, 16), Number(step[2]));
      continue;
    }
    const rest = /^ +\[(\^?)(.*)\] -> \{(\d+)\}/.exec(line);
    if (rest !== null) {
      state!.fallback = Number(rest[3]);
      state!.nowhere = rest[2]!.replace('\\x0', '\0');
    }
  }
  return (path) => {
    let at = 1;
    for (const c of path) {
      const from = states.get(at);
      if (from === undefined) return { allow: 0, quiet: 0 };
      at = from.next.get(c.charCodeAt(0)) ?? (from.nowhere.includes(c) ? 0 : from.fallback);
    }
    return states.get(at) ?? { allow: 0, quiet: 0 };
  };
}

function newState(allow: number, quiet: number): State {
  return { allow, quiet, next: new Map(), fallback: 0, nowhere: '' };
}
