import type { Never, PathException } from '../confinement/index.ts';
import type { BooleanId, ClassId, TypeId } from '../policydb/index.ts';
import { assumeOfBpf } from './bpf.ts';
import { forbidContextMount } from './context-mount.ts';
import { fileSystemTypes } from './file-systems.ts';
import { Inquiry } from './inquiry.ts';
import { openable, openedBy } from './opening.ts';
import { typeOf } from './own-types.ts';
import {
  doubtUnknownLabels,
  elsewhere,
  isHome,
  linksOnTheWay,
  typesAt,
  typesBelow,
} from './paths.ts';
import { forbidDiskCommands, holdsEverything } from './raw-devices.ts';
import { type Subject, tunableBooleans } from './subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * Nothing below these paths is read. The kernel knows types, not paths: whatever has a type that file contexts give to something
 * below is out of bounds, and reported with what else has it.
 */
export function read(subject: Subject, never: Never & { kind: 'read' }): Verdict {
  const inquiry = new Inquiry(subject, never);
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
    const exception = exceptions.get(type);
    if (exception === 'always') {
      inquiry.noteGrants(
        inquiry.grants('file-read', undefined, (t) => t === type, [type]),
        'excepted',
      );
      continue;
    }
    const on = (target: TypeId): boolean => target === type;
    const isOnTheWay = (target: TypeId, tclass: ClassId): boolean =>
      isLink(subject, tclass) && leadsThere(target);
    const unless = exception ?? [];
    const detail = (): string => elsewhere(subject, type, pattern);
    for (const check of ['file-read', 'names-read']) {
      inquiry.forbid(check, {
        on: (target, tclass) => on(target) && !isOnTheWay(target, tclass),
        among: [type],
        unless,
        beyondBase: true,
        detail,
        with: (grant) => (isLink(subject, grant.tclass) ? [] : openedBy(inquiry, grant)),
      });
    }
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
    if (unless.length > 0) {
      inquiry.noteGrants(inquiry.grants('file-read', undefined, on, [type]), 'excepted');
    }
    noteInherited(inquiry, type);
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
  return inquiry.conclude();
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

/** Says how far exceptions for paths reach: the kernel knows types alone. */
export function notePathExceptions(inquiry: Inquiry, except: readonly PathException[]): void {
  const { subject } = inquiry;
  for (const { path } of except) {
    if (path === undefined) continue;
    doubtUnknownLabels(inquiry, path);
    const names = new Set(typesAt(subject, path).map((type) => subject.db.types.names[type]!));
    inquiry.note(
      `the exception for ${path} is one for everything of the type ${[...names].join(' or ')}`,
    );
  }
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

/** TypeId -> the booleans one of which must be on, or `always`. */
export function exceptedTypes(
  subject: Subject,
  except: readonly PathException[],
): ReadonlyMap<TypeId, readonly BooleanId[] | 'always'> {
  const excepted = new Map<TypeId, readonly BooleanId[] | 'always'>();
  for (const { path, own, when } of except) {
    const types = [
      ...(own === undefined ? [] : [typeOf(subject, `own:${own}`)]),
      ...(path === undefined ? [] : typesAt(subject, path)),
    ].filter((type) => type !== undefined);
    for (const type of types) {
      const before = excepted.get(type) ?? [];
      if (when === undefined || before === 'always') excepted.set(type, 'always');
      else excepted.set(type, [...before, ...tunableBooleans(subject, [when])]);
    }
  }
  return excepted;
}
