import type { CapabilityException, Never } from '../../../description/index.ts';
import type { TypeId } from '../../policydb/index.ts';
import { tunableBooleans } from '../inquiry/subject.ts';
import type { Asserted, Assertion } from './assertion.ts';
import type { Guarantee } from './guarantee.ts';
import { but } from './words.ts';

/** No capability but those that are excepted, each under its tunables. Those for user namespaces other than the first are said, and no offence. */
export const capabilities: Guarantee<'capabilities'> = {
  question: ({ except }) => `use a capability${but(except.map(inWords))}`,
  asserted: assertedCapabilities,
  prove(inquiry, never) {
    const { subject } = inquiry;
    const { db, own } = subject;
    const on = (target: TypeId): boolean => own.has(target);
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

/** None but the excepted ones. When those under tunables may be used is left to the proof; so is all, where one has no class that we know. */
function assertedCapabilities({
  except,
}: Extract<Never, { kind: 'capabilities' }>): Asserted | undefined {
  const excepted = [...new Set(except.flatMap(({ names }) => names))];
  if (excepted.some((name) => !KERNEL_CAPABILITIES.includes(name))) return undefined;
  const rules = CLASSES.map((tclass, i): Assertion => {
    const of = (name: string): boolean =>
      Math.floor(KERNEL_CAPABILITIES.indexOf(name) / CAPABILITIES_IN_A_CLASS) === i;
    return { on: 'self', classes: [tclass], permissions: { but: excepted.filter(of) } };
  });
  const tunables = except.filter(({ when }) => when !== undefined);
  if (tunables.length === 0) return { rules };
  return { rules, rest: 'that the excepted ones are used under their tunables alone' };
}

function inWords({ names, when }: CapabilityException): string {
  return `${names.join(', ')}${when === undefined ? '' : ` with ${when}`}`;
}

/** A class has 32 permissions at most: the first capabilities are those of `capability` (security/selinux/include/classmap.h). */
const CAPABILITIES_IN_A_CLASS = 32;

const CLASSES = ['capability', 'capability2'] as const;

/** All of Linux 6.12, in their order (linux/capability.h). */
const KERNEL_CAPABILITIES: readonly string[] = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin ' +
  'sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override ' +
  'mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
).split(' ');
