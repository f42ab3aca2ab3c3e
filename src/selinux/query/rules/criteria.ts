import {
  attributesOf,
  type ClassId,
  membersOf,
  type PolicyDb,
  type TypeId,
} from '../../policydb/index.ts';
import { suggestion } from '../../words/index.ts';
import { QueryError } from '../query-error.ts';

/** A name, or a regular expression (JavaScript's, anchored nowhere) that names are searched with. */
export type NameCriterion = string | RegExp;

/** How the source or target of a rule is asked for. */
export interface TypeCriterion {
  readonly name: NameCriterion;
  /** The rule must name it itself. Otherwise an attribute stands for its types, in the rule and here. */
  readonly direct: boolean;
}

/** id -> 1 if it is selected. */
export type Selected = Uint8Array;

/** Which types and attributes, standing in a rule, are meant. Throws QueryError for a name that the policy does not have. */
export function selectTypes(db: PolicyDb, { name, direct }: TypeCriterion): Selected {
  const { names } = db.types;
  const selected = new Uint8Array(names.length);
  if (typeof name !== 'string') {
    for (let id = 0 as TypeId; id < names.length; id++) {
      if (!name.test(names[id]!)) continue;
      if (direct) selected[id] = 1;
      else if (!db.types.attributes.has(id)) selectThrough(db, id, selected);
    }
    return selected;
  }
  const id = typeOrAttribute(db, name);
  if (direct) selected[id] = 1;
  else for (const member of membersOf(db.types, id)) selectThrough(db, member, selected);
  return selected;
}

/** A type, an alias or an attribute by its name. Throws QueryError if the policy has none. */
export function typeOrAttribute(db: PolicyDb, name: string): TypeId {
  return found(db.types.ids, 'type or attribute', name);
}

export function selectClasses(db: PolicyDb, criterion: readonly string[] | RegExp): Selected {
  const { names, ids } = db.classes;
  return select(names, ids, 'class', criterion);
}

/** Which of a table's names are meant. */
export function select(
  names: readonly string[],
  ids: ReadonlyMap<string, number>,
  what: string,
  criterion: readonly string[] | RegExp,
): Selected {
  const selected = new Uint8Array(names.length);
  if (criterion instanceof RegExp) {
    for (let id = 0; id < names.length; id++) if (criterion.test(names[id]!)) selected[id] = 1;
  } else {
    for (const name of criterion) selected[found(ids, what, name)] = 1;
  }
  return selected;
}

/** ClassId -> the mask of those of `permissions` that the class has. Throws QueryError for one that none of the classes has. */
export function permissionMasks(
  db: PolicyDb,
  permissions: readonly string[],
  classes: Selected | undefined,
): Uint32Array {
  const { permissionBits } = db.classes;
  const masks = new Uint32Array(permissionBits.length);
  for (const permission of permissions) {
    let known = false;
    for (let tclass = 0 as ClassId; tclass < masks.length; tclass++) {
      const bit = permissionBits[tclass]!.get(permission);
      if (bit === undefined) continue;
      masks[tclass]! |= 1 << bit;
      known ||= classes === undefined || classes[tclass] === 1;
    }
    if (!known) {
      throw new QueryError(
        `no ${classes === undefined ? '' : 'such '}class has a permission \`${permission}\``,
        suggestion(
          permission,
          permissionBits.flatMap((bits, tclass) =>
            classes === undefined || classes[tclass] === 1 ? [...bits.keys()] : [],
          ),
        ),
      );
    }
  }
  return masks;
}

function selectThrough(db: PolicyDb, type: TypeId, selected: Selected): void {
  const attributes = attributesOf(db.types, type);
  for (let i = 0; i < attributes.length; i++) selected[attributes[i]!] = 1;
}

function found<Id extends number>(ids: ReadonlyMap<string, Id>, what: string, name: string): Id {
  const id = ids.get(name);
  if (id === undefined) {
    throw new QueryError(
      `the policy has no ${what} \`${name}\``,
      suggestion(name, [...ids.keys()]),
    );
  }
  return id;
}
