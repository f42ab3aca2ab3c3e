import type { Cursor } from '../cursor.ts';
import {
  type ClassDefaults,
  type ClassId,
  type ClassTable,
  type Column,
  type Common,
  type CommonId,
  type Constraint,
  type DefaultFrom,
  type DefaultRange,
  NONE,
} from '../policydb.ts';
import type { ForwardReferences } from '../references.ts';
import { readPermissions } from './commons.ts';
import { readConstraints } from './constraints.ts';
import type { Header } from './header.ts';
import { SymbolTable } from './symbols.ts';

export interface ClassSection {
  readonly classes: ClassTable;
  readonly constraints: readonly Constraint[];
  readonly validateTransitions: readonly Constraint[];
}

/** Object classes: permissions, constraints, and where new objects take their contexts from. */
export function readClasses(
  cursor: Cursor,
  header: Header,
  commons: readonly Common[],
  references: ForwardReferences,
): ClassSection {
  cursor.begin('classes');
  const table = new SymbolTable<ClassId>(cursor, 'class', 25);
  const permissions: string[][] = [];
  const common = new Int32Array(table.limit).fill(NONE);
  const defaults: ClassDefaults[] = [];
  const constraints: Constraint[] = [];
  const validateTransitions: Constraint[] = [];
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const commonLength = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 8);
    const limitAt = cursor.offset;
    const limit = cursor.u32();
    const count = cursor.count('permissions', 9);
    const constraintCount = cursor.count('constraints', 8);
    table.add(cursor.text(length, 'class'), id, at);

    let inherited: readonly string[] = [];
    if (commonLength > 0) {
      const nameAt = cursor.offset;
      const name = cursor.text(commonLength, 'common');
      common[id] = commons.findIndex((each) => each.name === name);
      inherited =
        commons[common[id]]?.permissions ??
        cursor.fail('a class inherits a common that does not exist', nameAt);
    }
    permissions[id] = readPermissions(cursor, count, limit, inherited, limitAt);
    const where = { tclass: id, permissions: limit, relabel: false };
    constraints.push(...readConstraints(cursor, header, constraintCount, where, references));
    if (header.has('mls')) {
      const transitions = cursor.count('validatetrans', 8);
      const relabel = { tclass: id, permissions: limit, relabel: true };
      validateTransitions.push(
        ...readConstraints(cursor, header, transitions, relabel, references),
      );
    }
    defaults[id] = readDefaults(cursor, header);
  }
  const names = table.finish();
  return {
    classes: {
      ...names,
      permissions,
      permissionBits: permissions.map((list) => new Map(list.map((name, bit) => [name, bit]))),
      allPermissions: Uint32Array.from(permissions, ({ length }) =>
        length === 32 ? 0xffffffff : 2 ** length - 1,
      ),
      common: common as unknown as Column<CommonId | typeof NONE>,
      defaults,
    },
    constraints: byClass(constraints),
    validateTransitions: byClass(validateTransitions),
  };
}

/** The file's order is that of a hash table; a reader's is by class. */
function byClass(constraints: Constraint[]): Constraint[] {
  return constraints.sort((a, b) => a.tclass - b.tclass);
}

function readDefaults(cursor: Cursor, header: Header): ClassDefaults {
  const some = header.has('defaultUserRoleRange');
  const user = some ? cursor.oneOf(DEFAULT_FROM, 'default_user') : 'unset';
  const role = some ? cursor.oneOf(DEFAULT_FROM, 'default_role') : 'unset';
  const rangeAt = cursor.offset;
  const range = some ? cursor.oneOf(DEFAULT_RANGE, 'default_range') : 'unset';
  if (range === 'glblub' && !header.has('glblub')) {
    cursor.fail(`default_range glblub does not exist in version ${header.version}`, rangeAt);
  }
  const type = header.has('defaultType') ? cursor.oneOf(DEFAULT_FROM, 'default_type') : 'unset';
  return { user: given(user), role: given(role), type: given(type), range: given(range) };
}

function given<T extends string>(value: T): Exclude<T, 'unset'> | undefined {
  return value === 'unset' ? undefined : (value as Exclude<T, 'unset'>);
}

const DEFAULT_FROM: Readonly<Record<number, DefaultFrom | 'unset'>> = {
  0: 'unset',
  1: 'source',
  2: 'target',
};

const DEFAULT_RANGE: Readonly<Record<number, DefaultRange | 'unset'>> = {
  0: 'unset',
  1: 'source low',
  2: 'source high',
  3: 'source low-high',
  4: 'target low',
  5: 'target high',
  6: 'target low-high',
  7: 'glblub',
};
