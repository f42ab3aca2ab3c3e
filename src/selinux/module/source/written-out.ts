import type { Statement } from '../../../description/index.ts';
import type { Given } from '../../facts/index.ts';
import { type Conditioned, expand, type Membership } from './reference-policy.ts';

/**
 * What a call of an interface gives as the .cil has it written out, on whatever policy: each row is so where the policy has its names. Undefined for
 * an interface that is not written out.
 */
export function writtenOut(name: string, args: readonly string[]): readonly Given[] | undefined {
  return expand(name, args)?.flatMap(rowsOf);
}

function rowsOf(statement: Statement | Membership | Conditioned): readonly Given[] {
  switch (statement.kind) {
    case 'conditioned': {
      const { boolean, value, statements } = statement;
      const condition = { boolean, value };
      return statements
        .flatMap(rowsOf)
        .map((row): Given => (row.kind === 'allow' ? { ...row, condition } : row));
    }
    case 'member':
      return statement.attributes.map(
        (attribute): Given => ({ kind: 'attribute', type: statement.type, attribute }),
      );
    case 'optional':
      return statement.statements.flatMap(rowsOf);
    case 'interface':
      return writtenOut(statement.name, statement.args) ?? [];
    case 'allow':
    case 'dontaudit': {
      const { kind, targets, classes, permissions, sources = [] } = statement;
      return sources.flatMap((source) =>
        targets.flatMap((ref) =>
          classes.map((tclass): Given => {
            const target = ref === 'self' ? source : ref;
            return { kind, source, target, tclass, permissions, condition: undefined };
          }),
        ),
      );
    }
    default:
      return [];
  }
}
