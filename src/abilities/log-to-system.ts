import { type Ability, call } from '../description/index.ts';

/** Logs through syslog(3), which writes to /dev/log. What a service prints goes to the journal without this. */
export function logToSystem(): Ability {
  return {
    name: 'logToSystem',
    title: 'Log to the system',
    blocks: [
      {
        why: 'syslog sends to the socket /dev/log, which the journal or a syslog daemon answers; the C library makes a socket of the unix family for it.',
        selinux: [call('logging_send_syslog_msg')],
      },
    ],
  };
}
