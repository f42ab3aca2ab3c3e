import { membersOf, type PolicyDb, type TypeId } from '../../policydb/index.ts';

/** The types that rules grant everything of a kind, by attributes that the reference policy, Fedora's and Debian's, keep for that. */
export function unconfinedTypes(db: PolicyDb): ReadonlySet<TypeId> {
  const types = new Set<TypeId>();
  for (const name of UNCONFINED) {
    const attribute = db.types.ids.get(name);
    if (attribute !== undefined && db.types.attributes.has(attribute)) {
      membersOf(db.types, attribute).forEach((type) => void types.add(type));
    }
  }
  return types;
}

/** Everything with files, devices, the kernel, other domains. */
const UNCONFINED = [
  'unconfined_domain_type',
  'files_unconfined_type',
  'devices_unconfined_type',
  'kern_unconfined',
  'unconfined_domain',
];
