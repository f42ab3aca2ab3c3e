import {
  type Confinement,
  domainsOf,
  everyStatement,
  neverTitle,
  type Statement,
} from '../../../description/index.ts';
import { type AssertedNever, type Assertion, assertedNevers } from '../../prove/index.ts';
import { offeredInterfaces } from './offered.ts';
import { type Conditioned, expand, type Membership } from './reference-policy.ts';

/** A never as the module's source has it. */
export interface Neverallow {
  /** What stands above its rules. */
  readonly comment: string;
  readonly rules: readonly Assertion[];
  /** A rule for each class that a policy may lack: in an optional block of its own. */
  readonly optional: readonly (Assertion & { readonly permissions: readonly string[] })[];
}

/** What stands above them all. */
export const NEVERALLOWS = {
  title: 'Never, as far as neverallow can say it',
  why: 'Where policies are linked with expand-check = 1 (semanage.conf), whatever grants one of these is refused, even under a boolean. What else it must never do takes a proof: confine check.',
} as const;

/**
 * The nevers that `neverallow` can say: exactly, and of a module that could not be refused by them itself. A rule under a tunable counts as
 * any other there, so a never that one may open is left out, whole.
 */
export function neverallows(confinement: Confinement): readonly Neverallow[] {
  const opened = openedByTunables(confinement);
  return assertedNevers(confinement.never)
    .filter(({ rules }) => !rules.some((rule) => opened === 'anything' || touches(rule, opened)))
    .map((asserted) => ({
      comment: commentOf(asserted),
      rules: asserted.rules.flatMap((rule) => onOlder(sorted(rule))),
      optional: asserted.rules.flatMap((rule) => onNewer(sorted(rule))),
    }));
}

/** Classes of sockets that policies in use do not all have, RHEL 8's among them. */
const NEWER: ReadonlySet<string> = new Set(['xdp_socket', 'mctp_socket']);

function onOlder(rule: Assertion): Assertion[] {
  const classes = rule.classes.filter((tclass) => !NEWER.has(tclass));
  return classes.length === 0 ? [] : [{ ...rule, classes }];
}

function onNewer({ on, classes, permissions }: Assertion): Neverallow['optional'] {
  if ('but' in permissions) return [];
  const newer = classes.filter((tclass) => NEWER.has(tclass));
  return newer.map((tclass) => ({ on, classes: [tclass], permissions }));
}

/** As the reference policy writes sets. */
function sorted({ on, classes, permissions }: Assertion): Assertion {
  return {
    on,
    classes: [...classes].sort(),
    permissions:
      'but' in permissions ? { but: [...permissions.but].sort() } : [...permissions].sort(),
  };
}

/** Of the never its kind alone: reasons are written for people, and m4 reads this. */
function commentOf({ never, rest }: AssertedNever): string {
  const said = `It must never ${neverTitle(never.kind)} (${never.kind}).`;
  return rest === undefined ? said : `${said} Not said here: ${rest}.`;
}

interface Access {
  readonly classes: readonly string[];
  readonly permissions: readonly string[];
}

/** What the module grants under a boolean, whoever is granted it: what an interface of which nothing is known grants may be anything. */
function openedByTunables(confinement: Confinement): readonly Access[] | 'anything' {
  const offered = new Map(offeredInterfaces(confinement).map((one) => [one.name, one]));
  const found: Access[] = [];
  let unknown = false;
  const look = (
    statement: Statement | Membership | Conditioned,
    under: boolean,
    inside: ReadonlySet<string>,
  ): void => {
    if (statement.kind === 'conditioned') {
      for (const one of statement.statements) look(one, true, inside);
    } else if (statement.kind === 'allow') {
      if (under) found.push(statement);
    } else if (statement.kind === 'interface') {
      const { name, args } = statement;
      const expansion = offered.get(name)?.statements ?? expand(name, args);
      if (expansion === undefined) unknown ||= under;
      // An interface that calls itself is a mistake that the compilers name.
      else if (!inside.has(name)) {
        for (const one of expansion) look(one, under, new Set([...inside, name]));
      }
    } else if (statement.kind === 'optional' || statement.kind === 'either') {
      for (const one of [...everyStatement([statement])].slice(1)) look(one, under, inside);
    }
  };
  for (const { blocks } of domainsOf(confinement).flatMap(({ may }) => may)) {
    for (const { when, selinux } of blocks) {
      for (const statement of selinux) look(statement, when !== undefined, new Set());
    }
  }
  return unknown ? 'anything' : found;
}

function touches(rule: Assertion, opened: readonly Access[]): boolean {
  const { permissions } = rule;
  const forbids = (permission: string): boolean =>
    // A macro of permissions, or what is not these.
    !/^\w+$/.test(permission) ||
    permission.endsWith('_perms') ||
    ('but' in permissions
      ? !permissions.but.includes(permission)
      : permissions.includes(permission));
  return opened.some(
    ({ classes, permissions: granted }) =>
      classes.some((tclass) => rule.classes.includes(tclass) || !/^\w+$/.test(tclass)) &&
      granted.some(forbids),
  );
}
