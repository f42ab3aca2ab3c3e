import type { EgressChannel } from '../../../description/index.ts';
import { commandsLookedUp, labelsOfFiles } from '../inquiry/considerations.ts';
import type { Asserted, Assertion } from './assertion.ts';
import { assertionsOfChannel, forbidChannel } from './channels.ts';
import type { Guarantee } from './guarantee.ts';

/** No way out of the machine by these channels: each is a class of sockets, or a device. */
export const egress: Guarantee<'egress'> = {
  question: ({ channels }) => `leave the machine by ${anyOf(channels)}`,
  residuals: ['capture-socket-frames'],
  considers: [commandsLookedUp, labelsOfFiles],
  asserted: ({ channels }) => assertedChannels(channels),
  prove(inquiry, never) {
    for (const channel of never.channels) forbidChannel(inquiry, channel);
  },
};

function anyOf(channels: readonly string[]): string {
  return channels.length > 3 ? `any of ${channels.length} channels` : channels.join(' or ');
}

/** Channels whose rules name the same permissions are one rule. Those that hang on commands, messages and devices are left to the proof. */
function assertedChannels(channels: readonly EgressChannel[]): Asserted | undefined {
  const together = new Map<string, Assertion>();
  const left: EgressChannel[] = [];
  for (const channel of new Set(channels)) {
    const assertions = assertionsOfChannel(channel);
    if (assertions === undefined) left.push(channel);
    for (const assertion of assertions ?? []) {
      const key = `${assertion.on} ${assertion.permissions}`;
      const classes = [...(together.get(key)?.classes ?? []), ...assertion.classes];
      together.set(key, { ...assertion, classes: [...new Set(classes)] });
    }
  }
  if (together.size === 0) return undefined;
  const rules = [...together.values()];
  return left.length === 0 ? { rules } : { rules, rest: left.join(', ') };
}
