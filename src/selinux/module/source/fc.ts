import {
  type Confinement,
  domainsOf,
  type FileContext,
  typeName,
} from '../../../description/index.ts';
import { wrapped } from '../../../text/index.ts';
import { fileKindFlag } from '../../words/index.ts';

/** The module's file contexts, aligned, home directories first as the reference policy has them. */
export function fcFile(confinement: Confinement): string {
  const rows = sorted(everyFileContext(confinement)).map((context) => ({
    pattern: context.pattern,
    flag: fileKindFlag(context.kind),
    why: context.why,
    context: `gen_context(system_u:object_r:${context.type},s0)`,
  }));
  const width = Math.max(...rows.map(({ pattern }) => pattern.length));
  const lines: string[] = [];
  rows.forEach((row, i) => {
    const previous = rows[i - 1];
    if (previous && group(previous.pattern) !== group(row.pattern)) lines.push('');
    if (row.why) lines.push(...wrapped(row.why));
    lines.push(`${row.pattern.padEnd(width)}  ${row.flag.padEnd(2)}  ${row.context}`);
  });
  return `${lines.join('\n')}\n`;
}

/** The labels of all domains, with the names that their types have in the policy. */
export function everyFileContext(confinement: Confinement): readonly FileContext[] {
  return domainsOf(confinement).flatMap((domain) =>
    domain.fileContexts.map((context) => ({ ...context, type: typeName(domain, context.type) })),
  );
}

/** Home directories, then by path. */
export function sorted(contexts: readonly FileContext[]): FileContext[] {
  return [...contexts].sort(
    (a, b) =>
      Number(b.pattern.startsWith('HOME_DIR')) - Number(a.pattern.startsWith('HOME_DIR')) ||
      (a.pattern < b.pattern ? -1 : 1),
  );
}

function group(pattern: string): string {
  return pattern.startsWith('HOME_DIR') ? 'HOME_DIR' : pattern.split('/')[1]!;
}
