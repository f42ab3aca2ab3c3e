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

/** The types by which those domains are entered that count as itself: further ones of the description. */
export function entryTypesOfOwn({ db, confinement, own, domain }: Subject): readonly TypeId[] {
  return (confinement.module?.domains ?? []).flatMap(({ domain: name, executableType: entry }) => {
    const id = db.types.ids.get(name);
    const type = db.types.ids.get(entry);
    return id !== undefined && id !== domain && own.has(id) && type !== undefined ? [type] : [];
  });
}

/** The policy's ids of domains that the description names. */
export function domainsNamed(
  { db, confinement }: Pick<Subject, 'db' | 'confinement'>,
  names: readonly string[],
): readonly TypeId[] {
  return names.flatMap((name) => {
    const found = confinement.module?.domains.find((other) => other.name === name);
    return found === undefined ? [] : (db.types.ids.get(found.domain) ?? []);
  });
}
