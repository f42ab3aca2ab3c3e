import {
  type CompiledProfile,
  classStart,
  granted,
  NO_STATE,
  permissionsOf,
} from '../compiled/index.ts';
import { capabilitiesOf } from './capabilities.ts';
import { CLASS_PERMISSIONS, CLASSES, type ClassName, namesOf } from './names.ts';
import { grantedAfter } from './network.ts';

/** What a compiled profile is, at a glance. */
export interface ProfileInfo {
  readonly name: string;
  readonly namespace?: string;
  readonly mode: CompiledProfile['mode'];
  readonly hat: boolean;
  /** The pattern that it attaches to is compiled; text where the compiler wrote it. */
  readonly attaches: boolean | string;
  readonly attachDisconnected: boolean;
  readonly capabilities: readonly string[];
  /** The classes that the kernel is to ask about, besides files and capabilities. */
  readonly mediated: readonly MediatedClass[];
  /** Those that it was compiled without: whatever they would stop is not stopped. */
  readonly unmediated: readonly ClassName[];
  readonly states: { readonly files: number; readonly classes: number };
}

export interface MediatedClass {
  readonly name: ClassName | `class ${number}`;
  /** What is granted for some peer, path or address; undefined for classes whose permissions are not named here. */
  readonly grants?: readonly string[];
}

export function profileInfo(profile: CompiledProfile): ProfileInfo {
  const { classes } = profile;
  const numbers = Array.from({ length: 256 }, (_, number) => number).filter(
    (number) => number > LAST_WITHOUT_CLASS && classStart(classes, number) !== NO_STATE,
  );
  return {
    name: profile.name,
    ...(profile.namespace !== undefined && { namespace: profile.namespace }),
    mode: profile.mode,
    hat: profile.hat,
    attaches: profile.attachment?.text ?? profile.attachment !== undefined,
    attachDisconnected: profile.paths.attachDisconnected,
    capabilities: capabilitiesOf(profile),
    mediated: numbers.map((number) => mediatedClass(profile, number)),
    unmediated: (Object.keys(CLASSES) as ClassName[]).filter(
      (name) => ASKED_OF_ALL.has(name) && !numbers.includes(CLASSES[name]),
    ),
    states: {
      files: profile.files?.dfa.states ?? 0,
      classes: classes?.dfa.states ?? 0,
    },
  };
}

/** Entry, unknown and file. */
const LAST_WITHOUT_CLASS = 2;

/** The classes of which a kernel without them stops nothing that a rule could have stopped. */
const ASKED_OF_ALL: ReadonlySet<ClassName> = new Set([
  'mount',
  'ptrace',
  'signal',
  'network',
  'network-v9',
  'mqueue',
  'userns',
  'io_uring',
  'dbus',
]);

function mediatedClass(profile: CompiledProfile, number: number): MediatedClass {
  const name = (Object.keys(CLASSES) as ClassName[]).find((each) => CLASSES[each] === number);
  if (name === undefined) return { name: `class ${number}` };
  const permissions = CLASS_PERMISSIONS[name];
  if (permissions === undefined) return { name };
  const start = classStart(profile.classes, number);
  // These two are asked for without a name or a peer, where the class begins.
  const atOnce = name === 'userns' || name === 'io_uring';
  const bits =
    grantedAfter(profile.classes!, start) |
    (atOnce ? granted(permissionsOf(profile.classes!, start).owner) : 0);
  return { name, grants: namesOf(permissions, bits) };
}
