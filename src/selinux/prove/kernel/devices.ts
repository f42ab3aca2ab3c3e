import { type FileContexts, labelOf, labelsMatching } from '../../file-contexts/index.ts';
import {
  type ClassId,
  membersOf,
  type PolicyDb,
  RuleKind,
  type TypeId,
} from '../../policydb/index.ts';

/** A policy with its labels of files, where they are known. */
export interface Labelled {
  readonly db: PolicyDb;
  readonly fileContexts?: FileContexts | undefined;
}

/** The types that device files with these paths have; by `names` where no file contexts are at hand. */
export function deviceTypes(
  { db, fileContexts }: Labelled,
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
export function inertDevices(subject: Labelled): (target: TypeId, tclass: ClassId) => boolean {
  const types = ownTypes(
    subject,
    ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'],
    ['null_device_t', 'zero_device_t', 'random_device_t', 'urandom_device_t'],
  );
  const devices = subject.db.classes.ids.get('chr_file');
  return (target, tclass) => tclass === devices && types.has(target);
}

/** The same of terminals, by their paths and attributes, and of /dev/null's kind: to write there is to write no file. */
export function harmlessDevices(subject: Labelled): (target: TypeId, tclass: ClassId) => boolean {
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
  for (const type of typesByAttribute(db)) terminals.add(type);
  return (target, tclass) => inert(target, tclass) || (tclass === devices && terminals.has(target));
}

/**
 * Whether character devices of a type are known to be no terminal, console or input device: file contexts give the type to device files
 * and to none that one of those can be, no terminal is relabelled or created with it, and no attribute of terminals has it. A type of
 * which file contexts say nothing may be a terminal's.
 */
export function knownOtherDevices(subject: Labelled): (target: TypeId) => boolean {
  const { db, fileContexts } = subject;
  if (fileContexts === undefined) return () => false;
  const possible = new Set<TypeId>([
    ...typesByLabel(db, fileContexts),
    ...typesByAttribute(db),
    ...typesByRule(db),
  ]);
  const devicesOnly = new Map<TypeId, boolean>();
  for (const { context, kind } of fileContexts.entries) {
    const type = context && db.types.ids.get(context.type);
    if (type === undefined) continue;
    const isDevice = kind === 'char' || kind === 'block';
    devicesOnly.set(type, isDevice && (devicesOnly.get(type) ?? true));
  }
  return (target) => !possible.has(target) && devicesOnly.get(target) === true;
}

/** Types that file contexts can give to a terminal, a console or an input device. */
function typesByLabel(db: PolicyDb, contexts: FileContexts): TypeId[] {
  const names = labelsMatching(contexts, `/dev/(.*/)?(${TERMINALS})`, 'char').types.keys();
  return [...names].flatMap((name) => db.types.ids.get(name) ?? []);
}

function typesByAttribute(db: PolicyDb): TypeId[] {
  return TERMINAL_ATTRIBUTES.flatMap((attribute) => {
    const id = db.types.ids.get(attribute);
    return id === undefined || !db.types.attributes.has(id) ? [] : [...membersOf(db.types, id)];
  });
}

/** Types that a new device gets, or one that is relabelled for a login: by any rule without a name, and by one with a terminal's name. */
function typesByRule(db: PolicyDb): TypeId[] {
  const devices = db.classes.ids.get('chr_file');
  const { kind, tclass, data } = db.rules;
  const types: TypeId[] = [];
  for (let rule = 0; rule < kind.length; rule++) {
    if (tclass[rule] === devices && TYPE_RULES.includes(kind[rule]!)) {
      types.push(data[rule]! as TypeId);
    }
  }
  const { filenameTransitions: named } = db;
  for (let row = 0; row < named.count; row++) {
    if (named.tclass[row] === devices && TERMINAL_NAME.test(named.names[named.name[row]!]!)) {
      types.push(named.newType[row]!);
    }
  }
  return types;
}

const TYPE_RULES: readonly number[] = [
  RuleKind.typeTransition,
  RuleKind.typeChange,
  RuleKind.typeMember,
];

/**
 * What the nodes of terminals, consoles and input devices are called: the names of the kernel's tty drivers
 * (Documentation/admin-guide/devices.txt and the drivers themselves), wherever below /dev, and of drivers/input.
 */
const TERMINALS =
  '[^/]*(tty|pty)[^/]*|console|ptmx|(pts|tts|vc|3270|input)/.*|(hvc|hvsi|xvc|vcs|cu|rfcomm|ircomm|sclp|noz|capi|modem|gps|uinput|uhid|event|js|mouse)[^/]*';
/** Nodes of pseudo-terminals and virtual consoles are plain numbers. */
const TERMINAL_NAME = new RegExp(`^(${TERMINALS}|[0-9]+)$`);
const TERMINAL_ATTRIBUTES = ['ttynode', 'ptynode', 'server_ptynode'] as const;

/**
 * The types of devices that have an entry of their own, for character devices alone: a label that a pattern happens to give them is
 * one that other files have too.
 */
function ownTypes(
  { db, fileContexts }: Labelled,
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
