import { Argument } from 'commander';
import { POLICY_TARGETS } from '../../targets/index.ts';
import { CHECK_TARGETS } from '../check-targets.ts';
import { commandTree } from '../command-tree.ts';
import { completionScript, SHELLS, type Shell, type ValuesByName } from '../completion-script.ts';
import { ExitCode } from '../exit-code.ts';
import type { Verb } from '../verb.ts';

export const completion: Verb = {
  name: 'completion',
  summary: 'a script by which a shell completes verbs, options, targets and files',
  define(command, run, io) {
    command
      .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
      .addHelpText(
        'after',
        `
Examples:
  confine completion bash > ~/.local/share/bash-completion/completions/confine
  confine completion zsh > /usr/local/share/zsh/site-functions/_confine
  confine completion fish > ~/.config/fish/completions/confine.fish`,
      )
      .action((shell: Shell) =>
        run(async () => {
          io.out(completionScript(shell, await commandTree(io), VALUES));
          return ExitCode.yes;
        }),
      );
  },
};

const POLICY = { words: POLICY_TARGETS.map(({ id }) => id), files: 'any' } as const;

const VALUES: ValuesByName = {
  dir: { words: [], files: 'directories' },
  directory: { words: [], files: 'directories' },
  file: { words: [], files: 'any' },
  left: POLICY,
  machine: { words: ['debian-13', 'ssh://root@'] },
  path: { words: [], files: 'any' },
  paths: { words: [], files: 'any' },
  policy: POLICY,
  'policy-target': { words: POLICY.words },
  profile: { words: [], files: 'directories' },
  right: POLICY,
  targets: { words: CHECK_TARGETS.map(({ id }) => id), list: true },
};
