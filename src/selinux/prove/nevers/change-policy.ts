import type { TypeId } from '../../policydb/index.ts';
import { labelsOfFiles } from '../inquiry/considerations.ts';
import { openable, openedBy } from '../inquiry/opening.ts';
import { typesBelow } from '../inquiry/paths.ts';
import { forbidContextMount } from './context-mount.ts';
import type { Guarantee } from './guarantee.ts';
import { holdsEverything } from './raw-devices.ts';

/**
 * Neither the policy nor its mode nor a boolean is changed, nothing is relabelled, and no file is written that the next load of the
 * policy, or the next relabelling, reads.
 */
export const changePolicy: Guarantee<'change-policy'> = {
  question: () => 'change the policy, its mode, its booleans, labels or files',
  considers: [labelsOfFiles],
  prove(inquiry) {
    const { subject } = inquiry;
    inquiry.forbid('policy-change');
    inquiry.forbid('policy-override');
    inquiry.forbid('file-relabel');
    // Another kernel by kexec, the machine by its ports, this kernel by a module: each does away with what it enforces.
    inquiry.forbid('capability', { permissions: ['sys_boot', 'sys_rawio'] });
    const module = { grants: inquiry.grants('module-capability') };
    inquiry.forbid('module-load', { with: () => [module] });
    const writable = new Set<TypeId>(
      ['file-write', 'file-create', 'file-remove', 'name-change', 'mount-point'].flatMap((check) =>
        inquiry.grants(check).flatMap(({ targets }) => targets),
      ),
    );
    const types = typesBelow(inquiry, POLICY_DIRECTORIES, writable);
    const on = (type: TypeId): boolean => types.has(type);
    inquiry.forbid('file-write', { on, with: (grant) => openedBy(inquiry, grant) });
    inquiry.forbid('file-create', { on });
    inquiry.forbid('file-remove', { on });
    // A newer policy.N beside the old one is the next to be loaded, whatever its label.
    inquiry.forbid('name-change', { on });
    inquiry.forbid('mount-point', { on });
    inquiry.forbid('file-write', {
      on: holdsEverything(subject),
      with: (grant) => openedBy(inquiry, grant),
    });
    forbidContextMount(inquiry, openable(inquiry, 'file-write'));
  },
};

/** The policy, its store, and what says to the next kernel whether it enforces one. */
const POLICY_DIRECTORIES = ['/etc/selinux', '/var/lib/selinux', '/boot'] as const;
