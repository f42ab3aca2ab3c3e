import type { IdSet } from './bitset.ts';

declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** A row of `types`: a type or an attribute (they share one numbering). The file's value minus one, like every id here. */
export type TypeId = Id<'type'>;
export type ClassId = Id<'class'>;
export type RoleId = Id<'role'>;
export type UserId = Id<'user'>;
export type BooleanId = Id<'boolean'>;
export type SensitivityId = Id<'sensitivity'>;
export type CategoryId = Id<'category'>;
export type CommonId = Id<'common'>;
/** A row of `rules`. */
export type RuleId = Id<'rule'>;
/** A row of `conditionals`. */
export type ConditionalId = Id<'conditional'>;
/** A row of `xperms`. */
export type XpermId = Id<'xperm'>;
/** A row of `filenameTransitions`. */
export type FilenameTransitionId = Id<'filenameTransition'>;

/** "There is none", where a column could hold an id. */
export const NONE = -1;

/** A column of a table: a typed array underneath, read-only, with branded elements. */
export interface Column<T extends number> extends Iterable<T> {
  readonly length: number;
  readonly [row: number]: T;
}

/** Names by id and ids by name. `ids` knows aliases too, so it can be larger than `names`. */
export interface Names<T extends number> {
  /** T -> name. */
  readonly names: readonly string[];
  /** Name or alias -> T. */
  readonly ids: ReadonlyMap<string, T>;
}

/** One kernel policy, as read from its binary form: everything in the file, nothing computed from outside it. */
export interface PolicyDb {
  /** The format's version, 15 to 35. */
  readonly version: number;
  readonly mls: boolean;
  /** What the kernel does about classes and permissions that it knows and the policy does not. */
  readonly handleUnknown: HandleUnknown;
  /** What the file has beyond that, which libsepol reads over. */
  readonly readOver: ReadOver;
  /** Names of the policy capabilities that are on, in the kernel's order; one without a known name is `unknown_<number>`. */
  readonly capabilities: readonly string[];
  /** Types whose denials are logged and granted. */
  readonly permissive: IdSet<TypeId>;
  /** Types of which nothing is ever audited (since version 35). */
  readonly neverAudit: IdSet<TypeId>;

  readonly commons: readonly Common[];
  readonly classes: ClassTable;
  readonly roles: RoleTable;
  readonly types: TypeTable;
  readonly users: UserTable;
  readonly booleans: BooleanTable;
  readonly sensitivities: SensitivityTable;
  readonly categories: CategoryTable;

  readonly rules: RuleTable;
  readonly xperms: XpermTable;
  readonly conditionals: readonly Conditional[];
  readonly constraints: readonly Constraint[];
  readonly validateTransitions: readonly Constraint[];
  readonly roleAllows: RoleAllowTable;
  readonly roleTransitions: RoleTransitionTable;
  readonly rangeTransitions: RangeTransitionTable;
  readonly filenameTransitions: FilenameTransitionTable;

  readonly initialSids: readonly InitialSid[];
  readonly fsContexts: readonly FsContext[];
  readonly ports: readonly PortContext[];
  readonly netifs: readonly NetifContext[];
  readonly nodes: readonly NodeContext[];
  readonly fsUses: readonly FsUse[];
  readonly ibpkeys: readonly IbpkeyContext[];
  readonly ibendports: readonly IbendportContext[];
  readonly genfs: readonly GenfsContext[];
}

export type HandleUnknown = 'deny' | 'reject' | 'allow';

/** What a policy's file has that Linux and libsepol read over. */
export interface ReadOver {
  /** Bits of the header's configuration that Android's kernel alone knows. */
  readonly android: readonly AndroidBit[];
  /** Bits of the configuration that nobody is known to give a meaning; unsigned. */
  readonly unnamedBits: number;
  /** Bytes after the last section. */
  readonly trailingBytes: number;
}

export type AndroidBit = 'netlink_route' | 'netlink_getneigh';

/** A named set of permissions that classes inherit. */
export interface Common {
  readonly name: string;
  /** Bit -> permission name. */
  readonly permissions: readonly string[];
}

export interface ClassTable extends Names<ClassId> {
  /** ClassId -> bit -> permission name, the inherited ones first. At most 32; bit 0 is the lowest of an access vector. */
  readonly permissions: readonly (readonly string[])[];
  /** ClassId -> permission name -> bit. */
  readonly permissionBits: readonly ReadonlyMap<string, number>[];
  /** ClassId -> the mask of all its permissions, as an unsigned 32-bit number. */
  readonly allPermissions: Uint32Array;
  /** ClassId -> CommonId that it inherits | NONE. */
  readonly common: Column<CommonId | typeof NONE>;
  /** ClassId -> where a new object's user, role, type and range come from, where the policy says so. */
  readonly defaults: readonly ClassDefaults[];
}

export interface ClassDefaults {
  readonly user: DefaultFrom | undefined;
  readonly role: DefaultFrom | undefined;
  readonly type: DefaultFrom | undefined;
  readonly range: DefaultRange | undefined;
}

export type DefaultFrom = 'source' | 'target';
export type DefaultRange =
  | 'source low'
  | 'source high'
  | 'source low-high'
  | 'target low'
  | 'target high'
  | 'target low-high'
  | 'glblub';

export interface RoleTable extends Names<RoleId> {
  /** RoleId -> the types it may be combined with; attributes are expanded. */
  readonly types: readonly IdSet<TypeId>[];
  /** RoleId -> the roles it dominates, itself included. */
  readonly dominates: readonly IdSet<RoleId>[];
  /** RoleId -> the role that bounds it | NONE. */
  readonly bounds: Column<RoleId | typeof NONE>;
}

export interface TypeTable extends Names<TypeId> {
  /** The ids that are attributes; the others are types. */
  readonly attributes: IdSet<TypeId>;
  /** Alias -> the type it stands for. */
  readonly aliases: ReadonlyMap<string, TypeId>;
  /** TypeId -> the type that bounds it (typebounds) | NONE. */
  readonly bounds: Column<TypeId | typeof NONE>;
  /**
   * The policy's type_attr_map as lists: the attributes of TypeId `t` and `t` itself, ascending, are
   * `attributeLists[attributeOffsets[t]] … attributeLists[attributeOffsets[t + 1] - 1]`. A rule on any of these is a rule on `t`.
   */
  readonly attributeOffsets: Uint32Array;
  readonly attributeLists: Column<TypeId>;
  /** The same the other way: attribute -> its types. `membersOf` answers for types too. */
  readonly members: ReadonlyMap<TypeId, IdSet<TypeId>>;
}

export interface UserTable extends Names<UserId> {
  readonly roles: readonly IdSet<RoleId>[];
  /** UserId -> the user that bounds it | NONE. */
  readonly bounds: Column<UserId | typeof NONE>;
  /** UserId -> its authorised range; undefined without MLS. */
  readonly ranges: readonly (Range | undefined)[];
  readonly defaultLevels: readonly (Level | undefined)[];
}

export interface BooleanTable extends Names<BooleanId> {
  /** BooleanId -> 1 if it is on as the policy is loaded. */
  readonly defaults: Uint8Array;
}

/** Ids ascend with dominance: a higher sensitivity dominates a lower one. */
export interface SensitivityTable extends Names<SensitivityId> {
  /** SensitivityId -> the categories that may go with it. */
  readonly categories: readonly IdSet<CategoryId>[];
  readonly aliases: ReadonlyMap<string, SensitivityId>;
}

export interface CategoryTable extends Names<CategoryId> {
  readonly aliases: ReadonlyMap<string, CategoryId>;
}

export interface Level {
  readonly sensitivity: SensitivityId;
  readonly categories: IdSet<CategoryId>;
}

/** `low` and `high` are the same object where the range is one level. */
export interface Range {
  readonly low: Level;
  readonly high: Level;
}

/** A security context in ids. `range` is undefined without MLS. */
export interface ContextIds {
  readonly user: UserId;
  readonly role: RoleId;
  readonly type: TypeId;
  readonly range: Range | undefined;
}

/** What a row of `rules` says. The numbers are ours. */
export const RuleKind = {
  allow: 0,
  auditallow: 1,
  dontaudit: 2,
  typeTransition: 3,
  typeMember: 4,
  typeChange: 5,
  allowxperm: 6,
  auditallowxperm: 7,
  dontauditxperm: 8,
} as const;
export type RuleKind = (typeof RuleKind)[keyof typeof RuleKind];

/**
 * Type enforcement rules: the access vector table and the conditional rules, in one table. The unconditional rules come first, in
 * the file's order; then each conditional's rules, its true branch before its false one.
 */
export interface RuleTable {
  readonly count: number;
  /** Rows below this are unconditional. */
  readonly unconditional: number;
  /** RuleId -> type or attribute. */
  readonly source: Column<TypeId>;
  /** RuleId -> type or attribute. `self` is expanded by the compilers and does not exist here. */
  readonly target: Column<TypeId>;
  readonly tclass: Column<ClassId>;
  readonly kind: Column<RuleKind>;
  /**
   * RuleId -> by kind: `allow`, `auditallow`, `dontaudit`: the mask of permissions, unsigned (for `dontaudit` those that are *not*
   * audited, although the file holds the opposite); `type_*`: the TypeId that results; `*xperm`: the XpermId.
   */
  readonly data: Uint32Array;
  /** RuleId -> the conditional that it stands in | NONE. */
  readonly conditional: Column<ConditionalId | typeof NONE>;
  /** RuleId -> 1 in the true branch (and for unconditional rules), 0 in the false branch. */
  readonly branch: Uint8Array;
}

/** What the 256 bits of an extended permission row mean. The numbers are the format's. */
export const XpermKind = {
  /** Bit n is the ioctl command `driver << 8 | n`. */
  ioctlFunction: 1,
  /** Bit n is every ioctl command `n << 8 | 0 … 255`; `driver` means nothing. */
  ioctlDriver: 2,
  /** Bit n is the netlink message type `driver << 8 | n`. */
  nlmsg: 3,
} as const;
export type XpermKind = (typeof XpermKind)[keyof typeof XpermKind];

export interface XpermTable {
  readonly count: number;
  readonly kind: Column<XpermKind>;
  readonly driver: Uint8Array;
  /** Eight words per row: bit n of row r is `bits[r * 8 + (n >> 5)] >>> (n & 31) & 1`. */
  readonly bits: Uint32Array;
}

/** A Boolean expression over the policy's booleans, and the rows of `rules` that stand in its branches. */
export interface Conditional {
  /** In postfix order. */
  readonly expression: readonly ConditionalTerm[];
  /** The rows of the true branch: `from` up to but not including `to`. */
  readonly whenTrue: RuleSpan;
  readonly whenFalse: RuleSpan;
}

export interface RuleSpan {
  readonly from: RuleId;
  readonly to: RuleId;
}

export type ConditionalTerm =
  | { readonly op: 'boolean'; readonly boolean: BooleanId }
  | { readonly op: 'not' | 'or' | 'and' | 'xor' | 'eq' | 'neq' };

/** `constrain` and `mlsconstrain` (or `validatetrans` and `mlsvalidatetrans`) of one class: the permissions are granted only if it is true. */
export interface Constraint {
  readonly tclass: ClassId;
  /** The constrained permissions; 0 for validatetrans. */
  readonly permissions: number;
  /** In postfix order. */
  readonly expression: readonly ConstraintTerm[];
  /** Whether the expression looks at levels, as the `mls` statements do. */
  readonly mls: boolean;
}

export type ConstraintTerm =
  | { readonly op: 'not' | 'and' | 'or' }
  | {
      /** Two attributes of the contexts against each other. */
      readonly op: 'compare';
      readonly relation: ConstraintRelation;
      readonly left: ConstraintOperand;
      readonly right: ConstraintOperand;
    }
  | {
      /** One of `u r t` against a set: of users, roles or types, by the operand's letter. Attributes are expanded. */
      readonly op: 'names';
      readonly relation: '==' | '!=';
      readonly operand: ConstraintOperand;
      readonly ids: IdSet<number>;
      /** How the policy's author wrote the set, attributes unexpanded (since version 29; only for display). */
      readonly written: TypeSet | undefined;
    };

/** `dom`, `domby` and `incomp` compare roles or levels. */
export type ConstraintRelation = '==' | '!=' | 'dom' | 'domby' | 'incomp';

/** 1 is the source, 2 the target, 3 (validatetrans) the process that relabels. `l` low and `h` high level. */
export type ConstraintOperand =
  | 'u1'
  | 'u2'
  | 'u3'
  | 'r1'
  | 'r2'
  | 'r3'
  | 't1'
  | 't2'
  | 't3'
  | 'l1'
  | 'l2'
  | 'h1'
  | 'h2';

export interface TypeSet {
  readonly types: IdSet<number>;
  readonly excluded: IdSet<number>;
  readonly star: boolean;
  readonly complement: boolean;
}

export interface RoleAllowTable {
  readonly count: number;
  readonly source: Column<RoleId>;
  readonly target: Column<RoleId>;
}

export interface RoleTransitionTable {
  readonly count: number;
  readonly source: Column<RoleId>;
  readonly target: Column<TypeId>;
  readonly tclass: Column<ClassId>;
  readonly newRole: Column<RoleId>;
}

export interface RangeTransitionTable {
  readonly count: number;
  readonly source: Column<TypeId>;
  readonly target: Column<TypeId>;
  readonly tclass: Column<ClassId>;
  readonly ranges: readonly Range[];
}

/** `type_transition … "name"`: one row per source, also where the file (since version 33) stores sources as a set. */
export interface FilenameTransitionTable {
  readonly count: number;
  /** FilenameTransitionId -> a type; the kernel does not look through attributes here. */
  readonly source: Column<TypeId>;
  readonly target: Column<TypeId>;
  readonly tclass: Column<ClassId>;
  readonly newType: Column<TypeId>;
  /** FilenameTransitionId -> row of `names`. */
  readonly name: Uint32Array;
  readonly names: readonly string[];
}

export interface InitialSid {
  readonly sid: number;
  /** The kernel's name of this number. */
  readonly name: string;
  readonly context: ContextIds;
}

/** The obsolete `fscon`. */
export interface FsContext {
  readonly name: string;
  readonly fileSystem: ContextIds;
  readonly files: ContextIds;
}

export interface PortContext {
  readonly protocol: 'tcp' | 'udp' | 'dccp' | 'sctp' | number;
  readonly low: number;
  readonly high: number;
  readonly context: ContextIds;
}

export interface NetifContext {
  readonly name: string;
  readonly interface: ContextIds;
  readonly packets: ContextIds;
}

/** Addresses as a person writes them. */
export interface NodeContext {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly mask: string;
  readonly context: ContextIds;
}

export interface FsUse {
  readonly behaviour: 'xattr' | 'trans' | 'task' | number;
  readonly fileSystem: string;
  readonly context: ContextIds;
}

export interface IbpkeyContext {
  readonly subnetPrefix: string;
  readonly low: number;
  readonly high: number;
  readonly context: ContextIds;
}

export interface IbendportContext {
  readonly device: string;
  readonly port: number;
  readonly context: ContextIds;
}

export interface GenfsContext {
  readonly fileSystem: string;
  readonly path: string;
  /** The class it is restricted to; NONE is every class. */
  readonly tclass: ClassId | typeof NONE;
  readonly context: ContextIds;
}
