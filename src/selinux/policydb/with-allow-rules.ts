import {
  type ClassId,
  type Conditional,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type RuleSpan,
  type RuleTable,
  type TypeId,
  XpermKind,
  type XpermTable,
} from './policydb.ts';

/** An unconditional `allow`, or with `ioctl` or `nlmsg` an `allowxperm` of that one command or message type (0 … 0xffff). By names; aliases will do. */
export interface AddedRule {
  readonly source: string;
  /** A type or an attribute. */
  readonly target: string;
  readonly tclass: string;
  /** Of no account where `ioctl` or `nlmsg` is given. Those that the class does not have are left out. */
  readonly permissions: readonly string[] | 'all';
  readonly ioctl?: number;
  readonly nlmsg?: number;
}

/**
 * The policy as it would be if a module brought these rules besides: the question "what if it were allowed" without a compiler. The
 * given policy stays as it is. A rule that names what the policy does not have is left out, as an optional block would be. `rows` is told
 * for each row which of the rules it is.
 */
export function withAllowRules(
  db: PolicyDb,
  wanted: readonly AddedRule[],
  rows?: Map<RuleId, number>,
): PolicyDb {
  const added = wanted.flatMap((rule, place) => {
    const found = rowOf(db, rule);
    return found === undefined ? [] : { ...found, place };
  });
  if (added.length === 0) return db;
  const { rules, xperms } = db;
  const commands = added.filter(({ extended }) => extended !== undefined);
  let command = xperms.count;
  // Unconditional rules stand before the conditional ones, whose rows are moved back by as many.
  const at = rules.unconditional;
  const widened = <T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
    column: unknown,
    values: readonly number[],
  ): T => {
    const old = column as T;
    const wide = new (old.constructor as new (length: number) => T)(old.length + values.length);
    wide.set(old.subarray(0, at) as never);
    wide.set(values as never, at);
    wide.set(old.subarray(at) as never, at + values.length);
    return wide;
  };
  const columns = {
    source: widened(
      rules.source,
      added.map(({ source }) => source),
    ),
    target: widened(
      rules.target,
      added.map(({ target }) => target),
    ),
    tclass: widened(
      rules.tclass,
      added.map(({ tclass }) => tclass),
    ),
    kind: widened(
      rules.kind,
      added.map(({ extended }) => (extended === undefined ? RuleKind.allow : RuleKind.allowxperm)),
    ),
    data: widened(
      rules.data,
      added.map((rule) => (rule.extended === undefined ? rule.mask : command++)),
    ),
    conditional: widened(
      rules.conditional,
      added.map(() => NONE),
    ),
    branch: widened(
      rules.branch,
      added.map(() => 1),
    ),
  };
  added.forEach(({ place }, i) => {
    rows?.set((at + i) as RuleId, place);
  });
  const count = rules.count + added.length;
  const table = { ...columns, count, unconditional: at + added.length } as unknown as RuleTable;
  return {
    ...db,
    rules: table,
    xperms: withCommands(
      xperms,
      commands.map(({ extended }) => extended!),
    ),
    conditionals: db.conditionals.map((conditional) => moved(conditional, added.length)),
  };
}

interface Row {
  readonly source: TypeId;
  readonly target: TypeId;
  readonly tclass: ClassId;
  readonly mask: number;
  readonly extended: Extended | undefined;
}

interface Extended {
  readonly kind: XpermKind;
  readonly value: number;
}

function rowOf({ types, classes }: PolicyDb, rule: AddedRule): Row | undefined {
  const source = types.ids.get(rule.source);
  const target = types.ids.get(rule.target);
  const tclass = classes.ids.get(rule.tclass);
  if (source === undefined || target === undefined || tclass === undefined) return undefined;
  const bits = classes.permissionBits[tclass]!;
  const mask =
    rule.permissions === 'all'
      ? classes.allPermissions[tclass]!
      : rule.permissions.reduce((sum, permission) => {
          const bit = bits.get(permission);
          return bit === undefined ? sum : (sum | (1 << bit)) >>> 0;
        }, 0);
  const extended =
    rule.ioctl !== undefined
      ? { kind: XpermKind.ioctlFunction, value: rule.ioctl }
      : rule.nlmsg !== undefined
        ? { kind: XpermKind.nlmsg, value: rule.nlmsg }
        : undefined;
  if (mask === 0 && extended === undefined) return undefined;
  return { source, target, tclass, mask, extended };
}

function withCommands(xperms: XpermTable, commands: readonly Extended[]): XpermTable {
  if (commands.length === 0) return xperms;
  const bits = new Uint32Array(xperms.bits.length + commands.length * 8);
  bits.set(xperms.bits);
  commands.forEach(({ value }, i) => {
    const low = value & 0xff;
    bits[(xperms.count + i) * 8 + (low >> 5)] = (1 << (low & 31)) >>> 0;
  });
  const { kind, driver } = xperms as unknown as { kind: Uint8Array; driver: Uint8Array };
  return {
    count: xperms.count + commands.length,
    kind: Uint8Array.from([...kind, ...commands.map(({ kind: of }) => of)]),
    driver: Uint8Array.from([...driver, ...commands.map(({ value }) => value >> 8)]),
    bits,
  } as unknown as XpermTable;
}

function moved(conditional: Conditional, by: number): Conditional {
  const span = ({ from, to }: RuleSpan): RuleSpan => ({
    from: (from + by) as RuleId,
    to: (to + by) as RuleId,
  });
  return {
    ...conditional,
    whenTrue: span(conditional.whenTrue),
    whenFalse: span(conditional.whenFalse),
  };
}
