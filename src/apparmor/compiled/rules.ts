import { type Dfa, NO_STATE, nextState, readDfa, START_STATE } from './dfa.ts';
import { tableIndexOf } from './exec-mode.ts';
import { attachmentPermissions, classPermissions, filePermissions } from './old-layout.ts';
import {
  emptyTable,
  PERMISSION_WORDS,
  type Permissions,
  type PermissionTable,
  permissionsAt,
} from './permissions.ts';
import type { Stream } from './stream.ts';

/** An automaton, what its states grant, and the names that executions go to (the kernel's struct aa_policydb). */
export interface Rules {
  readonly dfa: Dfa;
  readonly permissions: PermissionTable;
  /** State -> its entry in `permissions`. */
  readonly entry: Uint32Array;
  /** State -> 1 if that entry is for the owner of the file and the one after it for everybody else. */
  readonly byOwner: Uint8Array;
  /**
   * The pairs are not marked as such (by parser 4.1, and for features before permstable32_version 3). Kernels up to 6.16 take them for pairs; from 6.17 on
   * some grant the first of a pair, the owner's, to everybody.
   */
  readonly pairsUnmarked: boolean;
  /** Where classes branch off. */
  readonly start: number;
  /** Where a match of paths begins. */
  readonly fileStart: number;
  /** The table of exec targets. */
  readonly names: readonly string[];
}

/** What the owner of a file may, and everybody else. They are the same object where a state makes no difference. */
export interface ByOwner {
  readonly owner: Permissions;
  readonly other: Permissions;
}

export function permissionsOf(rules: Rules, state: number): ByOwner {
  const entry = rules.entry[state]!;
  const owner = permissionsAt(rules.permissions, entry);
  return {
    owner,
    other: rules.byOwner[state] === 1 ? permissionsAt(rules.permissions, entry + 1) : owner,
  };
}

/** Where the rules of a class begin; NO_STATE if this profile was compiled for a kernel that does not ask about that class. */
export function classStart(rules: Rules | undefined, number: number): number {
  return rules === undefined ? NO_STATE : nextState(rules.dfa, rules.start, number);
}

/** Which rules are read: their old layouts differ. */
export type RulesKind = 'attachment' | 'classes' | 'files';

/** Reads an automaton with its permissions, where one comes next. */
export function readRules(stream: Stream, kind: RulesKind, kernelAbi: number): Rules | undefined {
  const at = stream.offset;
  const table = stream.optionalStruct('perms', () => readPermissions(stream));
  const version = table === undefined ? undefined : (stream.optionalU32('permsv') ?? table.version);
  if (!stream.isNext('blob', 'aadfa')) {
    if (table !== undefined) stream.fail('a table of permissions, and no automaton after it', at);
    return undefined;
  }
  // From version 3 on the second accept word says whether an entry is the first of a pair.
  const flagged = version !== undefined && version > 2;
  const blob = stream.blob('the automaton', 'aadfa');
  const dfa = readDfa(
    blob,
    stream.offset - blob.length,
    stream.part,
    table === undefined || flagged ? 'both' : 'accept',
  );
  const start = readStart(stream, 'start', dfa);
  const fileStart = readStart(stream, 'dfa_start', dfa);
  const names = stream.optionalStruct('xtable', () => readNames(stream)) ?? [];
  const rules = {
    ...layout(dfa, kind, kernelAbi, table?.permissions, flagged),
    start,
    fileStart,
    names,
  };
  validate(rules, stream, at);
  return rules;
}

function readStart(stream: Stream, name: string, dfa: Dfa): number {
  const at = stream.offset;
  const state = stream.optionalU32(name) ?? START_STATE;
  if (state >= dfa.states) stream.fail(`the start state ${state} does not exist`, at);
  return state;
}

interface ReadTable {
  readonly version: number;
  readonly permissions: PermissionTable;
}

function readPermissions(stream: Stream): ReadTable {
  const at = stream.offset;
  const version = stream.u32('the version of the permissions', 'version');
  if (version === 0 || version > NEWEST_LAYOUT) {
    stream.fail(`permissions of version ${version} are not known here`, at);
  }
  const count = stream.array('permissions', PERMISSION_WORDS.length * 5);
  const permissions = emptyTable(count);
  for (let entry = 0; entry < count; entry++) {
    for (const word of PERMISSION_WORDS) permissions[word][entry] = stream.u32(word);
  }
  stream.endArray('the permissions');
  return { version, permissions };
}

const NEWEST_LAYOUT = 3;

/** Namespaced names hold a NUL between namespace and name, which the kernel reads as a colon; alternatives are separated by NULs as well. */
function readNames(stream: Stream): string[] {
  const count = stream.array('names', 3);
  const names = Array.from({ length: count }, () => stream.string('a name'));
  stream.endArray('the names');
  return names;
}

function layout(
  dfa: Dfa,
  kind: RulesKind,
  kernelAbi: number,
  table: PermissionTable | undefined,
  flagged: boolean,
): Pick<Rules, 'dfa' | 'permissions' | 'entry' | 'byOwner' | 'pairsUnmarked'> {
  const paired = kind === 'files';
  if (table !== undefined) {
    return {
      dfa,
      permissions: table,
      entry: dfa.accept,
      byOwner: flagged
        ? Uint8Array.from(dfa.accept2, (flags) => flags & OWNER_FLAG)
        : new Uint8Array(dfa.states).fill(paired ? 1 : 0),
      pairsUnmarked: paired && !flagged,
    };
  }
  return {
    dfa,
    permissions: paired
      ? filePermissions(dfa)
      : kind === 'classes'
        ? classPermissions(dfa, kernelAbi)
        : attachmentPermissions(dfa),
    entry: Uint32Array.from({ length: dfa.states }, (_, state) => state * (paired ? 2 : 1)),
    byOwner: new Uint8Array(dfa.states).fill(paired ? 1 : 0),
    pairsUnmarked: false,
  };
}

const OWNER_FLAG = 1;

/** Everything that a state points to exists, so that no question has to ask. */
function validate(rules: Rules, stream: Stream, at: number): void {
  const entries = rules.permissions.allow.length;
  for (let state = 0; state < rules.dfa.states; state++) {
    if (rules.entry[state]! + rules.byOwner[state]! >= entries) {
      stream.fail(
        `state ${state} has the permissions of entry ${rules.entry[state]}, and there are ${entries}`,
        at,
      );
    }
  }
  for (let entry = 0; entry < entries; entry++) {
    const index = tableIndexOf(rules.permissions.xindex[entry]!);
    if (index !== undefined && index >= rules.names.length) {
      stream.fail(
        `an execution goes to name ${index}, and there are ${rules.names.length} names`,
        at,
      );
    }
  }
}
