import { attributesOf, NONE, type PolicyDb, type TypeId } from '../../policydb/index.ts';
import { type Component, type Entry, sorted, sortedNames } from './component.ts';

export const types: Component = {
  name: 'types',
  summary: 'types with their aliases and attributes',
  selector: 'NAME',
  entries(db) {
    const aliases = new Map<TypeId, string[]>();
    for (const [alias, type] of db.types.aliases) {
      const list = aliases.get(type);
      if (list === undefined) aliases.set(type, [alias]);
      else list.push(alias);
    }
    return sorted(
      typeIds(db).map((id) => {
        const name = db.types.names[id]!;
        const also = sortedNames(aliases.get(id) ?? []);
        const attributes = [...attributesOf(db.types, id)]
          .filter((attribute) => attribute !== id)
          .map((attribute) => db.types.names[attribute]!);
        const alias =
          also.length > 0 ? ` alias ${also.length === 1 ? also[0] : `{ ${also.join(' ')} }`}` : '';
        return {
          key: name,
          text: name,
          expanded: `type ${[name + alias, ...attributes].join(', ')};`,
          data: { name, aliases: also, attributes },
        };
      }),
    );
  },
};

export const attributes: Component = {
  name: 'attributes',
  summary: 'type attributes with their types',
  selector: 'NAME',
  entries(db) {
    return sorted(
      [...db.types.attributes].map((id) => {
        const name = db.types.names[id]!;
        const members = db.types.members.get(id)?.toArray() ?? [];
        const names = sortedNames(members.map((type) => db.types.names[type]!));
        return {
          key: name,
          text: name,
          expanded: [`attribute ${name};`, ...names.map((type) => `\t${type}`)].join('\n'),
          data: { name, types: names },
        };
      }),
    );
  },
};

export const permissive: Component = {
  name: 'permissive',
  summary: 'types whose denials are logged and not enforced',
  selector: 'TYPE',
  entries: (db) => sorted([...db.permissive].map((id) => typeEntry(db, id, 'permissive'))),
};

export const neverAudit: Component = {
  name: 'neveraudit',
  summary: 'types of which nothing is ever audited',
  selector: 'TYPE',
  entries: (db) => sorted([...db.neverAudit].map((id) => typeEntry(db, id, 'neveraudit'))),
};

export const typeBounds: Component = {
  name: 'typebounds',
  summary: 'types that may never do more than another',
  selector: 'CHILD',
  entries(db) {
    const { names, bounds } = db.types;
    return sorted(
      typeIds(db)
        .filter((child) => bounds[child] !== NONE)
        .map((child) => {
          const parent = names[bounds[child]!]!;
          const text = `typebounds ${parent} ${names[child]};`;
          return {
            key: names[child]!,
            text,
            expanded: text,
            data: { parent, child: names[child]! },
          };
        }),
    );
  },
};

function typeIds(db: PolicyDb): TypeId[] {
  return db.types.names.map((_, id) => id as TypeId).filter((id) => !db.types.attributes.has(id));
}

function typeEntry(db: PolicyDb, id: TypeId, statement: string): Entry {
  const name = db.types.names[id]!;
  return { key: name, text: name, expanded: `${statement} ${name};`, data: { name } };
}
