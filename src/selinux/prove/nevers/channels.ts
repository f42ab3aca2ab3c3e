import type { EgressChannel } from '../../../description/index.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { deviceTypes, harmlessDevices } from '../kernel/devices.ts';
import { ioctlFilter } from '../kernel/ioctls.ts';
import { messageFilter } from '../kernel/netlink-messages.ts';
import { type Assertion, assertionOf } from './assertion.ts';
import { networkAdministration } from './network-administration.ts';

/** Forbids one channel by all that opens it. */
export function forbidChannel(inquiry: Inquiry, channel: EgressChannel): void {
  const { subject } = inquiry;
  for (const check of CHECKS[channel]) {
    inquiry.forbid(
      check,
      check === MESSAGES ? { filter: (grant) => messageFilter(subject, grant) } : {},
    );
  }
  if (channel === 'bluetooth-l2cap') {
    for (const command of BLUETOOTH_COMMANDS) {
      inquiry.forbid('bluetooth-inquiry', {
        filter: (grant) => ioctlFilter(subject, grant, command),
        detail: () => `command 0x${command.toString(16)}`,
      });
    }
  }
  if (channel === 'tun-tap') {
    for (const check of ['tunnel-make', 'tunnel-make-extended']) {
      inquiry.forbid(check, { with: () => networkAdministration(inquiry) });
    }
    const harmless = harmlessDevices(subject);
    for (const [check, paths, name] of DEVICES) {
      const others = inquiry.grants(check, undefined, (type, tclass) => !harmless(type, tclass));
      if (others.length === 0) continue;
      const types = deviceTypes(subject, paths, [name]);
      if (types.size === 0) inquiry.doubt(`the type of ${paths[0]} is not known`);
      inquiry.forbid(check, { on: (type) => types.has(type) });
    }
  }
}

/** One channel as rules, or undefined where what opens it hangs on more than permissions. */
export function assertionsOfChannel(channel: EgressChannel): readonly Assertion[] | undefined {
  if (CONDITIONED.includes(channel)) return undefined;
  return CHECKS[channel].map(assertionOf);
}

/** By the number of a command, by a device and a capability, and by the type of a message. */
const CONDITIONED: readonly EgressChannel[] = ['bluetooth-l2cap', 'tun-tap', 'netlink-write'];

/** Held to types of messages by `allowxperm … nlmsg`: reading is no way out. */
const MESSAGES = 'netlink-write-extended';

const CHECKS: Readonly<Record<EgressChannel, readonly string[]>> = {
  'raw-ip': ['rawip'],
  icmp: ['icmp'],
  sctp: ['sctp'],
  dccp: ['dccp'],
  vsock: ['vsock'],
  'af-alg': ['alg'],
  'bluetooth-l2cap': ['bluetooth'],
  'tun-tap': ['tun'],
  xdp: ['xdp'],
  rds: ['rds'],
  key: ['key'],
  can: ['can'],
  'netlink-write': ['netlink-write', MESSAGES, 'netlink-send'],
  'appletalk-and-other-families': ['other-family'],
};

/** HCIINQUIRY, which transmits, and HCIDEVUP, without which an adapter is silent (linux/hci_sock.h). */
const BLUETOOTH_COMMANDS = [0x48f0, 0x48c9] as const;

/** Whoever opened them: a descriptor that was handed down sends as well. */
const DEVICES = [
  ['tun-device', ['/dev/net/tun', '/dev/tap0'], 'tun_tap_device_t'],
  ['vhost-device', ['/dev/vhost-net'], 'vhost_device_t'],
] as const;
