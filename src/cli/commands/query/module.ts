import { resolve } from 'node:path';
import {
  type ModulePackage,
  PolicyFormatError,
  readPackage,
} from '../../../selinux/policydb/index.ts';
import { printable, quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import { UnreadablePolicy } from '../../load-policy.ts';
import { readWhole } from '../../read-whole.ts';
import type { Verb } from '../../verb.ts';

interface Options {
  readonly fileContexts?: true;
  readonly json?: true;
}

export const module: Verb = {
  name: 'module',
  summary:
    'what a module package (.pp) is and brings; its rules can be asked for once it is linked',
  define(command, run, io) {
    command
      .argument('<file>', 'the module package')
      .option('--file-contexts', 'print its file contexts and nothing else')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Examples:
  confine query module rustnet.pp                   name, version and sections
  confine query module rustnet.pp --file-contexts   the labels that it brings`,
      )
      .action((file: string, options: Options) =>
        run(() => {
          const result = load(resolve(io.cwd, file), file);
          if (options.json) io.out(`${JSON.stringify(result, null, 2)}\n`);
          else if (options.fileContexts) io.out(contextLines(result).map(printed).join(''));
          else io.out(text(result).map(printed).join(''));
          return ExitCode.yes;
        }),
      );
  },
};

function load(path: string, shown: string): ModulePackage {
  const bytes = readWhole(path, shown);
  try {
    return readPackage(bytes);
  } catch (error) {
    if (!(error instanceof PolicyFormatError)) throw error;
    const { section, offset, problem } = error;
    throw new UnreadablePolicy(shown, `${section}, offset ${offset}: ${problem}`);
  }
}

function text(result: ModulePackage): string[] {
  const { kind, name, moduleVersion, version, mls, sections } = result;
  const entries = contextLines(result).filter((line) => /^[^#\s]/.test(line));
  return [
    kind === 'base' ? 'base module' : `module ${name} ${moduleVersion}`,
    `module format ${version}, MLS ${mls ? 'enabled' : 'disabled'}`,
    ...sections.map((section) => `${section.kind}: ${quantity(section.length, 'byte')}`),
    quantity(entries.length, 'file context'),
  ];
}

function contextLines({ fileContexts }: ModulePackage): string[] {
  return fileContexts === undefined ? [] : fileContexts.replace(/\n$/, '').split('\n');
}

/** Tabs separate the columns of file contexts and stay. */
function printed(line: string): string {
  return `${line.split('\t').map(printable).join('\t')}\n`;
}
