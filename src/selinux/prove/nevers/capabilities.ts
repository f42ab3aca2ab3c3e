import type { CapabilityException } from '../../../description/index.ts';
import { tunableBooleans } from '../inquiry/subject.ts';
import type { Guarantee } from './guarantee.ts';
import { but } from './words.ts';

/** No capability but those that are excepted, each under its tunables. Those for user namespaces other than the first are said, and no offence. */
export const capabilities: Guarantee<'capabilities'> = {
  question: ({ except }) => `use a capability${but(except.map(inWords))}`,
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, domain } = subject;
    const on = (target: number): boolean => target === domain;
    const names = CLASSES.flatMap((name) => {
      const tclass = db.classes.ids.get(name);
      return tclass === undefined ? [] : db.classes.permissions[tclass]!;
    });
    for (const name of new Set([...names, ...KERNEL_CAPABILITIES])) {
      const exceptions = never.except.filter((exception) => exception.names.includes(name));
      if (!names.includes(name)) {
        if (db.handleUnknown === 'allow') {
          inquiry.doubt(
            `the policy does not know the capability ${name}, and what is unknown is allowed (handle_unknown)`,
          );
        }
        continue;
      }
      if (exceptions.some(({ when }) => when === undefined)) {
        inquiry.noteGrants(inquiry.grants('capability', [name], on), 'excepted');
        continue;
      }
      const tunables = exceptions.flatMap(({ when }) => when ?? []);
      const unless = tunableBooleans(subject, tunables);
      inquiry.forbid('capability', { permissions: [name], on, unless });
      if (unless.length > 0) {
        inquiry.noteGrants(
          inquiry.grants('capability', [name], on),
          `excepted under ${tunables.join(' or ')}`,
        );
      }
    }
    for (const { names: excepted } of never.except) {
      for (const name of excepted) {
        if (!names.includes(name)) inquiry.note(`the policy has no capability ${name}`);
      }
    }
    inquiry.noteGrants(
      inquiry.grants('capability-in-namespace', undefined, on),
      'only for what belongs to a user namespace other than the first',
    );
  },
};

function inWords({ names, when }: CapabilityException): string {
  return `${names.join(', ')}${when === undefined ? '' : ` with ${when}`}`;
}

const CLASSES = ['capability', 'capability2'] as const;

/** All of Linux 6.12, in their order (linux/capability.h). */
const KERNEL_CAPABILITIES: readonly string[] = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin ' +
  'sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override ' +
  'mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
).split(' ');
