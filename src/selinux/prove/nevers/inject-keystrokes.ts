import type { ClassId, TypeId } from '../../policydb/index.ts';
import { commandsLookedUp, labelsOfFiles } from '../inquiry/considerations.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { openedBy } from '../inquiry/opening.ts';
import { deviceTypes, inertDevices, knownOtherDevices } from '../kernel/devices.ts';
import { ioctlFilter } from '../kernel/ioctls.ts';
import type { Guarantee } from './guarantee.ts';

/**
 * No character is put into a terminal's input (TIOCSTI), no console is driven (TIOCLINUX), no key made to type something else, and
 * no key pressed on an input device. Every character device counts as a
 * terminal unless it is one of /dev/null's kind or file contexts give its type to other devices alone, so a terminal type that nobody
 * thought of does not slip through.
 */
export const injectKeystrokes: Guarantee<'inject-keystrokes'> = {
  question: () => 'put keystrokes into a terminal or a console',
  considers: [commandsLookedUp, labelsOfFiles],
  prove(inquiry) {
    const { subject } = inquiry;
    const inert = inertDevices(subject);
    const devices = subject.db.classes.ids.get('chr_file');
    const other = knownOtherDevices(subject);
    const harmless = (type: TypeId, tclass: ClassId): boolean =>
      inert(type, tclass) || (tclass === devices && other(type));
    noteOtherDevices(
      inquiry,
      (type, tclass) => tclass === devices && other(type) && !inert(type, tclass),
    );
    for (const [name, command] of COMMANDS) {
      inquiry.forbid('ioctl', {
        on: (type, tclass) => !harmless(type, tclass),
        filter: (grant) => ioctlFilter(subject, grant, command),
        detail: () => `${name}, 0x${command.toString(16)}`,
      });
    }
    inquiry.forbid('keymap-change');
    const keyboards = deviceTypes(subject, INPUT_DEVICES, ['event_device_t', 'uhid_device_t']);
    inquiry.forbid('ioctl', {
      on: (type, tclass) => keyboards.has(type) && !inert(type, tclass),
      filter: (grant) => ioctlFilter(subject, grant, EVIOCSKEYCODE),
      detail: () => `EVIOCSKEYCODE, 0x${EVIOCSKEYCODE.toString(16)}`,
    });
    inquiry.forbid('input-device', {
      on: (type, tclass) => keyboards.has(type) && !inert(type, tclass),
      with: (grant) => openedBy(inquiry, grant),
    });
  },
};

/** Says which devices are left out, and by what that is known. */
function noteOtherDevices(inquiry: Inquiry, on: (type: TypeId, tclass: ClassId) => boolean): void {
  const { db } = inquiry.subject;
  const types = inquiry.grants('ioctl', undefined, on).flatMap(({ targets }) => targets);
  if (types.length === 0) return;
  const names = [...new Set(types)].map((type) => db.types.names[type]!).sort();
  inquiry.note(
    `${names.join(', ')}: no terminal, console or input device has the type by file contexts, by type rules or by attribute`,
  );
}

const INPUT_DEVICES = ['/dev/input/event0', '/dev/uinput', '/dev/uhid'] as const;

/** What a key types, in both of its forms: linux/input.h */
const EVIOCSKEYCODE = 0x4504;

/** asm-generic/ioctls.h */
const COMMANDS = [
  ['TIOCSTI', 0x5412],
  ['TIOCLINUX', 0x541c],
] as const;
