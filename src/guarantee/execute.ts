import type { Never } from '../confinement/index.ts';
import type { TypeId } from '../policydb/index.ts';
import { Inquiry } from './inquiry.ts';
import { openedBy } from './opening.ts';
import { executableType } from './own-types.ts';
import { holdsEverything } from './raw-devices.ts';
import type { Subject } from './subject.ts';
import { forbidTransitions } from './transition.ts';
import type { Verdict } from './verdict.ts';

/**
 * Nothing is executed but its own executable, as it was installed, and what the base lets every domain execute; and nothing leads into
 * another domain.
 */
export function execute(subject: Subject, never: Never & { kind: 'execute' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  const own = executableType(subject);
  inquiry.forbid('execute-here', { on: (type) => type !== own, beyondBase: true });
  // What it may run again must not become another program.
  const isOwn = (type: TypeId): boolean => type === own;
  const runs = { grants: inquiry.grants('execute-here', undefined, isOwn) };
  if (runs.grants.length > 0) {
    // A device or pipe with its label is no program.
    const file = subject.db.classes.ids.get('file');
    const isProgram = (type: TypeId, tclass: number): boolean => isOwn(type) && tclass === file;
    inquiry.forbid('file-write', {
      on: isProgram,
      with: (grant) => [runs, ...openedBy(inquiry, grant)],
    });
    inquiry.forbid('file-relabel', {
      permissions: ['relabelto'],
      on: isProgram,
      with: () => [runs],
    });
    inquiry.forbid('file-write', {
      on: holdsEverything(subject),
      with: (grant) => [runs, ...openedBy(inquiry, grant)],
    });
  }
  forbidTransitions(inquiry);
  return inquiry.conclude();
}
