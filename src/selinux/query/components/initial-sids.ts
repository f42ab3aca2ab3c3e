import { contextText } from '../context-text.ts';
import { type Component, sorted } from './component.ts';

export const initialSids: Component = {
  name: 'initial-sids',
  summary: 'contexts that the kernel starts with',
  selector: 'NAME',
  entries(db) {
    return sorted(
      db.initialSids.map(({ sid, name, context }) => {
        const shown = contextText(db, context);
        const data = { name, sid, context: shown };
        return { key: name, text: name, expanded: `sid ${name} ${shown}`, data };
      }),
    );
  },
};
