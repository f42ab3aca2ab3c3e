import type { Never } from '../../confinement/index.ts';
import { attributesOf } from '../../policydb/index.ts';
import type { Subject } from './subject.ts';
import type { Consideration } from './verdict.ts';

/** What was taken into account, and which way each omission errs. */
export function considerations(
  { db, domain, fileContexts }: Subject,
  never: Never,
): Consideration[] {
  const name = db.types.names[domain]!;
  const neither = 'neither way';
  const list: Consideration[] = [
    {
      aspect: 'booleans',
      how: 'every setting of those that a rule in question depends on',
      errs: neither,
    },
    {
      aspect: 'attributes',
      how: `rules of ${attributesOf(db.types, domain).length - 1} attributes of ${name}, and on attributes of targets`,
      errs: neither,
    },
    never.kind === 'flow-from'
      ? {
          aspect: 'typebounds',
          how: 'rules of bounded types count; a way by one that is taken away is a doubt',
          errs: 'towards violated',
        }
      : {
          aspect: 'typebounds',
          how: 'what the bounding type lacks is taken away, as Linux does since 4.8',
          errs: neither,
        },
    {
      aspect: 'constraints, roles and levels',
      how: `${db.constraints.length} constraints are not used to take accesses away`,
      errs: 'towards violated',
    },
    {
      aspect: 'permissive domain',
      how: db.permissive.has(domain)
        ? `${name} is permissive: nothing is refused`
        : `${name} is not permissive in this policy`,
      errs: neither,
    },
    {
      aspect: 'unknown classes and permissions',
      how: `handle_unknown is ${db.handleUnknown}; a class that the policy lacks, or one that lacks all permissions in question, is a doubt where the unknown is allowed; what a later kernel asks is not known here`,
      errs: db.handleUnknown === 'allow' ? 'towards holds' : neither,
    },
    never.kind === 'inject-keystrokes' || never.kind === 'egress'
      ? {
          aspect: 'extended permissions',
          how: 'the ioctl numbers and types of netlink messages in question are looked up; all others count as granted',
          errs: 'towards violated',
        }
      : {
          aspect: 'extended permissions',
          how: 'a permission counts in full, whatever commands it is held to',
          errs: 'towards violated',
        },
    {
      aspect: 'policy capabilities',
      how: `on: ${db.capabilities.join(', ') || 'none'}`,
      errs: neither,
    },
    {
      aspect: 'other domains',
      how: 'what another process does on request is not followed',
      errs: 'towards holds',
    },
    {
      aspect: 'file modes, capabilities held, seccomp',
      how: 'whatever else could refuse the access is not counted',
      errs: 'towards violated',
    },
  ];
  if (JOINS_PATHS.has(never.kind)) {
    list.push({
      aspect: 'labels of files',
      how:
        fileContexts === undefined
          ? 'no file contexts were given'
          : 'as file contexts say: a file that was moved, or never relabelled, can have another',
      errs: 'towards holds',
    });
  }
  return list;
}

const JOINS_PATHS: ReadonlySet<Never['kind']> = new Set([
  'send-udp',
  'connect-tcp',
  'read',
  'write',
  'change-policy',
  'egress',
  'inject-keystrokes',
]);
