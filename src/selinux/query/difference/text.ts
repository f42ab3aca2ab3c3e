import { formatRule, type Rule } from '../rules/rule.ts';
import type { ModifiedComponent } from './components.ts';
import type { DifferenceSection } from './difference.ts';
import type { Listing, ModifiedRule } from './rules.ts';

/**
 * A section as sediff prints it, line by line: the heading with counts, `+` what only the right policy has, `-` what only the
 * left one has, `*` what both have and differs.
 */
export function* differenceText({ id, title, difference }: DifferenceSection): Generator<string> {
  const { added, removed, modified } = difference;
  const noun = NOUNS[id] ?? title;
  const counts = [
    `${added.length} Added`,
    `${removed.length} Removed`,
    `${modified.length} Modified`,
  ];
  const shown =
    id === 'properties' ? counts.slice(2) : UNMODIFIED.has(id) ? counts.slice(0, 2) : counts;
  yield `${title} (${shown.join(', ')})`;
  yield* entriesText(`   Added ${noun}`, '+', added);
  yield* entriesText(`   Removed ${noun}`, '-', removed);
  if (modified.length > 0 && id !== 'properties') {
    yield `   Modified ${noun}: ${modified.length}`;
  }
  for (const entry of modified) {
    const [first, ...rest] = 'rule' in entry ? [ruleText(entry)] : componentText(id, entry);
    yield `      * ${first}`;
    for (const line of rest) yield `          ${line}`;
  }
}

function* entriesText(
  heading: string,
  sign: string,
  entries: Listing<string | Rule>,
): Generator<string> {
  if (entries.length === 0) return;
  yield `${heading}: ${entries.length}`;
  for (const entry of entries) {
    yield `      ${sign} ${typeof entry === 'string' ? entry : formatRule(entry)}`;
  }
}

/** Where sediff's list headings are not its section's title. */
const NOUNS: Readonly<Record<string, string>> = {
  'role-allows': 'Role Allow Rules',
  'role-transitions': 'Role_transition Rules',
};

/** Sections of things that cannot be modified, only added and removed. */
const UNMODIFIED: ReadonlySet<string> = new Set([
  'role-allows',
  'constraints',
  'mls-constraints',
  'validatetrans',
  'mls-validatetrans',
  'polcaps',
]);

function ruleText({ rule, added, removed, kept }: ModifiedRule): string {
  const start = `${rule.kind} ${rule.source} ${rule.target}:${rule.tclass}`;
  const when = rule.condition === undefined ? '' : ` [ ${rule.condition.expression} ]`;
  if ('default' in rule) {
    const name = rule.filename === undefined ? '' : ` ${rule.filename}`;
    return `${start} +${added[0]} -${removed[0]}${name};${when}`;
  }
  if ('permissions' in rule) {
    const all = [...kept, ...added.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)];
    return `${start} { ${all.join(' ')} };${when}`;
  }
  const bracketed = (sign: string, ranges: readonly string[]): string[] =>
    ranges.map((range) => (range.includes('-') ? `${sign}[${range}]` : sign + range));
  const all = [...kept, ...bracketed('+', added), ...bracketed('-', removed)];
  return `${start} ${rule.permission} { ${all.join(' ')} };`;
}

/** The first line, and those below it. */
function componentText(id: string, { name, changes }: ModifiedComponent): string[] {
  const [first] = changes;
  const inline = INLINE[id];
  if (inline !== undefined) return [inline(name, first!.added[0]!, first!.removed[0]!)];
  const counts: string[] = [];
  const lines: string[] = [];
  for (const { what, added, removed } of changes) {
    const word = id === 'levels' || what === 'aliases' ? capitalized(what) : what;
    if (SINGLE.has(what)) counts.push(`Modified ${id === 'netifs' ? words(what) : what}`);
    else if (what === 'permissive')
      counts.push(added.length > 0 ? 'Added permissive' : 'Removed permissive');
    else {
      const shown = id === 'types' ? what : word;
      if (added.length > 0) counts.push(`${added.length} Added ${shown}`);
      if (removed.length > 0) counts.push(`${removed.length} Removed ${shown}`);
    }
    if (what === 'permissive') continue;
    if (HEADED.has(id)) lines.push(`${id === 'netifs' ? words(what) : capitalized(what)}:`);
    const indent = id === 'netifs' ? '   ' : '';
    lines.push(...added.map((value) => `${indent}+ ${value}`));
    lines.push(...removed.map((value) => `${indent}- ${value}`));
  }
  return [`${name} (${counts.join(', ')})`, ...lines];
}

/** Parts that have one value, which is another one now. */
const SINGLE: ReadonlySet<string> = new Set([
  'default state',
  'default level',
  'range',
  'context',
  'packet context',
]);

/** Kinds with more than one part, so that each needs a heading. */
const HEADED: ReadonlySet<string> = new Set([
  'types',
  'users',
  'categories',
  'sensitivities',
  'netifs',
]);

const bracketedEnd = (name: string, added: string, removed: string): string =>
  `${name} +[${added}] -[${removed}];`;
const bracketed = (name: string, added: string, removed: string): string =>
  `${name} +[${added}] -[${removed}]`;

const INLINE: Readonly<Record<string, (name: string, added: string, removed: string) => string>> = {
  properties: (name, added, removed) => `${name} +${added} -${removed}`,
  'role-transitions': (name, added, removed) => `${name} +${added} -${removed}`,
  'range-transitions': bracketed,
  'initial-sids': bracketedEnd,
  ibendports: bracketed,
  ibpkeys: bracketed,
  'fs-use': bracketedEnd,
  genfs: bracketedEnd,
  nodes: bracketedEnd,
  ports: bracketedEnd,
  defaults: (name, added, removed) => `${name} +${added} -${removed};`,
  typebounds: (name, added, removed) => `typebounds +${added} -${removed} ${name};`,
};

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function words(text: string): string {
  return text.split(' ').map(capitalized).join(' ');
}
