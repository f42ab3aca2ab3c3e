import { labelOf, labelsMatching } from '../file-contexts/index.ts';
import { type ClassId, RuleKind, type TypeId } from '../policydb/index.ts';
import type { Subject } from './subject.ts';

/** The types that device files with these paths have; by `names` where no file contexts are at hand. */
export function deviceTypes(
  { db, fileContexts }: Subject,
  paths: readonly string[],
  names: readonly string[],
): ReadonlySet<TypeId> {
  const types =
    fileContexts === undefined
      ? names
      : paths.flatMap((path) => labelOf(fileContexts, path, 'char').context?.type ?? []);
  return new Set(types.flatMap((type) => db.types.ids.get(type) ?? []));
}

/** Whether a target of a class is one of /dev/null's kind: nothing can be kept in it or typed into it. */
export function inertDevices(subject: Subject): (target: TypeId, tclass: ClassId) => boolean {
  const types = ownTypes(
    subject,
    ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'],
    ['null_device_t', 'zero_device_t', 'random_device_t', 'urandom_device_t'],
  );
  const devices = subject.db.classes.ids.get('chr_file');
  return (target, tclass) => tclass === devices && types.has(target);
}

/** The same of terminals, by their paths and attributes, and of /dev/null's kind: to write there is to write no file. */
export function harmlessDevices(subject: Subject): (target: TypeId, tclass: ClassId) => boolean {
  const { db } = subject;
  const inert = inertDevices(subject);
  const devices = db.classes.ids.get('chr_file');
  const terminals = new Set<TypeId>(
    ownTypes(
      subject,
      ['/dev/tty', '/dev/console', '/dev/ptmx'],
      ['devtty_t', 'console_device_t', 'ptmx_t'],
    ),
  );
  for (const attribute of TERMINAL_ATTRIBUTES) {
    const id = db.types.ids.get(attribute);
    if (id === undefined || !db.types.attributes.has(id)) continue;
    db.types.members.get(id)?.forEach((type) => void terminals.add(type));
  }
  return (target, tclass) => inert(target, tclass) || (tclass === devices && terminals.has(target));
}

/**
 * Whether character devices of a type are known to be no terminal, console or input device: file contexts give the type to device files
 * and to none that one of those can be, no terminal is relabelled or created with it, and no attribute of terminals has it. A type of
 * which file contexts say nothing may be a terminal's.
 */
export function knownOtherDevices(subject: Subject): (target: TypeId) => boolean {
  const { db, fileContexts } = subject;
  if (fileContexts === undefined) return () => false;
  const possible = new Set<TypeId>();
  for (const name of labelsMatching(fileContexts, TERMINALS, 'char').types.keys()) {
    const type = db.types.ids.get(name);
    if (type !== undefined) possible.add(type);
  }
  for (const attribute of TERMINAL_ATTRIBUTES) {
    const id = db.types.ids.get(attribute);
    if (id !== undefined) db.types.members.get(id)?.forEach((type) => void possible.add(type));
  }
  const devices = db.classes.ids.get('chr_file');
  const { kind, tclass, data } = db.rules;
  for (let rule = 0; rule < kind.length; rule++) {
    const sets =
      kind[rule] === RuleKind.typeTransition ||
      kind[rule] === RuleKind.typeChange ||
      kind[rule] === RuleKind.typeMember;
    if (sets && tclass[rule] === devices) possible.add(data[rule]! as TypeId);
  }
  const known = new Map<TypeId, boolean>();
  return (target) => {
    let answer = known.get(target);
    if (answer === undefined) {
      const name = db.types.names[target]!;
      const entries = fileContexts.entries.filter(({ context }) => context?.type === name);
      answer =
        !possible.has(target) &&
        entries.length > 0 &&
        entries.every(({ kind: each }) => each === 'char' || each === 'block');
      known.set(target, answer);
    }
    return answer;
  };
}

/**
 * What the nodes of terminals, consoles and input devices are called: the names of the kernel's tty drivers
 * (Documentation/admin-guide/devices.txt and the drivers themselves), wherever below /dev, and of drivers/input.
 */
const TERMINALS =
  '/dev/(.*/)?([^/]*(tty|pty)[^/]*|console|ptmx|pts/.*|tts/.*|vc/.*|3270/.*|input/.*|(hvc|hvsi|xvc|vcs|cu|rfcomm|ircomm|sclp|noz|capi|modem|gps|uinput|uhid|event|js|mouse)[^/]*)';
const TERMINAL_ATTRIBUTES = ['ttynode', 'ptynode', 'server_ptynode'] as const;

/**
 * The types of devices that have an entry of their own, for character devices alone: a label that a pattern happens to give them is
 * one that other files have too.
 */
function ownTypes(
  { db, fileContexts }: Subject,
  paths: readonly string[],
  names: readonly string[],
): ReadonlySet<TypeId> {
  const types =
    fileContexts === undefined
      ? names
      : paths.flatMap(
          (path) =>
            fileContexts.literals.get(path)?.find(({ kind }) => kind === 'char')?.context?.type ??
            [],
        );
  return new Set(types.flatMap((type) => db.types.ids.get(type) ?? []));
}
