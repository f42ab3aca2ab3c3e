import type { BooleanId, ClassId, TypeId } from '../../policydb/index.ts';
import { labelsOfFiles } from '../inquiry/considerations.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { openable, openedBy } from '../inquiry/opening.ts';
import { elsewhere, isHome, linksOnTheWay, typesBelow } from '../inquiry/paths.ts';
import type { Subject } from '../inquiry/subject.ts';
import { fileSystemTypes } from '../kernel/file-systems.ts';
import { assumeOfBpf } from './bpf.ts';
import { forbidContextMount } from './context-mount.ts';
import type { Guarantee } from './guarantee.ts';
import { exceptedTypes, notePathExceptions } from './path-exceptions.ts';
import { forbidDiskCommands, holdsEverything } from './raw-devices.ts';
import { but, placeInWords } from './words.ts';

/**
 * Nothing below these paths is read. The kernel knows types, not paths: whatever has a type that file contexts give to something
 * below is out of bounds, and reported with what else has it.
 */
export const read: Guarantee<'read'> = {
  question: ({ below, names, except }) =>
    `read ${names === 'may' ? 'what is in files ' : ''}below ${below.join(' or ')}${but(except.map(placeInWords))}`,
  residuals: ['process-environment', 'inherited-descriptors'],
  considers: [labelsOfFiles],
  prove(inquiry, never) {
    const { subject } = inquiry;
    const readable = new Set<TypeId>(
      [
        ...inquiry.grants('file-read'),
        ...inquiry.grants('names-read'),
        ...inquiry.grants('file-relabel', ['relabelfrom']),
      ].flatMap(({ targets }) => targets),
    );
    const types = new Map([
      ...typesBelow(inquiry, never.below, readable),
      ...withoutLabels(inquiry, never.below, readable),
    ]);
    const leadsThere = linksOnTheWay(subject, never.below);
    const exceptions = exceptedTypes(subject, never.except);
    notePathExceptions(inquiry, never.except);
    for (const [type, pattern] of types) {
      const unless = exceptions.get(type) ?? [];
      if (unless === 'always') noteExcepted(inquiry, type);
      else forbidType(inquiry, { type, pattern, unless, leadsThere, names: never.names === 'may' });
    }
    inquiry.forbid('file-read', {
      on: holdsEverything(subject),
      with: (grant) => openedBy(inquiry, grant),
    });
    forbidDiskCommands(inquiry, (grant) => openedBy(inquiry, grant));
    // A disk or share that holds what is below, mounted elsewhere as something that it may read.
    forbidContextMount(inquiry, openable(inquiry, 'file-read'));
    assumeOfBpf(
      inquiry,
      ['perfmon', 'sys_admin'],
      'copies cached files out of the memory of the kernel, which perfmon and sys_admin let such programs read',
    );
  },
};

/** Forbids reading one type of what is below, unless one of these booleans is on. */
function forbidType(
  inquiry: Inquiry,
  {
    type,
    pattern,
    unless,
    leadsThere,
    names,
  }: {
    readonly type: TypeId;
    readonly pattern: string;
    readonly unless: readonly BooleanId[];
    readonly leadsThere: (type: TypeId) => boolean;
    /** Whether names may be read. */
    readonly names: boolean;
  },
): void {
  const { subject } = inquiry;
  const on = (target: TypeId): boolean => target === type;
  const isOnTheWay = (target: TypeId, tclass: ClassId): boolean =>
    isLink(subject, tclass) && leadsThere(target);
  const detail = (): string => elsewhere(subject, type, pattern);
  if (names) {
    inquiry.noteGrants(
      inquiry.grants('names-read', undefined, on, [type]),
      'names alone, which it may read',
    );
  }
  for (const check of names ? ['file-read'] : ['file-read', 'names-read']) {
    inquiry.forbid(check, {
      on: (target, tclass) => on(target) && !isOnTheWay(target, tclass),
      among: [type],
      unless,
      beyondBase: true,
      detail,
      with: (grant) => (isLink(subject, grant.tclass) ? [] : openedBy(inquiry, grant)),
    });
  }
  if (!names)
    inquiry.noteGrants(
      inquiry.grants(
        'names-read',
        undefined,
        (target, tclass) => on(target) && isOnTheWay(target, tclass),
        [type],
      ),
      'a link on the way there, since file contexts give the type to no link below',
    );
  inquiry.forbid('file-relabel', { permissions: ['relabelfrom'], on, among: [type], detail });
  if (unless.length > 0) noteExcepted(inquiry, type);
  noteInherited(inquiry, type);
}

function noteExcepted(inquiry: Inquiry, type: TypeId): void {
  inquiry.noteGrants(
    inquiry.grants('file-read', undefined, (target) => target === type, [type]),
    'excepted',
  );
}

/**
 * Types that whole file systems have, since those store no labels: a home directory may be on one, and then all of it has that type. Of
 * another path that is presupposed not to be so.
 */
function withoutLabels(
  inquiry: Inquiry,
  paths: readonly string[],
  readable: ReadonlySet<TypeId>,
): ReadonlyMap<TypeId, string> {
  const { db } = inquiry.subject;
  const types = new Map([...fileSystemTypes(db)].filter(([type]) => readable.has(type)));
  if (types.size === 0 || paths.some((path) => isHome(path))) return types;
  const names = [...types].map(([type, what]) => `${db.types.names[type]} (${what})`);
  inquiry.assume(
    `nothing below ${paths.join(', ')} is on a file system whose files all have a type that the domain may read: ${names.join(', ')}`,
  );
  return new Map();
}

/** What is readable only through a descriptor that another process handed down. */
function noteInherited(inquiry: Inquiry, type: TypeId): void {
  const grants = inquiry
    .grants('file-read', undefined, (target) => target === type, [type])
    .filter((grant) => openedBy(inquiry, grant).some(({ grants: open }) => open.length === 0));
  inquiry.noteGrants(grants, 'only through a descriptor that another process opened');
}

function isLink({ db }: Subject, tclass: number): boolean {
  return db.classes.names[tclass] === 'lnk_file';
}
