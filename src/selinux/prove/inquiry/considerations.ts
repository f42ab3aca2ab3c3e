import type { Consideration } from '../../../verdict/index.ts';
import { attributesOf } from '../../policydb/index.ts';
import type { Subject } from './subject.ts';

/** How a proof takes something into account. */
export type Considering = (subject: Subject) => Consideration;

/** What was taken into account, and which way each omission errs. `own`: what one kind of never does in another way than others, or besides. */
export function considerations(subject: Subject, own: readonly Considering[]): Consideration[] {
  const usual = USUAL.map((considering) => considering(subject));
  const special = own.map((considering) => considering(subject));
  return [
    ...usual.map((one) => special.find(({ aspect }) => aspect === one.aspect) ?? one),
    ...special.filter(({ aspect }) => !usual.some((one) => one.aspect === aspect)),
  ];
}

const neither = 'neither way';

const USUAL: readonly Considering[] = [
  () => ({
    aspect: 'booleans',
    how: 'every setting of those that a rule in question depends on',
    errs: neither,
  }),
  ({ db, domain }) => ({
    aspect: 'attributes',
    how: `rules of ${attributesOf(db.types, domain).length - 1} attributes of ${db.types.names[domain]}, and on attributes of targets`,
    errs: neither,
  }),
  () => ({
    aspect: 'typebounds',
    how: 'what the bounding type lacks is taken away, as Linux does since 4.8',
    errs: neither,
  }),
  ({ db }) => ({
    aspect: 'constraints, roles and levels',
    how: `${db.constraints.length} constraints are not used to take accesses away`,
    errs: 'towards violated',
  }),
  ({ db, domain }) => ({
    aspect: 'permissive domain',
    how: db.permissive.has(domain)
      ? `${db.types.names[domain]} is permissive: nothing is refused`
      : `${db.types.names[domain]} is not permissive in this policy`,
    errs: neither,
  }),
  ({ db }) => ({
    aspect: 'unknown classes and permissions',
    how: `handle_unknown is ${db.handleUnknown}; a class that the policy lacks, or one that lacks all permissions in question, is a doubt where the unknown is allowed; what a later kernel asks is not known here`,
    errs: db.handleUnknown === 'allow' ? 'towards holds' : neither,
  }),
  () => ({
    aspect: 'extended permissions',
    how: 'a permission counts in full, whatever commands it is held to',
    errs: 'towards violated',
  }),
  ({ db }) => ({
    aspect: 'policy capabilities',
    how: `on: ${db.capabilities.join(', ') || 'none'}`,
    errs: neither,
  }),
  () => ({
    aspect: 'other domains',
    how: 'what another process does on request is not followed',
    errs: 'towards holds',
  }),
  () => ({
    aspect: 'file modes, capabilities held, seccomp',
    how: 'whatever else could refuse the access is not counted',
    errs: 'towards violated',
  }),
];

/** Of a never that joins paths and types. */
export const labelsOfFiles: Considering = ({ fileContexts }) => ({
  aspect: 'labels of files',
  how:
    fileContexts === undefined
      ? 'no file contexts were given'
      : 'as file contexts say: a file that was moved, or never relabelled, can have another',
  errs: 'towards holds',
});

/** Of a never that asks for numbers of commands or types of messages. */
export const commandsLookedUp: Considering = () => ({
  aspect: 'extended permissions',
  how: 'the ioctl numbers and types of netlink messages in question are looked up; all others count as granted',
  errs: 'towards violated',
});
