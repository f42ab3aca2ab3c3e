import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandTree } from '../../src/cli/command-tree.ts';
import { SHELLS, type Shell } from '../../src/cli/completion-script.ts';
import { processIo } from '../../src/cli/io.ts';
import { runCli } from '../support/run-cli.ts';

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'confine-'));
  mkdirSync(join(directory, 'profiles'));
  writeFileSync(join(directory, 'policy file.34'), '');
  for (const shell of SHELLS) {
    writeFileSync(join(directory, shell), (await runCli(['completion', shell])).out);
  }
});

/** What the real shell offers for the last of these words. */
const OFFERED: Readonly<Record<Shell, (words: readonly string[]) => Promise<string[]>>> = {
  bash: async (words) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    return lines('bash', [
      '--norc',
      '-c',
      `source ./bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _confine; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
  },
  // Its completion works in its line editor alone: what it would add is taken where it is added.
  zsh: async (words) => {
    const { stdout } = await execa('script', ['-qec', 'zsh -f -i', '/dev/null'], {
      cwd: directory,
      env: { TERM: 'dumb', LC_ALL: 'C.UTF-8' },
      input: [
        "PS1= PS2= ; autoload -Uz compinit; compinit -u -D; source ./zsh; zstyle ':completion:*' list-prompt ''",
        // What only asks which words fit goes on to the builtin; of the rest it is asked, and nothing is added.
        'compadd() { (( $@[(I)-O] + $@[(I)-D] + $@[(I)-A] )) && { builtin compadd "$@"; return; }; local -a fit; builtin compadd -O fit "$@"; for word in $fit; do print -r -- "OFFER=$IPREFIX$word" >>./offered; done; return 0 }',
        ': >./offered',
        `${words.join(' ')}\t`,
        '\u0015exit',
        '',
      ].join('\n'),
      reject: false,
    });
    const offered = await lines('cat', ['offered']);
    expect(offered.length + stdout.length).toBeGreaterThan(0);
    // Nothing was added, so it tries again with looser ways of matching.
    return [...new Set(offered)]
      .map((line) => line.replace('OFFER=', '').replaceAll(/\\(.)/g, '$1'))
      .filter(Boolean);
  },
  fish: async (words) => {
    const found = await lines('fish', [
      '--no-config',
      '-c',
      `source ./fish; complete -C '${words.join(' ')}'`,
    ]);
    return found.map((line) => line.split('\t')[0]!);
  },
};

async function lines(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await execa(program, args, { cwd: directory, env: { HOME: directory } });
  return stdout.split('\n').filter((line) => line !== '');
}

describe.each(SHELLS)('%s', (shell) => {
  const cases: readonly [words: string, offered: readonly string[]][] = [
    ['confine che', ['check']],
    ['confine re', ['review']],
    ['confine query acc', ['access']],
    ['confine help pro', ['prove']],
    ['confine check --js', ['--json']],
    ['confine query rules --type_t', ['--type_transition']],
    ['confine query rules -A --policy debian-', ['debian-12', 'debian-13']],
    ['confine prove --policy pol', ['policy file.34']],
    ['confine prove --base host', ['host']],
    ['confine check --target fed', ['fedora']],
    ['confine check --target debian-12,fed', ['debian-12,fedora']],
    ['confine doctor --for te', ['tests']],
    ['confine completion ba', ['bash']],
    ['confine query diff debian-13 pol', ['policy file.34']],
    ['confine build prof', ['profiles']],
    ['confine query nothing-like-it', []],
  ];
  test.each(cases)('%s', async (line, offered) => {
    const found = await OFFERED[shell](line.split(' '));
    expect(found.map((word) => word.replace(/\/$/, '')).sort()).toEqual([...offered].sort());
  });

  test('every verb, question and option', async () => {
    const tree = await commandTree(processIo());
    const verbs = tree.commands.map(({ path }) => path[0]!);
    expect((await OFFERED[shell](['confine', ''])).sort()).toEqual([...verbs, 'help'].sort());
    const query = tree.commands.find(({ path }) => path[0] === 'query')!;
    expect((await OFFERED[shell](['confine', 'query', ''])).sort()).toEqual(
      query.commands.map(({ path }) => path[1]!).sort(),
    );
    const rules = query.commands.find(({ path }) => path[1] === 'rules')!;
    const flags = rules.options.flatMap((option) => option.flags);
    expect(flags.length).toBeGreaterThan(30);
    const found = await OFFERED[shell](['confine', 'query', 'rules', '-']);
    expect(flags.filter((flag) => !found.includes(flag))).toEqual([]);
  });
});
