import { type Component, sorted } from './component.ts';

export const capabilities: Component = {
  name: 'polcaps',
  summary: 'policy capabilities that are on',
  selector: 'NAME',
  entries: (db) =>
    sorted(
      db.capabilities.map((name) => ({
        key: name,
        text: name,
        expanded: `policycap ${name};`,
        data: { name },
      })),
    ),
};
