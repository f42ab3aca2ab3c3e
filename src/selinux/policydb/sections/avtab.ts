import type { Cursor } from '../cursor.ts';
import { NONE, RuleKind, XpermKind } from '../policydb.ts';
import type { Header } from './header.ts';
import type { RuleColumns } from './rule-columns.ts';
import type { Symbols } from './symbol-tables.ts';

/** Where the rules being read stand: a branch of a conditional, or nowhere in particular. */
export interface RulePlace {
  readonly conditional: number;
  readonly branch: 0 | 1;
}

/** The access vector table: every unconditional type enforcement rule. */
export function readAvtab(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
  columns: RuleColumns,
): void {
  cursor.begin('avtab');
  readRules(cursor, header, symbols, columns, { conditional: NONE, branch: 1 });
  columns.unconditional = columns.count;
}

/** A counted list of rules, in the form that the version has for the avtab and for conditional branches alike. */
export function readRules(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
  columns: RuleColumns,
  place: RulePlace,
): void {
  const compact = header.has('attributes');
  const count = cursor.count('rules', compact ? 12 : 24);
  if (!compact) {
    for (let i = 0; i < count; i++) readOldRule(cursor, header, symbols, columns, place);
    return;
  }
  for (let i = 0; i < count; ) {
    i += readPlainRules(cursor, symbols, columns, place, count - i);
    if (i < count) {
      readRule(cursor, header, symbols, columns, place);
      i++;
    }
  }
}

/**
 * Reads rules as long as nothing about them is special, `most` at most, and returns how many. A policy is read once in a process, mostly by code
 * that is not compiled yet, where each call counts: this does what readRule does to most rules, in one loop. What it does not know it leaves.
 */
function readPlainRules(
  cursor: Cursor,
  symbols: Symbols,
  columns: RuleColumns,
  { conditional, branch }: RulePlace,
  most: number,
): number {
  const { bytes, view } = cursor;
  const types = symbols.types.names.length;
  const { allPermissions } = symbols.classes;
  const classes = symbols.classes.names.length;
  const end = bytes.length - PLAIN_BYTES;
  let at = cursor.offset;
  let read = 0;
  for (; read < most && at <= end; read++, at += PLAIN_BYTES) {
    const source = view.getUint16(at, true);
    const target = view.getUint16(at + 2, true);
    const tclass = view.getUint16(at + 4, true);
    const kind = RULE_KIND[view.getUint16(at + 6, true) & ~ENABLED];
    if (kind === undefined || kind > RuleKind.dontaudit) break;
    if (source === 0 || source > types) break;
    if (target === 0 || target > types || tclass === 0 || tclass > classes) break;
    const raw = view.getUint32(at + 8, true);
    const granted = kind === RuleKind.dontaudit ? ~raw : raw;
    const data = (granted & allPermissions[tclass - 1]!) >>> 0;
    columns.add(source - 1, target - 1, tclass - 1, kind, data, conditional, branch);
  }
  cursor.offset = at;
  return read;
}

function readRule(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
  columns: RuleColumns,
  place: RulePlace,
): void {
  const at = cursor.offset;
  const types = symbols.types.names.length;
  const source = cursor.checkedId(cursor.u16(), types, 'type', at);
  const target = cursor.checkedId(cursor.u16(), types, 'type', at + 2);
  const tclass = cursor.checkedId(cursor.u16(), symbols.classes.names.length, 'class', at + 4);
  const kind =
    RULE_KIND[cursor.u16() & ~ENABLED] ??
    cursor.fail('a rule is of no kind, of several, or of an unknown one', at + 6);
  if (kind < RuleKind.allowxperm) {
    addRule(cursor, symbols, columns, place, source, target, tclass, kind, cursor.u32(), at + 8);
    return;
  }
  if (!header.has('xperms')) {
    cursor.fail(`extended permissions do not exist in version ${header.version}`, at + 6);
  }
  if (place.conditional !== NONE && !header.has('conditionalXperms')) {
    cursor.fail(
      `extended permissions in a conditional do not exist in version ${header.version}`,
      at + 6,
    );
  }
  const form = cursor.u8();
  const xpermKind =
    XPERM_KIND[form] ?? cursor.fail(`extended permissions of kind ${form} have no meaning`, at + 8);
  const { id, bits } = columns.addXperm(xpermKind, cursor.u8());
  for (let word = 0; word < 8; word++) bits[word] = cursor.u32();
  columns.add(source, target, tclass, kind, id, place.conditional, place.branch);
}

/** Before version 20: 32-bit fields, and one entry for all rules of a source, target and class. */
function readOldRule(
  cursor: Cursor,
  _header: Header,
  symbols: Symbols,
  columns: RuleColumns,
  place: RulePlace,
): void {
  const at = cursor.offset;
  const fields = cursor.u32();
  const types = symbols.types.names.length;
  const source = cursor.id(types, 'type');
  const target = cursor.id(types, 'type');
  const tclass = cursor.id(symbols.classes.names.length, 'class');
  const kindsAt = cursor.offset;
  const kinds = (cursor.u32() & ~ENABLED_OLD) >>> 0;
  const known = OLD_ORDER.reduce((all, kind) => all | kind, 0);
  if (kinds === 0 || (kinds & ~known) !== 0) {
    cursor.fail('a rule is of no kind or of an unknown one', kindsAt);
  }
  if ((kinds & ACCESS_VECTORS) !== 0 && (kinds & ~ACCESS_VECTORS) !== 0) {
    cursor.fail('a rule is about access and about types at once', kindsAt);
  }
  let read = 4;
  for (const kind of OLD_ORDER) {
    if ((kinds & kind) === 0) continue;
    const dataAt = cursor.offset;
    const data = cursor.u32();
    read++;
    addRule(
      cursor,
      symbols,
      columns,
      place,
      source,
      target,
      tclass,
      RULE_KIND[kind]!,
      data,
      dataAt,
    );
  }
  if (read !== fields) cursor.fail(`a rule announces ${fields} fields and has ${read}`, at);
}

function addRule(
  cursor: Cursor,
  symbols: Symbols,
  columns: RuleColumns,
  place: RulePlace,
  source: number,
  target: number,
  tclass: number,
  kind: RuleKind,
  raw: number,
  at: number,
): void {
  let data: number;
  if (kind >= RuleKind.typeTransition) {
    data = cursor.checkedId(raw, symbols.types.names.length, 'type', at);
  } else {
    // The file says what is audited on denial. Bits above the class's permissions mean nothing: `~` in a source sets them.
    const bits = kind === RuleKind.dontaudit ? ~raw : raw;
    data = (bits & symbols.classes.allPermissions[tclass]!) >>> 0;
  }
  columns.add(source, target, tclass, kind, data, place.conditional, place.branch);
}

/** Set by compilers on conditional rules that are on; which are on follows from the booleans. */
const ENABLED = 0x8000;
const ENABLED_OLD = 0x80000000;

const ACCESS_VECTORS = 0x7;

/** A rule without extended permissions: source, target, class and kind of two bytes each, and its data of four. */
const PLAIN_BYTES = 12;

/** In which an entry before version 20 holds its data. */
const OLD_ORDER = [0x1, 0x4, 0x2, 0x10, 0x40, 0x20] as const;

const RULE_KIND: Readonly<Record<number, RuleKind>> = {
  1: RuleKind.allow,
  2: RuleKind.auditallow,
  4: RuleKind.dontaudit,
  16: RuleKind.typeTransition,
  32: RuleKind.typeMember,
  64: RuleKind.typeChange,
  256: RuleKind.allowxperm,
  512: RuleKind.auditallowxperm,
  1024: RuleKind.dontauditxperm,
};

const XPERM_KIND: Readonly<Record<number, XpermKind>> = {
  1: XpermKind.ioctlFunction,
  2: XpermKind.ioctlDriver,
  3: XpermKind.nlmsg,
};
