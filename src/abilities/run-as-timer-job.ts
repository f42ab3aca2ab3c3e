import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  fileRule,
  nothingToAllow,
  OPTION,
  signalRule,
  unixRule,
} from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/** Runs at set times: by a timer unit, which starts a service, and with `cron` also by a line in /etc/cron.d or /etc/crontab. */
export function runAsTimerJob(options: { cron?: boolean } = {}): Ability {
  checkOptions('runAsTimerJob', options, { cron: OPTION.flag });
  const byCron: Block = {
    why: 'cron starts it from its own domain, and reads what it prints to send it by mail.',
    selinux: [call('cron_system_entry', 'self', 'own:exec')],
    apparmor: [nothingToAllow('cron is not held by this profile, which attaches to the program.')],
  };
  return {
    name: 'runAsTimerJob',
    title: 'Run at set times',
    entries: [{ from: 'service' }],
    blocks: [
      {
        why: 'What it prints goes to the journal by the socket that it inherits from the service manager.',
        selinux: [
          allow('init_t', 'fd', 'use'),
          allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
          allow('self', 'fifo_file', ['getattr', 'ioctl', 'read', 'write']),
        ],
        apparmor: [
          unixRule('stream'),
          fileRule('@{run}/systemd/journal/stdout', 'rw'),
          signalRule('receive', 'unconfined'),
          UNIX_PEERS,
        ],
      },
      ...(options.cron ? [byCron] : []),
    ],
  };
}
