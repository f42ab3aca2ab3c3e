import {
  type AccessAnswer,
  access as accessOf,
  commandsText,
  formatRule,
  type PermissionAnswer,
} from '../../../selinux/query/index.ts';
import { printable } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { POLICY_HELP, policyFile, RUNNING_POLICY, readPolicyFile } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';
import { termText, valuesGiven, valuesText } from './values-text.ts';

export const access: Verb = {
  name: 'access',
  summary: 'whether a source may do something with a target, and the rules that say so',
  define(command, run, io) {
    command
      .argument('<source>', 'a type, or a whole context')
      .argument('<target>', 'a type, or a whole context')
      .argument('<class>', 'an object class')
      .argument('[permissions...]', 'default: all of the class')
      .option('--policy <policy>', POLICY_HELP, RUNNING_POLICY)
      .option(
        '-b, --bool <settings>',
        'booleans, as in a=on,b=off; the others as the policy has them',
      )
      .option('--every', 'for every setting of all booleans, with the settings that grant it')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Ends with 0 if every permission that is named is granted (without names: if any is), 1 if not, 4 if it cannot be said.
A type stands for any context with it that the policy permits; the first one found is shown. What a permissive source is denied, it
does all the same, so that counts as granted and is marked.

Examples:
  confine query access sshd_t shadow_t file read write --policy policy.34
  confine query access httpd_t unreserved_port_t tcp_socket name_connect --every   under which booleans`,
      )
      .action(
        (source: string, target: string, tclass: string, names: string[], options: AccessOptions) =>
          run(async () => {
            if (options.every && options.bool) {
              throw new UsageError(
                '--every is about all settings, --bool about one: give one of them',
              );
            }
            const policy = await policyFile(io, options.policy);
            const answer = accessOf(readPolicyFile(io, policy), {
              source,
              target,
              tclass,
              ...(names.length > 0 && { permissions: names }),
              booleans: options.every ? 'every' : valuesGiven(options.bool),
            });
            if (options.json) io.out(`${JSON.stringify(answer, null, 2)}\n`);
            else {
              write(io, answer, names.length > 0);
              writeNotes(io, answer);
            }
            return endingOf(answer, names.length > 0);
          }),
      );
  },
};

interface AccessOptions {
  readonly policy: string;
  readonly bool?: string;
  readonly every?: true;
  readonly json?: true;
}

function endingOf({ permissions, permissive }: AccessAnswer, named: boolean): ExitCode {
  const granted = (p: PermissionAnswer): boolean => permissive || p.access === 'granted';
  if (named ? permissions.every(granted) : permissions.some(granted)) return ExitCode.yes;
  const denied = (p: PermissionAnswer): boolean =>
    p.access === 'denied' || p.access === 'sometimes';
  if (named ? permissions.some(denied) : permissions.every(denied)) return ExitCode.no;
  return ExitCode.undecided;
}

function write(io: Io, answer: AccessAnswer, named: boolean): void {
  const { outStyle } = io;
  const line = (text: string): void => io.out(`${text}\n`);
  line(
    `${printable(answer.source)} → ${printable(answer.target)} : ${printable(answer.tclass)}, ${settingText(answer)}`,
  );
  if (answer.permissive) {
    line(
      outStyle.warn(
        'the source is permissive: what is denied below is logged and done all the same',
      ),
    );
  }
  const widest = Math.max(...answer.permissions.map((p) => p.permission.length));
  const colour = {
    granted: outStyle.good,
    sometimes: outStyle.warn,
    denied: outStyle.bad,
    unknown: outStyle.warn,
  };
  for (const p of answer.permissions) {
    const why = p.when?.map(termText).join(' or ') ?? p.reason?.text ?? '';
    const word = colour[p.access](p.access.padEnd('sometimes'.length));
    line(`  ${printable(p.permission).padEnd(widest)}  ${word}  ${printable(why)}`.trimEnd());
    if (!named) continue;
    if (p.contexts !== undefined) {
      line(outStyle.faint(`    for ${printable(`${p.contexts.source} and ${p.contexts.target}`)}`));
    }
    for (const rule of p.rules) line(`    ${printable(formatRule(rule))}`);
  }
  for (const { permission, ranges, rules, sometimes, unlimited } of answer.extended) {
    const left = ranges.length === 0 ? 'nothing' : commandsText(ranges);
    const open = unlimited.map(termText).filter((term) => term !== '');
    line(
      unlimited.length === 0
        ? `  of ${permission}${sometimes ? ', at most,' : ''} only: ${left}`
        : `  of ${permission} any${open.length === 0 ? ' under some settings' : `, with ${printable(open.join(' or '))}`}; else, at most, only: ${left}`,
    );
    for (const rule of named ? rules : []) line(`    ${printable(formatRule(rule))}`);
  }
}

function writeNotes(io: Io, { notes }: AccessAnswer): void {
  for (const note of notes) io.out(`${io.outStyle.warn('note:')} ${printable(note)}\n`);
}

function settingText({ booleans }: AccessAnswer): string {
  if (booleans === 'every') return 'for every setting of the booleans';
  const named = valuesText(booleans);
  return named.length === 0
    ? 'booleans as the policy sets them'
    : `booleans as the policy sets them, with ${printable(named.join(' '))}`;
}
