/**
 * What a rule says of each permission, as bits (see permission-names.ts). The kernel's struct aa_perms, without what it uses for itself.
 */
export interface Permissions {
  readonly allow: number;
  /** Explicitly, or by a conflict where `allow` has it too: it wins. */
  readonly deny: number;
  /** Logged although granted. */
  readonly audit: number;
  /** Not logged when refused; holds in complain mode too. */
  readonly quiet: number;
  /** Ends the task when refused. */
  readonly kill: number;
  /** Granted all the same, and logged. */
  readonly complain: number;
  /** Asked of a person. */
  readonly prompt: number;
  /** What an execution does: see exec-mode.ts. */
  readonly xindex: number;
}

/** The words of an entry of a table of permissions, in the order of the file. The first is reserved. */
export const PERMISSION_WORDS = [
  'reserved',
  'allow',
  'deny',
  'subtree',
  'cond',
  'kill',
  'complain',
  'prompt',
  'audit',
  'quiet',
  'hide',
  'xindex',
  'tag',
  'label',
] as const;
export type PermissionWord = (typeof PERMISSION_WORDS)[number];

/** A table of permissions: word -> its value by entry. */
export type PermissionTable = Readonly<Record<PermissionWord, Uint32Array>>;

export function emptyTable(entries: number): Record<PermissionWord, Uint32Array> {
  return Object.fromEntries(
    PERMISSION_WORDS.map((word) => [word, new Uint32Array(entries)]),
  ) as Record<PermissionWord, Uint32Array>;
}

export function permissionsAt(table: PermissionTable, entry: number): Permissions {
  return {
    allow: table.allow[entry]!,
    deny: table.deny[entry]!,
    audit: table.audit[entry]!,
    quiet: table.quiet[entry]!,
    kill: table.kill[entry]!,
    complain: table.complain[entry]!,
    prompt: table.prompt[entry]!,
    xindex: table.xindex[entry]!,
  };
}

/** What may come to be granted in enforce mode: nothing that is denied as well, and what is only logged or asked of a person. */
export function granted({ allow, complain, prompt, deny }: Permissions): number {
  return ((allow | complain | prompt) & ~deny) >>> 0;
}

/** Bits of the permissions that several classes share, and of those of files (the kernel's include/perms.h). */
export const PERM = {
  exec: 0x1,
  write: 0x2,
  read: 0x4,
  append: 0x8,
  create: 0x10,
  delete: 0x20,
  open: 0x40,
  rename: 0x80,
  setattr: 0x100,
  getattr: 0x200,
  setcred: 0x400,
  getcred: 0x800,
  chmod: 0x1000,
  chown: 0x2000,
  chgrp: 0x4000,
  lock: 0x8000,
  mmapExec: 0x10000,
  mprotect: 0x20000,
  link: 0x40000,
  snapshot: 0x80000,
  accept: 0x100000,
  bind: 0x200000,
  listen: 0x400000,
  setopt: 0x1000000,
  getopt: 0x2000000,
  /** There are more conditions after what was matched. */
  continueMatch: 0x8000000,
  stack: 0x10000000,
  onexec: 0x20000000,
  changeProfile: 0x40000000,
  changeHat: 0x80000000,
} as const;

/** In the second half of a pair of link and target: the target must grant what the link grants. The same bit as lock. */
export const LINK_SUBSET: number = PERM.lock;
