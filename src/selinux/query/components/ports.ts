import { contextText } from '../context-text.ts';
import { type Component, sorted } from './component.ts';

export const ports: Component = {
  name: 'ports',
  summary: 'contexts of network ports (portcon)',
  selector: 'PORT[-PORT]',
  entries(db) {
    return sorted(
      db.ports.map(({ protocol, low, high, context }) => {
        const range = low === high ? `${low}` : `${low}-${high}`;
        const shown = contextText(db, context);
        const text = `portcon ${protocol} ${range} ${shown}`;
        return {
          key: range,
          text,
          expanded: text,
          data: { protocol, low, high, context: shown },
        };
      }),
    );
  },
  matcher(selector) {
    const [low, high] = portRange(selector);
    return ({ data }) => (data.low as number) <= low && high <= (data.high as number);
  },
};

function portRange(selector: string): [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(selector);
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  if (match === null || low > high || high > 0xffff) {
    throw new RangeError(`\`${selector}\` is no port and no range of ports, as 22 or 6000-6020`);
  }
  return [low, high];
}
