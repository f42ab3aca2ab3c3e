import type { Component, Entry } from '../../../selinux/query/index.ts';
import { suggestion } from '../../../selinux/words/index.ts';
import { printable } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import { UsageError, type Verb } from '../../verb.ts';

interface Options {
  readonly policy: string;
  readonly expand?: true;
  readonly json?: true;
}

/** The verb that lists one kind of component, as `seinfo -t`, `seinfo --portcon` and their like do. */
export function componentListing(component: Component): Verb {
  const { name, summary, selector } = component;
  return {
    name,
    summary,
    define(command, run, io) {
      command
        .argument(`[${selector.toLowerCase()}]`, `only these (${selector})`)
        .option('--policy <policy>', POLICY_HELP, RUNNING_POLICY)
        .option('-x, --expand', 'whole statements')
        .option('--json', 'the same as data')
        .addHelpText(
          'after',
          `
Examples:
  confine query ${name} --policy policy.34             all of them, one per line
  confine query ${name} --policy policy.34 -x ${selector.padEnd(7)}  whole statements, only these; 1 if there is none`,
        )
        .action((selected: string | undefined, options: Options) =>
          run(() => list(component, selected, options, io)),
        );
    },
  };
}

async function list(
  component: Component,
  selected: string | undefined,
  options: Options,
  io: Io,
): Promise<ExitCode> {
  const matches = selected === undefined ? () => true : matcherOf(component, selected);
  const all = component.entries(await namedPolicy(io, options.policy));
  const entries = all.filter(matches);
  if (options.json) {
    io.out(`${JSON.stringify({ [component.name]: entries.map(({ data }) => data) }, null, 2)}\n`);
  } else {
    const lines = entries.flatMap((entry) =>
      (options.expand ? entry.expanded : entry.text).split('\n'),
    );
    io.out(lines.map((line) => `${indented(line)}\n`).join(''));
  }
  if (selected === undefined || entries.length > 0) return ExitCode.yes;
  const near = suggestion(
    selected,
    all.map(({ key }) => key),
  );
  io.err(
    `${io.errStyle.warn('none:')} no ${component.name} for ${printable(selected)}${near === undefined ? '' : `; ${printable(near)}`}\n`,
  );
  return ExitCode.no;
}

function matcherOf(component: Component, selected: string): (entry: Entry) => boolean {
  if (component.matcher === undefined) return ({ key }) => key === selected;
  try {
    return component.matcher(selected);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Statements of several lines indent by a tab, which is ours and stays; the names are the policy's. */
function indented(line: string): string {
  return line.startsWith('\t') ? `\t${printable(line.slice(1))}` : printable(line);
}
