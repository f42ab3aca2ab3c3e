import type { Never } from './nevers/index.ts';
import { type Context, checkDomains, type Kind } from './nevers/kind.ts';
import { NEVERS } from './nevers/kinds.ts';
import { ConfinementProblems, type Problem } from './problems.ts';
import { neverShapeProblems } from './shape.ts';

/**
 * Nevers for a domain that no description made: `confine prove suite.ts --domain httpd_t`. Checked and as given. Throws ConfinementProblems
 * with every mistake, and for what only a description has: types of its own, and tunables.
 */
export function nevers(list: readonly Never[]): readonly Never[] {
  const problems = [...neverShapeProblems(list)];
  if (Array.isArray(list)) {
    if (list.length === 0) problems.push(NOTHING);
    list.forEach((never, i) => {
      if (problems.some(({ path }) => path.startsWith(`never[${i}]`))) return;
      problems.push(...problemsOf(never, `never[${i}]`));
    });
  }
  if (problems.length > 0) throw new ConfinementProblems('nevers', problems);
  return list;
}

const NOTHING: Problem = {
  path: 'never',
  message: 'the list is empty',
  hint: 'give at least one',
};

function problemsOf(never: Never, place: string): readonly Problem[] {
  const described = exceptionsOf(never).flatMap(([at, exception]) =>
    DESCRIBED.filter(({ field }) => exception[field] !== undefined).map(
      ({ field, message, hint }) => ({
        path: `${place}.${at}.${field}`,
        message: `\`${String(exception[field])}\` ${message}`,
        hint,
      }),
    ),
  );
  if (described.length > 0) return described;
  const problems: Problem[] = [];
  // The table has under each kind what takes nevers of that kind, which the type of a lookup cannot say.
  const { check } = NEVERS[never.kind] as Kind<Never>;
  const context: Context = {
    own: new Set(),
    domains: [],
    report: (at, message, hint) => problems.push({ path: `${place}.${at}`, message, hint }),
  };
  checkDomains(
    (never.leavesOut ?? []).map((domain, k) => ({ place: `leavesOut[${k}]`, domain })),
    context,
  );
  check?.(never, context);
  return problems;
}

/** What an exception can name that a description alone has. */
const DESCRIBED = [
  {
    field: 'own',
    message: 'is a type of a description’s module, and there is no description',
    hint: 'name the path of what it labels: `path`',
  },
  {
    field: 'packets',
    message: 'is a packet label of a description’s module, and there is no description',
    hint: 'leave the exception out: without labels of packets nothing holds it to the resolver',
  },
  {
    field: 'when',
    message: 'is a tunable of a description, and there is no description',
    hint: 'leave it out; a boolean of the policy that opens a way is named in the verdict',
  },
] as const;

function exceptionsOf(never: Never): readonly [at: string, Record<string, unknown>][] {
  if (!('except' in never) || never.except === undefined) return [];
  const { except } = never;
  return Array.isArray(except)
    ? except.map((one, i) => [`except[${i}]`, one])
    : [['except', { ...except }]];
}
