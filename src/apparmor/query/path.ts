import {
  type ByOwner,
  type CompiledProfile,
  classStart,
  type ExecMode,
  execModeOf,
  granted,
  matchBytes,
  NO_STATE,
  PERM,
  type Permissions,
  permissionsOf,
  type Rules,
} from '../compiled/index.ts';
import { linkTarget } from './link.ts';
import { FILE_PERMISSIONS, namesOf } from './names.ts';

/** What a profile grants one path, to the owner of the file and to everybody else. */
export interface PathAnswer {
  readonly profile: string;
  readonly path: string;
  readonly owner: PathGrant;
  readonly other: PathGrant;
  /** Whether the two differ. */
  readonly byOwner: boolean;
  /** What some kernels read otherwise. */
  readonly notes: readonly string[];
}

export interface PathGrant {
  readonly permissions: readonly string[];
  /** Refused by a deny rule, and so not logged. Older layouts keep of a deny rule only that it is not logged. */
  readonly denied: readonly string[];
  /** Logged although granted. */
  readonly audited: readonly string[];
  readonly exec?: ExecMode;
}

/** The rules of a profile for files, and where a path begins in them; undefined where it has none, and then no file is granted. */
export function fileRules(
  profile: CompiledProfile,
): { readonly rules: Rules; readonly start: number } | undefined {
  const { files, classes } = profile;
  if (files !== undefined) return { rules: files, start: files.fileStart };
  if (classes === undefined) return undefined;
  // A compiler may put them among the other classes.
  const start = classStart(classes, FILE_CLASS);
  return start === NO_STATE ? undefined : { rules: classes, start };
}

const FILE_CLASS = 2;

/** `path` is absolute, as the process sees it; a directory ends in a slash. */
export function pathAnswer(profile: CompiledProfile, path: string): PathAnswer {
  const found = fileRules(profile);
  const state = found === undefined ? NO_STATE : stateOf(found.rules, found.start, path);
  const grant = (half: 'owner' | 'other'): PathGrant => {
    if (found === undefined) return { permissions: [], denied: [], audited: [] };
    return grantOf(found.rules, state, half);
  };
  const [owner, other] = [grant('owner'), grant('other')];
  const byOwner = JSON.stringify(owner) !== JSON.stringify(other);
  return {
    profile: profile.name,
    path,
    owner,
    other,
    byOwner,
    notes: byOwner && found?.rules.pairsUnmarked === true ? [UNMARKED] : [],
  };
}

const UNMARKED =
  'the compiler did not mark what is for owners: some kernels from 6.17 on grant it to everybody';

function stateOf(rules: Rules, start: number, path: string): number {
  return matchBytes(rules.dfa, start, new TextEncoder().encode(path));
}

export function filePermissions(profile: CompiledProfile, path: string): ByOwner {
  const found = fileRules(profile);
  if (found === undefined) return { owner: NOTHING, other: NOTHING };
  const { rules, start } = found;
  return permissionsOf(rules, stateOf(rules, start, path));
}

const NOTHING: Permissions = {
  allow: 0,
  deny: 0,
  audit: 0,
  quiet: 0,
  kill: 0,
  complain: 0,
  prompt: 0,
  xindex: 0,
};

function grantOf(rules: Rules, state: number, half: 'owner' | 'other'): PathGrant {
  const permissions = permissionsOf(rules, state)[half];
  let allow = granted(permissions);
  // A link has a name and a target, and needs both.
  if ((allow & PERM.link) !== 0 && linkTarget(rules, state, half) === undefined)
    allow &= ~PERM.link;
  return {
    permissions: namesOf(FILE_PERMISSIONS, allow),
    denied: namesOf(FILE_PERMISSIONS, (permissions.deny | permissions.quiet) & ~allow),
    audited: namesOf(FILE_PERMISSIONS, permissions.audit & allow),
    ...((allow & PERM.exec) !== 0 && { exec: execModeOf(permissions.xindex, rules.names) }),
  };
}
