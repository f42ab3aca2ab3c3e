import { typeName } from '../../../description/index.ts';
import type { TypeId } from '../../policydb/index.ts';
import type { Subject } from './subject.ts';

/** The policy's id of a name in a description (`own:log`, `systemd_resolved_t`), or undefined. */
export function typeOf({ db, confinement }: Subject, ref: string): TypeId | undefined {
  return db.types.ids.get(typeName(confinement, ref));
}

/** The type of the program's executables. */
export function executableType({ db, confinement }: Subject): TypeId | undefined {
  const { executableType: name } = confinement;
  return name === undefined ? undefined : db.types.ids.get(name);
}
