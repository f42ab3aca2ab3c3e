import type { Never } from '../confinement/index.ts';
import type { DenialTally } from '../denials/index.ts';
import { type Proved, prove, type Verdict } from '../guarantee/index.ts';
import { type AddedRule, type PolicyDb, withAllowRules } from '../policydb/index.ts';
import type { ReviewSubject } from './review.ts';

/** A never that an access would break. */
export interface Forbidden {
  /** As `confine prove` calls it. */
  readonly id: string;
  readonly never: Never;
  /** The way that it would open: `send a datagram: udp_socket write on rustnet_t`. */
  readonly way: string;
}

type Request = Pick<DenialTally, 'example' | 'tclass' | 'permissions' | 'ioctl'>;

/** Which nevers fall when an access is granted: proved on the policy with that access in it, never guessed from the names. */
export interface Forbidding {
  /** By the access itself. A file that may be read or written and not opened helps nobody, so opening is granted with it. */
  granting(request: Request): readonly Forbidden[];
  /** By what a program does next with such an access: a first step that is refused hides those behind it. */
  leadingTo(request: Request): readonly Forbidden[];
}

export function forbidding({ db, fileContexts, confinement, ruleset }: ReviewSubject): Forbidding {
  const proofs = (policy: PolicyDb): readonly Proved[] =>
    prove(policy, fileContexts, confinement, ruleset);
  let standing: readonly Proved[] | undefined;
  const brokenBy = (added: readonly AddedRule[]): readonly Forbidden[] => {
    if (added.length === 0) return [];
    standing ??= proofs(db);
    return proofs(withAllowRules(db, added)).flatMap(({ id, verdict }, i) => {
      const before = enforced(standing![i]!.verdict);
      const after = enforced(verdict);
      return before.outcome !== 'violated' && after.outcome === 'violated'
        ? [{ id, never: after.never, way: after.witnesses[0]!.what }]
        : [];
    });
  };
  return {
    granting: (request) => brokenBy(rulesOf(request)),
    leadingTo: (request) => brokenBy(followingRules(request)),
  };
}

/** What a permissive domain's verdict would be once it is enforced: it is what the description promises. */
function enforced(verdict: Verdict): Verdict {
  return verdict.outcome === 'violated' && verdict.enforced !== undefined
    ? verdict.enforced
    : verdict;
}

function rulesOf({ example, tclass, permissions, ioctl }: Request): AddedRule[] {
  const rule = { source: example.source.type, target: example.target.type, tclass };
  const opened = permissions.some((permission) => NEEDS_OPEN.has(permission)) ? ['open'] : [];
  return [
    { ...rule, permissions: [...permissions, ...opened] },
    ...(ioctl !== undefined && permissions.includes('ioctl')
      ? [{ ...rule, permissions: [], ioctl: Number(ioctl) }]
      : []),
  ];
}

const NEEDS_OPEN: ReadonlySet<string> = new Set(['append', 'execute', 'map', 'read', 'write']);

/** What a first step is usually for. Generous: it only warns of what a grant of more than the first step would open. */
function followingRules({ example, tclass, permissions }: Request): AddedRule[] {
  const source = example.source.type;
  const target = example.target.type;
  const asks = (permission: string): boolean => permissions.includes(permission);
  if (tclass.endsWith('socket') && asks('create')) {
    return [
      { source, target: source, tclass, permissions: 'all' },
      { source, target: 'port_type', tclass, permissions: ['name_bind', 'name_connect'] },
    ];
  }
  if (tclass === 'sock_file' && asks('write')) {
    return [
      { source, target, tclass, permissions },
      { source, target: 'domain', tclass: 'unix_stream_socket', permissions: ['connectto'] },
      { source, target: 'domain', tclass: 'unix_dgram_socket', permissions: ['sendto'] },
    ];
  }
  if (tclass === 'dir' && asks('search')) {
    return [{ source, target, tclass: 'file', permissions: ['open', 'read'] }];
  }
  if (tclass === 'dir' && asks('write')) {
    return [
      { source, target, tclass, permissions: ['add_name', 'remove_name', 'write'] },
      { source, target, tclass: 'file', permissions: ['create', 'open', 'write'] },
    ];
  }
  if (tclass === 'file' && asks('execute')) {
    const run = ['execute', 'execute_no_trans', 'map', 'open', 'read'];
    return [{ source, target, tclass, permissions: run }];
  }
  return [];
}
