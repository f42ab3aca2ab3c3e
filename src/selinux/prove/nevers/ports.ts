import type { PolicyDb, TypeId } from '../../policydb/index.ts';

export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** The ports that carry a type, for one protocol. `rest`: and all that no portcon names. */
export function portsOf(
  db: PolicyDb,
  type: TypeId,
  protocol: string,
): { readonly ranges: readonly PortRange[]; readonly rest: boolean } {
  return {
    ranges: db.ports
      .filter((port) => port.protocol === protocol && port.context.type === type)
      .map(({ low, high }) => ({ low, high })),
    rest: db.initialSids.some(({ name, context }) => name === 'port' && context.type === type),
  };
}

/** `tcp 53, 853, 1000-2000`. */
export function portsText(db: PolicyDb, type: TypeId, protocol: string): string {
  const { ranges, rest } = portsOf(db, type, protocol);
  const texts = ranges.map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`));
  if (rest) texts.push('every port without a type of its own');
  return texts.length === 0 ? `no ${protocol} port` : `${protocol} ${texts.join(', ')}`;
}
