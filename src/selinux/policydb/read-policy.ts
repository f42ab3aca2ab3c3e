import { Bitset } from './bitset.ts';
import { Cursor } from './cursor.ts';
import type { PolicyDb, TypeId } from './policydb.ts';
import { ForwardReferences } from './references.ts';
import { readAvtab } from './sections/avtab.ts';
import { readCapabilities } from './sections/capabilities.ts';
import { readConditionals } from './sections/conditionals.ts';
import { readEbitmap } from './sections/ebitmap.ts';
import { readFilenameTransitions } from './sections/filename-transitions.ts';
import { readGenfs } from './sections/genfs.ts';
import { readHeader } from './sections/header.ts';
import { readObjectContexts } from './sections/object-contexts.ts';
import { readRangeTransitions } from './sections/range-transitions.ts';
import { readRoleAllows, readRoleTransitions } from './sections/role-rules.ts';
import { RuleColumns } from './sections/rule-columns.ts';
import { readSymbolTables } from './sections/symbol-tables.ts';
import { readTypeAttributes } from './sections/type-attributes.ts';
import { validate } from './validate.ts';

/**
 * Reads a kernel policy, `/sys/fs/selinux/policy` or `policy.NN`: versions 15 to 35, with or without MLS, for SELinux. Throws
 * PolicyFormatError for everything else, a single byte too few included. What libsepol reads over is kept in `readOver`.
 */
export function readPolicy(bytes: Uint8Array): PolicyDb {
  const cursor = new Cursor(bytes);
  const references = new ForwardReferences();
  const columns = new RuleColumns();
  const typeMap = (section: string): Bitset<TypeId> => {
    cursor.begin(section);
    const at = cursor.offset;
    const types = readEbitmap<TypeId>(cursor, 1);
    references.note('type', types, section, at);
    return types;
  };

  const header = readHeader(cursor);
  const capabilities = header.has('capabilities') ? readCapabilities(cursor) : [];
  const permissive = header.has('permissive') ? typeMap('permissive map') : new Bitset<TypeId>();
  const neverAudit = header.has('neverAudit') ? typeMap('neveraudit map') : new Bitset<TypeId>();
  const symbols = readSymbolTables(cursor, header, references);
  readAvtab(cursor, header, symbols, columns);
  const conditionals = header.has('conditionals')
    ? readConditionals(cursor, header, symbols, columns)
    : [];
  const roleTransitions = readRoleTransitions(cursor, header, symbols);
  const roleAllows = readRoleAllows(cursor, symbols);
  const filenameTransitions = readFilenameTransitions(cursor, header, symbols);
  const objectContexts = readObjectContexts(cursor, header, symbols);
  const genfs = readGenfs(cursor, header, symbols);
  const rangeTransitions = readRangeTransitions(cursor, header, symbols);
  const types = readTypeAttributes(cursor, header, symbols);
  const trailingBytes = cursor.end();

  const db: PolicyDb = {
    version: header.version,
    mls: header.mls,
    handleUnknown: header.handleUnknown,
    readOver: { android: header.android, unnamedBits: header.unnamedBits, trailingBytes },
    capabilities,
    permissive,
    neverAudit,
    commons: symbols.commons,
    classes: symbols.classes,
    roles: symbols.roles,
    types,
    users: symbols.users,
    booleans: symbols.booleans,
    sensitivities: symbols.sensitivities,
    categories: symbols.categories,
    rules: columns.rules(),
    xperms: columns.extendedPermissions(),
    conditionals,
    constraints: symbols.constraints,
    validateTransitions: symbols.validateTransitions,
    roleAllows,
    roleTransitions,
    rangeTransitions,
    filenameTransitions,
    ...objectContexts,
    genfs,
  };
  validate(db, cursor.starts);
  return db;
}
