import type { Never } from '../../description/index.ts';
import { membersOf, type PolicyDb, type TypeId } from '../policydb/index.ts';
import { entrypoints, QueryError, typeNamed } from '../query/index.ts';
import type { Described } from './inquiry/subject.ts';

/**
 * A domain of a policy that no description made, as something to prove nevers of. It accepts no residual and labels no packets, and the
 * policy's rules on types and booleans with its prefix are no base. Throws QueryError for a name that is no type, or no domain.
 */
export function undescribed(db: PolicyDb, name: string, never: readonly Never[]): Described {
  const domain = typeNamed(db, name);
  const entered = entrypoints(db);
  const types = entered.get(domain) ?? new Set<TypeId>();
  if (!isDomain(db, domain, types)) {
    throw new QueryError(
      `\`${name}\` is a type of the policy, and no domain: no process has it, so no never would say anything`,
      'name the domain of the program, as `httpd_t`',
    );
  }
  const own = db.types.names[domain]!;
  return {
    name: own.replace(/_t$/, ''),
    domain: own,
    may: [],
    never,
    residuals: [],
    ...executables(db, own, types, entered),
  };
}

function isDomain(db: PolicyDb, type: TypeId, types: ReadonlySet<TypeId>): boolean {
  const attribute = db.types.ids.get('domain');
  return attribute !== undefined && db.types.attributes.has(attribute)
    ? membersOf(db.types, attribute).has(type)
    : types.size > 0;
}

/**
 * The one type that the domain is entered by, if no other domain is: a type that others are entered by too, as `bin_t`, is that of many
 * programs, and none of several can be told to be its own.
 */
function executables(
  db: PolicyDb,
  domain: string,
  types: ReadonlySet<TypeId>,
  entered: ReturnType<typeof entrypoints>,
): Pick<Described, 'executableType' | 'executablesSaid'> {
  const [type, ...others] = types;
  const shared =
    type === undefined ? 0 : [...entered.values()].filter((entries) => entries.has(type)).length;
  const none = (why: string): Pick<Described, 'executableType' | 'executablesSaid'> => ({
    executableType: undefined,
    executablesSaid: `no description says what its program is, and the policy does not tell: ${why}; executing it again counts as executing another program`,
  });
  if (type === undefined) return none(`nothing is an entrypoint of ${domain}`);
  if (others.length > 0) return none(`${types.size} types are entrypoints of ${domain}`);
  const name = db.types.names[type]!;
  if (shared > 1) return none(`${name} is an entrypoint of ${shared} domains`);
  return {
    executableType: name,
    executablesSaid: `no description says what its program is: the files of ${name}, the one entrypoint of ${domain} and of no other domain, are`,
  };
}
