import type { Never } from '../description/index.ts';
import type { Need } from './choose.ts';

/** What of the needs a never of this kind refuses: of such a thing nobody can say that it was not seen. */
export function speaksAgainst(kind: Never['kind'], needs: readonly Need[]): readonly Need[] {
  const forbids = FORBIDS[kind];
  return forbids === undefined
    ? []
    : needs.filter(({ wanted, permission }) => forbids(wanted.target, wanted.tclass, permission));
}

type Forbids = (target: string, tclass: string, permission: string) => boolean;

/** The kinds that are proposed; of the others no evidence has an access. */
const FORBIDS: Partial<Readonly<Record<Never['kind'], Forbids>>> = {
  'send-udp': (_, tclass, permission) => tclass === 'udp_socket' && permission === 'write',
  'connect-tcp': (_, tclass, permission) =>
    tclass === 'tcp_socket' && permission === 'name_connect',
  listen: (_, _tclass, permission) => permission === 'name_bind',
  execute: (_, tclass, permission) => tclass === 'file' && /^execute(_no_trans)?$/.test(permission),
  'executable-memory': (_, tclass, permission) =>
    tclass === 'process' && /^exec(mem|stack|heap)$/.test(permission),
  ptrace: (_, tclass, permission) => tclass === 'process' && permission === 'ptrace',
  mount: (_, tclass) => tclass === 'filesystem',
  capabilities: (_, tclass) => /^capability2?$/.test(tclass),
  'unix-sockets': (_, tclass, permission) =>
    permission === 'connectto' || (tclass === 'sock_file' && permission === 'write'),
  read: (target, tclass, permission) =>
    tclass === 'file' && permission === 'read' && /^(user_home|shadow)_t$|^(ssh|gpg)_/.test(target),
  write: (_, tclass, permission) => tclass === 'file' && /^(append|create|write)$/.test(permission),
};
