import { contextText } from '../context-text.ts';
import { type Component, sorted } from './component.ts';

export const netifs: Component = {
  name: 'netifs',
  summary: 'contexts of network interfaces (netifcon)',
  selector: 'DEVICE',
  entries(db) {
    return sorted(
      db.netifs.map((netif) => {
        const context = contextText(db, netif.interface);
        const packets = contextText(db, netif.packets);
        const text = `netifcon ${netif.name} ${context} ${packets}`;
        const data = { name: netif.name, context, packets };
        return { key: netif.name, text, expanded: text, data };
      }),
    );
  },
};

export const nodes: Component = {
  name: 'nodes',
  summary: 'contexts of network addresses (nodecon)',
  selector: 'ADDRESS',
  entries(db) {
    return sorted(
      db.nodes.map(({ family, address, mask, context }) => {
        const shown = contextText(db, context);
        const text = `nodecon ${address} ${mask} ${shown}`;
        const data = { family, address, mask, context: shown };
        return { key: address, text, expanded: text, data };
      }),
    );
  },
};
