import { type Ability, call, fileRule, unixRule } from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/** Logs through syslog(3), which writes to /dev/log. What a service prints goes to the journal without this. */
export function logToSystem(): Ability {
  return {
    name: 'logToSystem',
    title: 'Log to the system',
    blocks: [
      {
        why: 'syslog sends to the socket /dev/log, which the journal or a syslog daemon answers; the C library makes a socket of the unix family for it.',
        selinux: [call('logging_send_syslog_msg')],
        apparmor: [
          unixRule('dgram'),
          fileRule(['/dev/log', '@{run}/systemd/journal/dev-log'], 'w'),
          UNIX_PEERS,
        ],
      },
    ],
  };
}
