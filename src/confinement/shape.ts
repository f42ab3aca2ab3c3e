import { z } from 'zod';
import { FILE_KINDS, suggestion } from '../selinux/index.ts';
import type { Problem } from './problems.ts';

/** The parts of a description, in the order in which problems are told; first those of the whole. */
export const PARTS: readonly string[] = [
  '',
  'name',
  'title',
  'version',
  'released',
  'program',
  'rollout',
  'tunables',
  'may',
  'never',
  'residuals',
  'fileContexts',
];

/** What is wrong with the shape of a description: missing, unknown or mistyped fields. */
export function shapeProblems(description: unknown): readonly Problem[] {
  const parsed = SHAPE.safeParse(description, { reportInput: true });
  return parsed.success ? [] : parsed.error.issues.flatMap(inWords);
}

const text = z.string().trim().min(1);
const statement = z.looseObject({
  kind: z.enum([
    'allow',
    'dontaudit',
    'ioctls',
    'interface',
    'either',
    'type-transition',
    'optional',
  ]),
});
const fileContext = z.strictObject({
  pattern: text,
  kind: z.enum(FILE_KINDS),
  type: text,
  why: text.optional(),
});

const SHAPE = z.strictObject({
  name: text,
  title: text,
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, 'a version is two or three numbers with dots, as `1.2.0`'),
  released: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day is written as `2026-11-24`'),
  program: z.strictObject({
    name: text,
    version: text,
    homepage: z.url(),
    executables: z.array(text).min(1),
  }),
  rollout: z.union([
    z.enum(['permissive', 'enforcing']),
    z.strictObject({
      enforcing: z.union([
        z.literal('without evidence'),
        z.strictObject({
          evidence: z
            .string()
            .regex(
              /^(?!\/)(?!(.*\/)?\.\.(\/|$))./,
              'evidence is a file below the profile’s directory, as `evidence/enforcing.json`',
            ),
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hexadecimal digits, as sha256sum prints it'),
        }),
      ]),
    }),
  ]),
  tunables: z.array(
    z.strictObject({
      name: text,
      default: z.boolean(),
      can: text,
      why: text,
      more: z.array(z.strictObject({ on: text, what: text })).optional(),
    }),
  ),
  may: z
    .array(
      z.looseObject({
        name: text,
        title: text,
        blocks: z.array(
          z.strictObject({
            why: text,
            when: text.optional(),
            statements: z.array(statement).min(1),
          }),
        ),
        fileContexts: z.array(fileContext).optional(),
      }),
    )
    .min(1),
  never: z.array(z.looseObject({ kind: text, why: text })),
  residuals: z.array(z.strictObject({ id: text, what: text, why: text })),
  notes: z.array(z.strictObject({ about: text, text })).optional(),
  fileContexts: z.array(fileContext).optional(),
});

/** zod's issues in our words, with a hint that says what to do. */
function inWords(issue: z.core.$ZodIssue): Problem[] {
  const path = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'a description has no such field',
      hint: suggestion(key, FIELDS) ?? 'remove it',
    }));
  }
  if (issue.code === 'invalid_union') {
    // Our unions offer words first and an object second: the mistake is told for the one that was meant.
    const meant = issue.errors[typeof issue.input === 'object' && issue.input !== null ? 1 : 0];
    return (meant ?? []).flatMap((inner) =>
      inWords({ ...inner, path: [...issue.path, ...inner.path] }),
    );
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => `\`${String(value)}\``).join(', ');
    return [{ path, message: 'not one of the possible values', hint: `write one of ${values}` }];
  }
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return [{ path, message: 'the list is empty', hint: 'give at least one' }];
  }
  if (issue.code === 'too_small')
    return [{ path, message: 'the text is empty', hint: 'write it, or leave the field out' }];
  if (issue.code === 'invalid_type') {
    const wanted = KIND_OF_VALUE[issue.expected] ?? `a ${issue.expected}`;
    return issue.input === undefined
      ? [{ path, message: 'missing', hint: `give it: ${wanted}` }]
      : [{ path, message: `not ${wanted}`, hint: `write ${wanted}` }];
  }
  return [{ path, message: issue.message, hint: 'correct it' }];
}

const KIND_OF_VALUE: Readonly<Record<string, string>> = { array: 'a list', object: 'an object' };

const FIELDS = [
  ...PARTS.slice(1),
  'when',
  'why',
  'statements',
  'default',
  'can',
  'what',
  'id',
  'homepage',
  'executables',
  'enforcing',
  'evidence',
  'sha256',
  'pattern',
  'kind',
  'type',
];

function pathOf(parts: readonly PropertyKey[]): string {
  return parts
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
