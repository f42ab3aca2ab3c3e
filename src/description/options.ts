import { z } from 'zod';
import { capabilityProblem, suggestion } from '../selinux/words/index.ts';
import { ConfinementProblems, type Problem } from './problems.ts';
import { problemsIn } from './shape.ts';
import { names, text } from './shapes.ts';

/**
 * Holds what an ability is given against what it takes. Node leaves types out, so a wrong option would be dropped without a word, or end in the middle
 * of the ability in words of its own. Throws ConfinementProblems with every mistake of the call.
 */
export function checkOptions<T extends object>(
  ability: string,
  given: T | undefined,
  fields: { readonly [K in keyof T]-?: z.ZodType<T[K]> },
): void {
  const options: unknown = given ?? {};
  const problems =
    typeof options === 'object' && options !== null && !Array.isArray(options)
      ? [...unknownIn(options, Object.keys(fields)), ...problemsIn(z.object(fields), options)]
      : [{ path: ability, message: 'its options are not an object', hint: hintOf(fields) }];
  if (problems.length === 0) return;
  throw new ConfinementProblems(ability, problems, 'what is given to');
}

function unknownIn(options: object, known: readonly string[]): readonly Problem[] {
  return Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: key,
      message: 'there is no such option',
      hint: suggestion(key, known) ?? `options are ${known.join(', ')}`,
    }));
}

function hintOf(fields: object): string {
  return `write \`{ ${Object.keys(fields).join(': …, ')}: … }\``;
}

const path = z.string().regex(/^\//, 'a path begins with `/`');

const port = z
  .number()
  .refine((value) => Number.isInteger(value) && value >= 1 && value <= 65_535, {
    error: 'not from 1 to 65535',
  });

/** The shapes of what abilities take. */
export const OPTION: {
  readonly text: z.ZodType<string>;
  readonly path: z.ZodType<string>;
  readonly paths: z.ZodType<string[]>;
  readonly somePaths: z.ZodType<string[] | undefined>;
  readonly names: z.ZodType<string[]>;
  readonly someNames: z.ZodType<string[] | undefined>;
  readonly flag: z.ZodType<boolean | undefined>;
  /** What stands under a tunable of that name. */
  readonly under: z.ZodType<{ when: string } | undefined>;
  readonly ports: z.ZodType<number[] | undefined>;
  /** By their names in the policy, `net_raw`. */
  readonly capabilities: z.ZodType<string[] | undefined>;
  /** Prefixes of domains of login users. */
  readonly users: z.ZodType<string[]>;
} = {
  text,
  path,
  paths: z.array(path).min(1),
  somePaths: z.array(path).optional(),
  names,
  someNames: z.array(text).optional(),
  flag: z.boolean().optional(),
  under: z.strictObject({ when: text }).optional(),
  ports: z.array(port).optional(),
  capabilities: z.array(held(capabilityProblem)).optional(),
  users: z.array(held(userProblem)).min(1),
};

/** A word that is held against those that are known. */
function held(
  problemOf: (word: string) => { message: string; hint: string } | undefined,
): z.ZodType<string> {
  return text.check(({ value, issues }) => {
    const problem = problemOf(value);
    if (problem === undefined) return;
    const { message, hint } = problem;
    issues.push({ code: 'custom', message, params: { hint }, input: value });
  });
}

/** Domains of login users of the reference policy and of Fedora's, without `_t`. A site may have more: only what looks like one of these is a slip. */
const KNOWN_USERS = [
  ...['unconfined', 'sysadm', 'staff', 'user', 'guest', 'xguest'],
  ...['auditadm', 'dbadm', 'logadm', 'secadm', 'webadm'],
];

function userProblem(prefix: string): { message: string; hint: string } | undefined {
  if (KNOWN_USERS.includes(prefix)) return undefined;
  const hint = suggestion(prefix, KNOWN_USERS);
  return hint === undefined
    ? undefined
    : { message: `there is no user domain \`${prefix}_t\``, hint };
}
