import type { Cursor } from '../cursor.ts';
import type {
  BooleanTable,
  CategoryTable,
  Common,
  RoleTable,
  SensitivityTable,
  UserTable,
} from '../policydb.ts';
import type { ForwardReferences } from '../references.ts';
import { readBooleans } from './booleans.ts';
import { type ClassSection, readClasses } from './classes.ts';
import { readCommons } from './commons.ts';
import type { Header } from './header.ts';
import { readCategories, readSensitivities } from './levels.ts';
import { readRoles } from './roles.ts';
import { readTypes, type TypeSection } from './types.ts';
import { readUsers } from './users.ts';

/** Everything that has a name and a number; the sections after this one refer to it. */
export interface Symbols extends ClassSection {
  readonly commons: readonly Common[];
  readonly roles: RoleTable;
  readonly types: TypeSection;
  readonly users: UserTable;
  readonly booleans: BooleanTable;
  readonly sensitivities: SensitivityTable;
  readonly categories: CategoryTable;
  readonly references: ForwardReferences;
}

export function readSymbolTables(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): Symbols {
  const commons = readCommons(cursor);
  const classSection = readClasses(cursor, header, commons, references);
  const roles = readRoles(cursor, header, references);
  const types = readTypes(cursor, header);
  const users = readUsers(cursor, header, references);
  const booleans = header.has('conditionals') ? readBooleans(cursor) : NO_BOOLEANS;
  const sensitivities = header.has('mls')
    ? readSensitivities(cursor, references)
    : NO_SENSITIVITIES;
  const categories = header.has('mls') ? readCategories(cursor) : NO_CATEGORIES;
  references.resolve({
    role: roles.names.length,
    type: types.names.length,
    user: users.names.length,
    sensitivity: sensitivities.names.length,
    category: categories.names.length,
  });
  return {
    commons,
    ...classSection,
    roles,
    types,
    users,
    booleans,
    sensitivities,
    categories,
    references,
  };
}

const NO_BOOLEANS: BooleanTable = { names: [], ids: new Map(), defaults: new Uint8Array(0) };
const NO_SENSITIVITIES: SensitivityTable = {
  names: [],
  ids: new Map(),
  categories: [],
  aliases: new Map(),
};
const NO_CATEGORIES: CategoryTable = { names: [], ids: new Map(), aliases: new Map() };
