import type {
  ClassId,
  Column,
  ConditionalId,
  NONE,
  RuleId,
  RuleKind,
  RuleTable,
  TypeId,
  XpermKind,
  XpermTable,
} from '../policydb.ts';

/** The columns of the rule table while they grow. Typed arrays are doubled, so that reading never holds an object per rule. */
export class RuleColumns {
  count = 0;
  unconditional = 0;
  private source = new Uint16Array(FIRST_ROWS);
  private target = new Uint16Array(FIRST_ROWS);
  private tclass = new Uint16Array(FIRST_ROWS);
  private kind = new Uint8Array(FIRST_ROWS);
  private data = new Uint32Array(FIRST_ROWS);
  private conditional = new Int32Array(FIRST_ROWS);
  private branch = new Uint8Array(FIRST_ROWS);
  private xperms = 0;
  private xpermKind = new Uint8Array(16);
  private xpermDriver = new Uint8Array(16);
  private xpermBits = new Uint32Array(16 * 8);

  add(
    source: number,
    target: number,
    tclass: number,
    kind: RuleKind,
    data: number,
    conditional: number,
    branch: 0 | 1,
  ): void {
    const row = this.count;
    if (row === this.source.length) this.grow();
    this.source[row] = source;
    this.target[row] = target;
    this.tclass[row] = tclass;
    this.kind[row] = kind;
    this.data[row] = data;
    this.conditional[row] = conditional;
    this.branch[row] = branch;
    this.count = row + 1;
  }

  /** A new row of extended permissions; its eight words are for the caller to fill. */
  addXperm(kind: XpermKind, driver: number): { id: number; bits: Uint32Array } {
    const id = this.xperms;
    if (id === this.xpermKind.length) {
      this.xpermKind = longer(this.xpermKind, new Uint8Array(id * 2));
      this.xpermDriver = longer(this.xpermDriver, new Uint8Array(id * 2));
      this.xpermBits = longer(this.xpermBits, new Uint32Array(id * 16));
    }
    this.xpermKind[id] = kind;
    this.xpermDriver[id] = driver;
    this.xperms = id + 1;
    return { id, bits: this.xpermBits.subarray(id * 8, id * 8 + 8) };
  }

  get next(): RuleId {
    return this.count as RuleId;
  }

  rules(): RuleTable {
    const { count } = this;
    return {
      count,
      unconditional: this.unconditional,
      source: this.source.slice(0, count) as unknown as Column<TypeId>,
      target: this.target.slice(0, count) as unknown as Column<TypeId>,
      tclass: this.tclass.slice(0, count) as unknown as Column<ClassId>,
      kind: this.kind.slice(0, count) as unknown as Column<RuleKind>,
      data: this.data.slice(0, count),
      conditional: this.conditional.slice(0, count) as unknown as Column<
        ConditionalId | typeof NONE
      >,
      branch: this.branch.slice(0, count),
    };
  }

  extendedPermissions(): XpermTable {
    return {
      count: this.xperms,
      kind: this.xpermKind.slice(0, this.xperms) as unknown as Column<XpermKind>,
      driver: this.xpermDriver.slice(0, this.xperms),
      bits: this.xpermBits.slice(0, this.xperms * 8),
    };
  }

  private grow(): void {
    const rows = this.count * 2;
    this.source = longer(this.source, new Uint16Array(rows));
    this.target = longer(this.target, new Uint16Array(rows));
    this.tclass = longer(this.tclass, new Uint16Array(rows));
    this.kind = longer(this.kind, new Uint8Array(rows));
    this.data = longer(this.data, new Uint32Array(rows));
    this.conditional = longer(this.conditional, new Int32Array(rows));
    this.branch = longer(this.branch, new Uint8Array(rows));
  }
}

const FIRST_ROWS = 1024;

function longer<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  old: T,
  empty: T,
): T {
  empty.set(old);
  return empty;
}
