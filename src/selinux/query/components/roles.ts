import { type Component, setText, sorted, sortedNames } from './component.ts';

export const roles: Component = {
  name: 'roles',
  summary: 'roles with the types they may be combined with',
  selector: 'NAME',
  entries(db) {
    return sorted(
      db.roles.names.map((name, id) => {
        const types = sortedNames(db.roles.types[id]!.toArray().map((t) => db.types.names[t]!));
        const expanded = `role ${name} types ${setText(types)};`;
        return { key: name, text: name, expanded, data: { name, types } };
      }),
    );
  },
};
