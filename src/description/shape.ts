import { z } from 'zod';
import { FILE_KINDS, suggestion } from '../selinux/words/index.ts';
import { NATURES } from './ability.ts';
import { NOT_ASKED } from './accepted-way.ts';
import { MECHANISMS } from './mechanism.ts';
import { NETWORK_ACCESS } from './network-access.ts';
import type { Never } from './nevers/index.ts';
import type { Kind } from './nevers/kind.ts';
import { NEVERS } from './nevers/kinds.ts';
import type { Problem } from './problems.ts';
import { EXAMPLE, names, text } from './shapes.ts';

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
  'accepts',
  'notes',
  'mechanisms',
  'fileContexts',
  'takesOver',
  'domains',
];

/** What is wrong with the shape of a description: missing, unknown or mistyped fields. */
export function shapeProblems(description: unknown): readonly Problem[] {
  const misplaced = misplacedIn(description);
  const below = (path: string): boolean =>
    misplaced.some((other) => path === other.path || path.startsWith(`${other.path}.`));
  return [...misplaced, ...problemsIn(SHAPE, description).filter(({ path }) => !below(path))];
}

/** Nevers under `may` and abilities under `never`: each field of them would be a mistake of its own. */
function misplacedIn(description: unknown): readonly Problem[] {
  const { may, never } = (description ?? {}) as Readonly<Record<string, unknown>>;
  const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
    Array.isArray(value) ? value.map((item) => Object(item)) : [];
  return [
    ...list(may).flatMap(({ kind }, i) =>
      typeof kind === 'string' && Object.hasOwn(NEVERS, kind)
        ? [{ path: `may[${i}]`, message: `a never, \`${kind}\``, hint: 'put it under `never`' }]
        : [],
    ),
    ...list(never).flatMap(({ name, blocks }, i) =>
      Array.isArray(blocks)
        ? [{ path: `never[${i}]`, message: `an ability, \`${name}\``, hint: 'put it under `may`' }]
        : [],
    ),
  ];
}

/** What is wrong with a value by its shape, in our words. */
export function problemsIn(shape: z.ZodType, value: unknown): readonly Problem[] {
  const parsed = shape.safeParse(value, { reportInput: true });
  return parsed.success ? [] : parsed.error.issues.flatMap(inWords);
}

const call = z.strictObject({ kind: z.literal('interface'), name: text, args: z.array(text) });
const rule = {
  targets: names,
  classes: names,
  permissions: names,
  sources: names.optional(),
};
/** What an ability asks of the policy; a statement in a statement is looked at in its turn. */
const statement: z.ZodType = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('allow'), ...rule }),
    z.strictObject({ kind: z.literal('dontaudit'), ...rule }),
    z.strictObject({
      kind: z.literal('ioctls'),
      targets: names,
      classes: names,
      commands: z.array(z.strictObject({ name: text, number: z.number() })),
    }),
    call,
    z.strictObject({
      kind: z.literal('either'),
      choices: z.array(z.array(call).min(1)).min(1),
      otherwise: z.array(statement).optional(),
    }),
    z.strictObject({
      kind: z.literal('type-transition'),
      parent: text,
      result: text,
      classes: names,
      name: z.string().optional(),
      source: z.string().optional(),
    }),
    z.strictObject({
      kind: z.literal('optional'),
      requires: z.strictObject({
        types: z.array(text).optional(),
        attributes: z.array(text).optional(),
        classes: z.record(z.string(), z.array(text)).optional(),
      }),
      statements: z.array(statement).min(1),
    }),
  ]),
);

/** A path or pattern of AppArmor: quotes and ends of lines would end it in the profile's text. */
const pattern = z
  .string()
  .regex(
    /^(\/|@\{\w+\})[^\p{Cc}"\\]*$/u,
    'a path begins with `/` or a variable, as `@{HOME}/.config`',
  );
const word = z.string().regex(/^[a-z][a-z0-9_]*$/, 'one word, as the language has it');
const peer = z
  .string()
  .regex(/^[^\s"(),]+$/, 'a name of a profile, as `unconfined`')
  .optional();
const deny = text.optional();
const neverKind = z.enum(Object.keys(NEVERS));
const networkAccess = z.array(z.enum(NETWORK_ACCESS)).min(1);
const acceptedWay = z.union([
  z.strictObject({
    never: neverKind,
    sockets: z
      .array(z.string().regex(/^[a-z0-9]+ [a-z]+$/, 'a family and a type, as `packet raw`'))
      .min(1),
    access: networkAccess,
  }),
  z.strictObject({ never: neverKind, notAsked: z.enum(NOT_ASKED) }),
]);
const apparmorRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    paths: z.array(pattern).min(1),
    permissions: z
      .string()
      .regex(/^([rwaklm]|[pPcCuU]?i?x|[pPcC]ux)+$/, 'permissions are letters, as `r`, `rw`, `mr`'),
    owner: z.literal(true).optional(),
    deny,
  }),
  z.strictObject({ kind: z.literal('capability'), names: z.array(word).min(1), deny }),
  z.strictObject({
    kind: z.literal('network'),
    family: word,
    type: word,
    access: networkAccess.optional(),
    older: z.enum(['refused', 'whole']).optional(),
    deny,
  }),
  z.strictObject({ kind: z.literal('unix'), type: z.enum(['stream', 'dgram', 'seqpacket']) }),
  z.strictObject({
    kind: z.literal('signal'),
    access: z.array(z.enum(['send', 'receive'])).min(1),
    peer,
    deny,
  }),
  z.strictObject({
    kind: z.literal('ptrace'),
    access: z.array(z.enum(['read', 'trace', 'readby', 'tracedby'])).min(1),
    peer,
    deny,
  }),
  z.strictObject({
    kind: z.literal('dbus'),
    access: z.array(z.enum(['send', 'receive', 'bind', 'eavesdrop'])).min(1),
    bus: z.enum(['system', 'session']),
    name: peer,
    path: peer,
    interface: peer,
    member: peer,
    deny,
  }),
  z.strictObject({
    kind: z.literal('include'),
    abstraction: z.string().regex(/^[\w./-]+$/, 'the name of an abstraction, as `nameservice`'),
  }),
  z.strictObject({
    kind: z.literal('unmediated'),
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of words with dashes, as `terminal-ioctls`'),
    what: text,
    why: text,
    accepts: z.array(acceptedWay).min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('nothing'), why: text }),
]);

const whyIn = z.strictObject({ apparmor: text.optional() }).optional();

const fileContext = z.strictObject({
  pattern: text,
  kind: z.enum(FILE_KINDS),
  type: text,
  why: text.optional(),
});

const [first, ...others] = Object.entries<Pick<Kind<Never>, 'fields'>>(NEVERS).map(
  ([kind, { fields }]) =>
    z.strictObject({
      kind: z.literal(kind),
      why: text,
      leavesOut: z.array(text).min(1).optional(),
      ...fields,
    }),
);
const never = z.discriminatedUnion('kind', [first!, ...others]);

/** The same of nevers alone. */
export function neverShapeProblems(list: unknown): readonly Problem[] {
  return problemsIn(z.strictObject({ never: z.array(never) }), { never: list });
}

const may = z
  .array(
    z.strictObject({
      name: text,
      of: text.optional(),
      title: text,
      blocks: z.array(
        z.strictObject({
          why: text,
          whyIn,
          when: text.optional(),
          selinux: z.array(statement).min(1),
          apparmor: z.array(apparmorRule).min(1).optional(),
        }),
      ),
      types: z
        .array(
          z.strictObject({
            name: text,
            nature: z.enum(NATURES),
            what: text,
            ports: z
              .strictObject({
                protocol: z.enum(['tcp', 'udp']),
                numbers: z.array(z.int().min(1).max(65535)).min(1),
              })
              .optional(),
            below: z.array(text).optional(),
          }),
        )
        .optional(),
      fileContexts: z.array(fileContext).optional(),
      directories: z
        .array(
          z.strictObject({
            path: text,
            mode: z.string().regex(/^[0-7]{4}$/, 'a mode is four octal digits, as `1770`'),
            owner: text,
            group: text,
            type: text,
            why: text,
          }),
        )
        .optional(),
      entries: z
        .array(
          z.discriminatedUnion('from', [
            z.strictObject({ from: z.literal('user'), prefix: text }),
            z.strictObject({ from: z.literal('sudo') }),
            z.strictObject({ from: z.literal('service') }),
          ]),
        )
        .optional(),
      starts: z.array(text).optional(),
      homeNames: z
        .array(z.strictObject({ under: z.enum(['config', 'data']), name: text, type: text }))
        .optional(),
      secmark: z
        .union([
          z.strictObject({
            ...{ datagrams: text, tcp: text, other: text, when: text },
            to: z.array(z.number().int().min(1).max(65_535)),
            from: z.array(z.number().int().min(1).max(65_535)),
          }),
          z.strictObject({ resolver: text, other: text, when: text }),
        ])
        .optional(),
    }),
  )
  .min(1);

const residuals = z.array(
  z.strictObject({
    id: text,
    what: text,
    why: text,
    mechanism: z.enum(MECHANISMS).optional(),
    accepts: z.array(acceptedWay).min(1).optional(),
  }),
);

const accepts = z.array(z.strictObject({ id: text, why: text }));

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
      whyIn,
      more: z.array(z.strictObject({ on: text, what: text })).optional(),
    }),
  ),
  may,
  never: z.array(never),
  residuals,
  accepts: accepts.optional(),
  notes: z.array(z.strictObject({ about: text, text })).optional(),
  mechanisms: z.array(z.enum(MECHANISMS)).min(1).optional(),
  fileContexts: z.array(fileContext).optional(),
  takesOver: z
    .array(z.strictObject({ path: text, from: names, why: text }))
    .min(1)
    .optional(),
  domains: z
    .array(
      z.strictObject({
        name: text,
        title: text,
        executables: z.array(text).min(1),
        may,
        never: z.array(never),
        residuals: residuals.optional(),
        accepts: accepts.optional(),
      }),
    )
    .min(1)
    .optional(),
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
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return [discriminated(issue, path)];
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
  if (issue.code === 'too_small' && issue.origin === 'string')
    return [{ path, message: 'the text is empty', hint: 'write it, or leave the field out' }];
  if (issue.code === 'custom') {
    return [{ path, message: issue.message, hint: String(issue.params?.hint ?? 'correct it') }];
  }
  if (issue.code === 'invalid_type') {
    const uncalled = neverCalled(issue, path);
    if (uncalled !== undefined) return [uncalled];
    const wanted = KIND_OF_VALUE[issue.expected] ?? `a ${issue.expected}`;
    const example = issue.message.startsWith(EXAMPLE) ? `, ${issue.message}` : '';
    return issue.input === undefined
      ? [{ path, message: 'missing', hint: `give it: ${wanted}` }]
      : [{ path, message: `not ${wanted}`, hint: `write ${wanted}${example}` }];
  }
  return [{ path, message: issue.message, hint: 'correct it' }];
}

/** A function's name, or the function itself, where what it returns is wanted. */
function neverCalled(
  { input, expected }: z.core.$ZodIssueInvalidType,
  path: string,
): Problem | undefined {
  if (expected !== 'object') return undefined;
  if (typeof input === 'function') {
    // A bundle names a function anew where another module has one of its name.
    const name = input.name.replace(/\$\d+$/, '') || 'it';
    return { path, message: 'a function, which is not called', hint: `write \`${name}()\`` };
  }
  if (typeof input !== 'string' || !/^(may|never)\[\d+\]$/.test(path)) return undefined;
  const call = /^\w+$/.test(input) ? `${input}()` : 'the function';
  return { path, message: 'a name in quotes', hint: `write \`${call}\` without quotes` };
}

/** A `kind` or `from` that is none: the words that it can be are those of the union. */
function discriminated(issue: z.core.$ZodIssueInvalidUnion, path: string): Problem {
  const field = issue.discriminator!;
  const given = (issue.input as Record<string, unknown> | null | undefined)?.[field];
  if (given === undefined)
    return { path, message: 'missing', hint: 'use the functions that make them' };
  const aboutNever = /^(domains\[\d+\]\.)?never/.test(path);
  return {
    path,
    message: `there is no ${aboutNever ? 'never of kind' : field} \`${String(given)}\``,
    hint:
      suggestion(String(given), aboutNever ? Object.keys(NEVERS) : OTHERS) ??
      'use the functions that make them',
  };
}

const OTHERS: readonly string[] = [
  ...['allow', 'dontaudit', 'ioctls', 'interface', 'either', 'type-transition', 'optional'],
  ...['file', 'capability', 'network', 'unix', 'signal', 'ptrace', 'dbus', 'include'],
  ...['unmediated', 'nothing'],
  ...['user', 'sudo', 'service'],
];

const KIND_OF_VALUE: Readonly<Record<string, string>> = { array: 'a list', object: 'an object' };

const FIELDS = [
  ...Object.values<Pick<Kind<Never>, 'fields'>>(NEVERS).flatMap(({ fields }) =>
    Object.keys(fields ?? {}),
  ),
  ...PARTS.slice(1),
  'when',
  'why',
  'selinux',
  'apparmor',
  'statements',
  'default',
  'can',
  'what',
  'id',
  'homepage',
  'executables',
  'from',
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
