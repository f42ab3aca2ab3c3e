import { type Component, sorted } from './component.ts';

export const booleans: Component = {
  name: 'booleans',
  summary: 'booleans with their default state',
  selector: 'NAME',
  entries(db) {
    return sorted(
      db.booleans.names.map((name, id) => {
        const state = db.booleans.defaults[id] === 1;
        return { key: name, text: name, expanded: `bool ${name} ${state};`, data: { name, state } };
      }),
    );
  },
};
