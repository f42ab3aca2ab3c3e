import type { TypeId } from '../../policydb/index.ts';
import { accessVector } from '../../query/index.ts';
import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';
import type { Grant } from '../inquiry/subject.ts';

/**
 * Forbids mounting a file system so that what is on it has a type whose files do harm, whoever made them (hooks.c: selinux_set_mnt_opts,
 * selinux_sb_kern_mount). `harm` is what is done with those files. By `context=` all of it gets the type; beside `fscontext=`, and by
 * `defcontext=` for files without a label, the kernel asks whether the type may be on a file system of that label, and no more.
 */
export function forbidContextMount(inquiry: Inquiry, harm: readonly Grant[]): void {
  const mounted = inquiry.grants('mount', ['mount']);
  if (harm.length === 0 || mounted.length === 0) return;
  const { db } = inquiry.subject;
  const types = new Set(harm.flatMap(({ targets }) => targets));
  const filesystem = db.classes.ids.get('filesystem')!;
  const associate = db.classes.permissionBits[filesystem]!.get('associate');
  const mayLieOn = (type: TypeId, label: TypeId): boolean =>
    associate === undefined ||
    ((accessVector(db, type, label, filesystem, 'any').allowed >>> associate) & 1) === 1;
  const from = { grants: inquiry.grants('mount', ['relabelfrom']) };

  for (const label of new Set(mounted.flatMap(({ targets }) => targets))) {
    const on = (target: TypeId): boolean => target === label;
    const mount = { grants: mounted.filter(({ targets }) => targets.includes(label)) };
    const fromLabel = { grants: inquiry.grants('mount', ['relabelfrom'], on) };
    const given = [...types].filter((type) => mayLieOn(type, label));
    const ways: readonly (readonly [string, string, readonly TypeId[], readonly Requirement[]])[] =
      [
        ['relabelto', 'context', types.has(label) ? [label] : [], [from]],
        ['relabelto', 'fscontext and context', given, [from, fromLabel]],
        ['relabelfrom', 'defcontext', given, []],
      ];
    for (const [permission, option, results, needed] of ways) {
      if (results.length === 0) continue;
      const done = {
        grants: harm.filter(({ targets }) => results.some((t) => targets.includes(t))),
      };
      inquiry.forbid('mount', {
        permissions: [permission],
        on,
        with: () => [mount, ...needed, done],
        detail: () =>
          `with ${option} the files on it get the type ${named(results.map((type) => db.types.names[type]!))}`,
      });
    }
  }
}

/** What is mounted as it is, without an option that gives it other labels, presupposed to have honest ones. */
export function assumeHonestFileSystems(inquiry: Inquiry, harm: readonly Grant[]): void {
  if (harm.length === 0 || inquiry.grants('mount', ['mount']).length === 0) return;
  const { names } = inquiry.subject.db.types;
  const types = [...new Set(harm.flatMap(({ targets }) => targets))].map((type) => names[type]);
  inquiry.assume(
    `no file system that it mounts brings files of its own with the type ${types.join(', ')}`,
  );
}

function named(types: readonly string[]): string {
  const first = types.slice(0, 3).join(' or ');
  return types.length > 3 ? `${first}, or of ${types.length - 3} others` : first;
}
