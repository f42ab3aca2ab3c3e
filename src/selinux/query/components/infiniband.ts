import { contextText } from '../context-text.ts';
import { type Component, sorted } from './component.ts';

export const ibpkeys: Component = {
  name: 'ibpkeys',
  summary: 'contexts of InfiniBand partition keys (ibpkeycon)',
  selector: 'SUBNET',
  entries(db) {
    return sorted(
      db.ibpkeys.map(({ subnetPrefix, low, high, context }) => {
        const range = low === high ? hex(low) : `${hex(low)}-${hex(high)}`;
        const shown = contextText(db, context);
        const text = `ibpkeycon ${subnetPrefix} ${range} ${shown}`;
        const data = { subnetPrefix, low, high, context: shown };
        return { key: subnetPrefix, text, expanded: text, data };
      }),
    );
  },
};

export const ibendports: Component = {
  name: 'ibendports',
  summary: 'contexts of InfiniBand device ports (ibendportcon)',
  selector: 'DEVICE',
  entries(db) {
    return sorted(
      db.ibendports.map(({ device, port, context }) => {
        const shown = contextText(db, context);
        const text = `ibendportcon ${device} ${port} ${shown}`;
        return { key: device, text, expanded: text, data: { device, port, context: shown } };
      }),
    );
  },
};

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
