import type { Statement } from '../../../description/index.ts';

/** A statement of an offered interface as it is for one caller: `filled` gives what stands for `$1`, `$2`, and leaves every other name. */
export function substituted(statement: Statement, filled: (ref: string) => string): Statement {
  switch (statement.kind) {
    case 'allow':
    case 'dontaudit':
      return {
        ...statement,
        targets: statement.targets.map(filled),
        ...(statement.sources ? { sources: statement.sources.map(filledSource) } : {}),
      };
    case 'ioctls':
      return { ...statement, targets: statement.targets.map(filled) };
    case 'type-transition':
      return {
        ...statement,
        parent: filled(statement.parent),
        result: filled(statement.result),
        ...(statement.source === undefined ? {} : { source: filled(statement.source) }),
      };
    case 'interface':
      return { ...statement, args: statement.args.map(filled) };
    case 'either':
      return {
        ...statement,
        choices: statement.choices.map((choice) =>
          choice.map((one) => ({ ...one, args: one.args.map(filled) })),
        ),
        ...(statement.otherwise
          ? { otherwise: statement.otherwise.map((one) => substituted(one, filled)) }
          : {}),
      };
    case 'optional': {
      const { types, attributes } = statement.requires;
      return {
        ...statement,
        requires: {
          ...statement.requires,
          ...(types ? { types: types.map(filled) } : {}),
          ...(attributes ? { attributes: attributes.map(filled) } : {}),
        },
        statements: statement.statements.map((one) => substituted(one, filled)),
      };
    }
  }

  function filledSource(ref: string): string {
    return ref.startsWith('-') ? `-${filled(ref.slice(1))}` : filled(ref);
  }
}
