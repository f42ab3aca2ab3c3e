import type { TypeId } from '../../policydb/index.ts';
import { labelsOfFiles } from '../inquiry/considerations.ts';
import { openable, openedBy } from '../inquiry/opening.ts';
import type { Grant } from '../inquiry/subject.ts';
import { harmlessDevices } from '../kernel/devices.ts';
import { forbidContextMount } from './context-mount.ts';
import type { Guarantee } from './guarantee.ts';
import { exceptedTypes, notePathExceptions } from './path-exceptions.ts';
import { forbidDiskCommands } from './raw-devices.ts';
import { but, placeInWords } from './words.ts';

/**
 * No file is written, created, renamed or deleted, except in these types and paths. Its own nodes below /proc, terminals and
 * /dev/null's kind are no files; what can be written only through a descriptor that another process handed down is said apart.
 */
export const write: Guarantee<'write'> = {
  question: ({ except }) =>
    `write, create, rename or delete a file${but(except.map(placeInWords))}`,
  residuals: ['inherited-descriptors'],
  considers: [labelsOfFiles],
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, own } = subject;
    const exceptions = exceptedTypes(
      subject,
      never.except.filter(({ only }) => only === undefined),
    );
    const ofBase = exceptedTypes(
      subject,
      never.except.filter(({ only }) => only === 'base'),
    );
    notePathExceptions(inquiry, never.except);
    const harmless = harmlessDevices(subject);
    const devices = db.classes.ids.get('chr_file');
    const inBounds = (type: TypeId): boolean => !own.has(type) && !exceptions.has(type);

    inquiry.forbid('file-write', {
      on: (type, tclass) => inBounds(type) && !harmless(type, tclass),
      beyondBase: true,
      with: (grant) => openedBy(inquiry, grant),
      baseUnless: (type) => ofBase.get(type),
    });
    for (const check of ['file-create', 'file-remove']) {
      inquiry.forbid(check, { on: inBounds, beyondBase: true });
    }
    // Commands that write take a descriptor that is open for writing, or a capability.
    const raw = { grants: inquiry.grants('capability', ['sys_rawio', 'sys_admin']) };
    forbidDiskCommands(inquiry, (grant) => [raw, ...openedBy(inquiry, grant)]);
    // Any file, on a disk or share that is mounted once more as something that it may write.
    forbidContextMount(inquiry, openable(inquiry, 'file-write'));
    // The type of its processes is no file's, unless a file system takes files of that type.
    const associates = { grants: inquiry.grants('file-associate') };
    inquiry.forbid('file-create', {
      on: (type) => own.has(type) && !exceptions.has(type),
      beyondBase: true,
      with: () => [associates],
    });
    for (const [type, unless] of exceptions) {
      if (unless === 'always') continue;
      const on = (target: TypeId): boolean => target === type;
      inquiry.forbid('file-write', { on, unless, with: (grant) => openedBy(inquiry, grant) });
      for (const check of ['file-create', 'file-remove']) inquiry.forbid(check, { on, unless });
    }
    const inherited = (grant: Grant): boolean =>
      openedBy(inquiry, grant).some(({ grants }) => grants.length === 0);
    inquiry.noteGrants(
      inquiry
        .grants('file-write', undefined, inBounds)
        .filter((grant) => grant.tclass !== devices && inherited(grant)),
      'only through a descriptor that another process opened',
    );
  },
};
