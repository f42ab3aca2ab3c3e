import type { TypeId } from '../../policydb/index.ts';
import { openedBy } from '../inquiry/opening.ts';
import type { Grant } from '../inquiry/subject.ts';
import { assumeHonestFileSystems, forbidContextMount } from './context-mount.ts';
import type { Guarantee } from './guarantee.ts';
import { holdsEverything } from './raw-devices.ts';

/** Nothing is both written and run: no executable memory that was written, and no type of file that can be written and mapped executable. */
export const executableMemory: Guarantee<'executable-memory'> = {
  question: () => 'execute memory or files that it can write',
  prove(inquiry) {
    const { subject } = inquiry;
    inquiry.forbid('memory-anonymous');
    inquiry.forbid('memory-modified', { beyondBase: true });
    // Memory files and rings exist to be written.
    const { ids } = subject.db.classes;
    const memory = [ids.get('memfd_file'), ids.get('anon_inode')];
    inquiry.forbid('memory-mapped', { on: (_, tclass) => memory.includes(tclass) });
    inquiry.forbid('memory-ring');
    const mapped = new Set<TypeId>(
      inquiry.grants('memory-mapped').flatMap(({ targets }) => targets),
    );
    inquiry.forbid('file-write', {
      on: (type) => mapped.has(type),
      with: (grant: Grant) => [
        {
          grants: inquiry
            .grants('memory-mapped', undefined, (type) => grant.targets.includes(type))
            .filter(({ tclass }) => tclass === grant.tclass),
        },
      ],
    });
    const maps = { grants: inquiry.grants('memory-mapped') };
    inquiry.forbid('file-write', {
      on: holdsEverything(subject),
      with: (grant) => [maps, ...openedBy(inquiry, grant)],
    });
    forbidContextMount(inquiry, maps.grants);
    assumeHonestFileSystems(inquiry, maps.grants);
  },
};
