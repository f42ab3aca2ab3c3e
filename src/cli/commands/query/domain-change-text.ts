import type { ChangedAccess, DomainChange } from '../../../selinux/query/index.ts';
import { printable, quantity, type Style, table, wrap } from '../../../text/index.ts';

/** What changed for one domain, in words. */
export function domainChangeText(change: DomainChange, style: Style): string {
  const { domain, gained, lost, becomes, enteredFrom } = change;
  const name = printable(domain);
  return [
    ...accessPart(`${name} may now`, gained, style),
    ...accessPart(`${name} may no longer`, lost, style),
    ...namePart(`${name} can now become`, becomes.added),
    ...namePart(`${name} can no longer become`, becomes.removed),
    ...namePart(`${name} is now entered from`, enteredFrom.added),
    ...namePart(`${name} is no longer entered from`, enteredFrom.removed),
    summary(change),
    '',
  ].join('\n');
}

/** Whether nothing at all changed. */
export function isUnchanged({
  gained,
  lost,
  commands,
  becomes,
  enteredFrom,
}: DomainChange): boolean {
  return [
    gained,
    lost,
    commands,
    becomes.added,
    becomes.removed,
    enteredFrom.added,
    enteredFrom.removed,
  ].every((list) => list.length === 0);
}

function accessPart(title: string, accesses: readonly ChangedAccess[], style: Style): string[] {
  if (accesses.length === 0) return [];
  let previous = '';
  const rows = accesses.map(({ area, tclass, permissions, targets, when, certain }) => {
    const heading = area === previous ? '' : area;
    previous = area;
    const doubt = certain ? '' : ' (perhaps: too many booleans to try)';
    return [
      style.strong(heading),
      wrap(printable(namesText(targets)), 56),
      wrap(printable(`${tclass} { ${permissions.join(' ')} }`), 46),
      style.warn(printable(`${when ?? ''}${doubt}`)),
    ];
  });
  const columns = ['', 'on', 'what', 'when'].map((heading) => ({ heading }));
  return [style.strong(title), '', table(columns, rows)];
}

function namePart(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title} ${printable(namesText(names))}`, ''];
}

/** All names of a few; the first of many, and how many more. */
function namesText(names: readonly string[]): string {
  if (names.length <= MOST_NAMES + 1) return names.join(', ');
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more types`;
}

const MOST_NAMES = 8;

function summary({ domain, gained, lost, commands }: DomainChange): string {
  const count = (accesses: readonly ChangedAccess[]): number =>
    accesses.reduce(
      (sum, { permissions, targets }) => sum + permissions.length * targets.length,
      0,
    );
  const xperms =
    commands.length === 0
      ? ''
      : `; of ${quantity(commands.length, 'pair')} other commands of ioctl or nlmsg are let through`;
  return `${printable(domain)} gains ${quantity(count(gained), 'access', 'accesses')} and loses ${count(lost)}${xperms}; --effective -s ${printable(domain)} lists each.`;
}
