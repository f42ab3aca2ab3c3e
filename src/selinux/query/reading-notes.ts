import type { AndroidBit, PolicyDb } from '../policydb/index.ts';

/** What a policy's file has that Linux and libsepol read over, one sentence each with what that means for answers. Empty for most. */
export function readingNotes(db: PolicyDb): readonly string[] {
  const { unnamedBits, trailingBytes } = db.readOver;
  const notes = [...netlinkNotes(db)];
  if (unnamedBits !== 0) {
    notes.push(
      `the header has configuration bits 0x${unnamedBits.toString(16)}, whose meaning is not known here: Linux and libsepol ignore them`,
    );
  }
  if (trailingBytes > 0) {
    notes.push(
      `${trailingBytes} ${trailingBytes === 1 ? 'byte follows' : 'bytes follow'} the last section: Linux and libsepol read over them`,
    );
  }
  return notes;
}

/** What Android's bits in the header change about the permissions of a netlink_route_socket. */
export function netlinkNotes({ readOver }: PolicyDb): readonly string[] {
  return readOver.android.map((bit) => MEANING[bit]);
}

/** Android's kernel: security/selinux/nlmsgtab.c, selinux_nlmsg_init. */
const MEANING: Readonly<Record<AndroidBit, string>> = {
  netlink_route:
    "the header has Android's bit 31 (netlink_route): Android's kernel lets a netlink_route_socket list the network interfaces (RTM_GETLINK) by `nlmsg_readpriv`, not by `nlmsg_read`; other kernels ignore the bit",
  netlink_getneigh:
    "the header has Android's bit 30 (netlink_getneigh): Android's kernel lets a netlink_route_socket list the neighbours (RTM_GETNEIGH, RTM_GETNEIGHTBL) by `nlmsg_getneigh`, not by `nlmsg_read`; other kernels ignore the bit",
};
