import type { InterfaceCall } from '../../description/index.ts';
import type { PolicyFacts } from '../facts/index.ts';
import { factsLines } from './facts-policy.ts';
import type { CompiledCall, CompiledPart, Where } from './source/compiled-call.ts';
import { callKey } from './source/compiled-calls.ts';

/** Lines of a call on each distribution; absent where it has no such interface, `unknown` where it has but nothing is known of it. */
export type LinesByTarget = ReadonlyMap<string, ReadonlySet<string> | 'unknown'>;

/** Puts together what a call comes to: what all distributions have once, the rest with a mark of where it holds. */
export function compiledFrom(call: InterfaceCall, byTarget: LinesByTarget): CompiledCall {
  const known = [...byTarget].filter(
    (each): each is [string, ReadonlySet<string>] => each[1] !== 'unknown',
  );
  const places = new Map<Where, string[]>();
  for (const line of new Set(known.flatMap(([, lines]) => [...lines]))) {
    const having = known.flatMap(([target, lines]) => (lines.has(line) ? [target] : []));
    if (ROLES.test(line) && having.includes('debian-13') && byTarget.has('fedora'))
      having.push('fedora');
    for (const where of whereOf(new Set(having), byTarget)) {
      places.set(where, [...(places.get(where) ?? []), line]);
    }
  }
  const parts = ORDER.flatMap((on): CompiledPart[] => {
    const lines = places.get(on);
    return lines === undefined ? [] : [{ on, lines: joined(lines) }];
  });
  return { key: callKey(call), parts };
}

/** Facts of a policy say nothing of roles: what a call gives a role on Debian 13 it gives there too. */
const ROLES = /^\(role/;

const ORDER: readonly Where[] = ['all', 'debian', 'debian-12', 'debian-13', 'fedora'];

/** A distribution of whose interface nothing is known is given what Debian 13 has. */
function whereOf(having: Set<string>, byTarget: LinesByTarget): readonly Where[] {
  if (byTarget.get('fedora') === 'unknown' && having.has('debian-13')) having.add('fedora');
  const debian = having.has('debian-12') && having.has('debian-13');
  if (debian && having.has('fedora')) return ['all'];
  if (debian) return ['debian'];
  return ORDER.filter((where) => having.has(where));
}

/** Lines that differ in the permission alone become one. */
function joined(lines: readonly string[]): string[] {
  const byFrame = new Map<string, string[]>();
  for (const line of lines) {
    const [, head, permission, tail] =
      /^(.*\((?:allow|dontaudit) \S+ \S+ \(\w+ \()(\w+)(\).*)$/.exec(line) ?? [
        undefined,
        line,
        '',
        '',
      ];
    const frame = `${head}\n${tail}`;
    byFrame.set(frame, [...(byFrame.get(frame) ?? []), permission!]);
  }
  return [...byFrame]
    .map(([frame, permissions]) => frame.replace('\n', permissions.sort().join(' ')))
    .sort();
}

/** What a call comes to on Fedora, by what is known of it; undefined where Fedora has no such interface. Macros of permissions are Debian 13's. */
export function linesOnFedora(
  call: InterfaceCall,
  facts: PolicyFacts,
): ReadonlySet<string> | 'unknown' | undefined {
  if (facts.patterns.has(call.name)) return 'unknown';
  if (!facts.interfaces.has(call.name)) return undefined;
  if (!facts.given.has(call.name)) return 'unknown';
  return new Set(factsLines(call, facts));
}
