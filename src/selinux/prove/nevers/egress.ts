import { commandsLookedUp, labelsOfFiles } from '../inquiry/considerations.ts';
import { forbidChannel } from './channels.ts';
import type { Guarantee } from './guarantee.ts';

/** No way out of the machine by these channels: each is a class of sockets, or a device. */
export const egress: Guarantee<'egress'> = {
  question: ({ channels }) => `leave the machine by ${anyOf(channels)}`,
  residuals: ['capture-socket-frames'],
  considers: [commandsLookedUp, labelsOfFiles],
  prove(inquiry, never) {
    for (const channel of never.channels) forbidChannel(inquiry, channel);
  },
};

function anyOf(channels: readonly string[]): string {
  return channels.length > 3 ? `any of ${channels.length} channels` : channels.join(' or ');
}
