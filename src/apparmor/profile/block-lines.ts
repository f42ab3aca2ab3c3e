import type { ApparmorRule, Block } from '../../description/index.ts';
import { wrapped } from '../../text/index.ts';
import type { RuleText } from './rule-text.ts';

/** A block's rules below its reason; nothing where no rule is left to write. */
export function blockLines(block: Block, text: (rule: ApparmorRule) => RuleText): string[] {
  const rules = (block.apparmor ?? []).map((rule) => ({ rule, lines: text(rule) }));
  if (rules.every(({ lines }) => lines.length === 0)) return [];
  return [
    ...wrapped(block.whyIn?.apparmor ?? block.why),
    ...rules.flatMap(({ rule, lines }) => withReason(rule, lines)),
    '',
  ];
}

function withReason(rule: ApparmorRule, lines: RuleText): readonly string[] {
  if (rule.kind === 'unmediated') {
    return wrapped(`Nothing holds it back from this: ${rule.what}. Why: ${rule.why}.`);
  }
  if (lines.length === 0 || !('deny' in rule) || rule.deny === undefined) return lines;
  return [...wrapped(`Refused without a record: ${rule.deny}.`), ...lines];
}
