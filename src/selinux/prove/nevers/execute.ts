import type { ClassId, TypeId } from '../../policydb/index.ts';
import type { Requirement } from '../inquiry/inquiry.ts';
import { openedBy } from '../inquiry/opening.ts';
import { domainsNamed, entryTypesOfOwn, executableType, typeOf } from '../inquiry/own-types.ts';
import type { Grant } from '../inquiry/subject.ts';
import { assumeHonestFileSystems, forbidContextMount } from './context-mount.ts';
import type { Guarantee } from './guarantee.ts';
import { forbidTransitions } from './leaving.ts';
import { holdsEverything } from './raw-devices.ts';
import { but } from './words.ts';

/**
 * Nothing is executed but its own executable and the excepted helper programs, as they were installed, and what the base lets every domain execute;
 * and nothing leads into another domain.
 */
export const execute: Guarantee<'execute'> = {
  question: ({ except = [] }) =>
    `execute another program or enter another domain${but(
      except.map((one) => ('own' in one ? `programs of its own type ${one.own}` : one.domain)),
    )}`,
  aboutLeaving: true,
  prove(inquiry, { except = [] }) {
    const { subject } = inquiry;
    const own = executableType(subject);
    const { executablesSaid } = subject.confinement;
    if (executablesSaid !== undefined) {
      if (own === undefined) inquiry.note(executablesSaid);
      else inquiry.assume(executablesSaid);
    }
    const helpers = new Set(
      except.map((one) => ('own' in one ? typeOf(subject, `own:${one.own}`) : undefined)),
    );
    const others = new Set(entryTypesOfOwn(subject));
    inquiry.forbid('execute-here', {
      on: (type) => type !== own && !helpers.has(type) && !others.has(type),
      beyondBase: true,
    });
    // What it may run, by the base or again, must not become another program: nor what leads into another domain of its description.
    const runnable = [
      ...inquiry.grants('execute-here'),
      ...(others.size === 0
        ? []
        : inquiry.grants('memory-mapped', ['execute'], (type) => others.has(type))),
    ];
    const types = new Set(runnable.flatMap(({ targets }) => targets));
    // A device or pipe with such a label is no program.
    const file = subject.db.classes.ids.get('file');
    const on = (type: TypeId, tclass: ClassId): boolean => types.has(type) && tclass === file;
    const runs = ({ targets }: Grant): Requirement => ({
      grants: runnable.filter((one) => one.targets.some((type) => targets.includes(type))),
    });
    if (runnable.length > 0) {
      inquiry.forbid('file-write', {
        on,
        with: (grant) => [runs(grant), ...openedBy(inquiry, grant)],
      });
      inquiry.forbid('file-relabel', {
        permissions: ['relabelto'],
        on,
        with: (grant) => [runs(grant)],
      });
      inquiry.forbid('file-write', {
        on: holdsEverything(subject),
        with: (grant) => [{ grants: runnable }, ...openedBy(inquiry, grant)],
      });
    }
    forbidContextMount(inquiry, runnable);
    assumeHonestFileSystems(inquiry, runnable);
    forbidTransitions(inquiry, [
      subject.home,
      ...domainsNamed(
        subject,
        except.flatMap((one) => ('domain' in one ? one.domain : [])),
      ),
    ]);
  },
};
