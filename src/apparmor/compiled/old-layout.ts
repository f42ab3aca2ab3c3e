import type { Dfa } from './dfa.ts';
import { EXEC } from './exec-mode.ts';
import { emptyTable, PERM, type PermissionTable } from './permissions.ts';

/**
 * Before kernels had a table of permissions they stood in the two accept words of a state: seven bits for the owner of the file, seven for what
 * executing does, and both again for everybody else; audit and quiet likewise in the second word. The kernel turns them into a
 * table when it loads the profile, and so is it done here (the facts are those of its policy_compat.c).
 */
export function filePermissions(dfa: Dfa): PermissionTable {
  const table = emptyTable(dfa.states * 2);
  for (let state = 0; state < dfa.states; state++) {
    const accept = dfa.accept[state]!;
    const logged = dfa.accept2[state]!;
    for (const [half, shift] of [0, OTHER].entries()) {
      const entry = state * 2 + half;
      table.allow[entry] =
        spreadFile((accept >>> shift) & SEVEN) |
        PERM.getattr |
        ((accept & CHANGE_PROFILE) !== 0 ? PERM.changeProfile : 0) |
        ((accept & ONEXEC) !== 0 ? PERM.onexec : 0);
      table.audit[entry] = spreadFile((logged >>> shift) & SEVEN);
      table.quiet[entry] = spreadFile((logged >>> (shift + EXTRA)) & SEVEN);
      table.xindex[entry] = execIndex((accept >>> shift) & 0x3fff);
    }
  }
  return table;
}

/** The same for the classes other than files, which know no owner and use that half for permissions of their own. */
export function classPermissions(dfa: Dfa, kernelAbi: number): PermissionTable {
  const table = emptyTable(dfa.states);
  // Before version 9 the compiler used these bits for something else, and every rule carried lock.
  const extended = kernelAbi > 8;
  for (let state = 1; state < dfa.states; state++) {
    const accept = dfa.accept[state]!;
    const logged = dfa.accept2[state]!;
    table.allow[state] =
      (accept & (SEVEN | CHANGE_PROFILE)) |
      spreadOther((accept >>> OTHER) & SEVEN) |
      (extended ? spreadExtra((accept >>> EXTRA) & SEVEN) : PERM.lock);
    table.audit[state] = (logged & SEVEN) | spreadOther((logged >>> OTHER) & SEVEN);
    table.quiet[state] =
      ((logged >>> EXTRA) & SEVEN) |
      spreadOther((logged >>> (OTHER + EXTRA)) & SEVEN) |
      (extended ? spreadExtra((accept >>> (OTHER + EXTRA)) & SEVEN) : 0);
  }
  return table;
}

/** What a match of an attachment means: only whether it is one. */
export function attachmentPermissions(dfa: Dfa): PermissionTable {
  const table = emptyTable(dfa.states);
  for (let state = 1; state < dfa.states; state++) {
    table.allow[state] = dfa.accept[state]! & (SEVEN | CHANGE_PROFILE);
  }
  return table;
}

const SEVEN = 0x7f;
/** Where the half begins that is for everybody but the owner. */
const OTHER = 14;
/** Where in each half what executing does begins, or in the second word what is not logged. */
const EXTRA = 7;
const CHANGE_PROFILE = 0x80000000;
const ONEXEC = 0x40000000;

function spreadFile(old: number): number {
  let bits = old & 0xf;
  if ((old & PERM.read) !== 0) bits |= PERM.getattr | PERM.open;
  if ((old & PERM.write) !== 0) {
    bits |= PERM.setattr | PERM.create | PERM.delete | PERM.chmod | PERM.chown | PERM.open;
  }
  if ((old & 0x10) !== 0) bits |= PERM.link;
  // lock, or in the second half of a pair that the link must be a subset.
  if ((old & 0x20) !== 0) bits |= PERM.lock;
  if ((old & 0x40) !== 0) bits |= PERM.mmapExec;
  return bits;
}

function spreadOther(old: number): number {
  return ((old & 0x3) << 8) | ((old & 0x1c) << 18) | ((old & 0x60) << 19);
}

function spreadExtra(old: number): number {
  return ((old & 0x1) << 7) | ((old & 0x7e) << 9);
}

function execIndex(old: number): number {
  let index = 0;
  if ((old & 0x100) !== 0) index |= EXEC.unsafe;
  if ((old & 0x200) !== 0) index |= EXEC.inherit;
  if ((old & 0x80) !== 0) index |= EXEC.unconfined;
  const kind = (old >>> 10) & 0xf;
  if (kind === 1) index |= EXEC.unconfined;
  else if (kind === 2) index |= EXEC.byName;
  else if (kind === 3) index |= EXEC.byName | EXEC.child;
  else if (kind !== 0) index |= EXEC.byTable | (kind - 4);
  return index >>> 0;
}
