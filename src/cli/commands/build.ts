import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { profileFiles } from '../../packaging/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import { compareGenerated, type FileState } from '../generated-files.ts';
import type { Io } from '../io.ts';
import { knownOwners } from '../label-owners.ts';
import { DEFAULT_PROFILE, loadProfile } from '../load-profile.ts';
import { verifyRollout } from '../rollout-evidence.ts';
import type { Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

interface Options {
  readonly check?: true;
  readonly json?: true;
}

export const build: Verb = {
  name: 'build',
  summary: 'write the generated files of a profile',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option(
        '--check',
        'write nothing; fail and show the difference if a file is not as it would be written',
      )
      .option('--json', 'the state of each file as data')
      .addHelpText(
        'after',
        `
Examples:
  confine build                            write the files of ${DEFAULT_PROFILE}
  confine build profiles/tcpdump --check   for CI: 0 if nothing would change, 1 if something would`,
      )
      .action((profile: string, options: Options) => run(() => buildProfile(profile, options, io)));
  },
};

async function buildProfile(named: string, options: Options, io: Io): Promise<ExitCode> {
  const profile = await loadProfile(io, named);
  verifyRollout(profile, io);
  const states = compareGenerated(profile.directory, profileFiles(profile.confinement));
  const changed = states.filter(({ state }) => state === 'differs' || state === 'missing');
  const stale = states.filter(({ state }) => state === 'stale');

  if (!options.check) {
    for (const { path, wanted } of changed) {
      writeWhole(join(profile.directory, path), wanted!.text, wanted!.executable ? 0o755 : 0o644);
    }
  }
  if (options.json) {
    io.out(
      `${JSON.stringify({ profile: profile.shown, files: states.map(({ path, state }) => ({ path, state })) }, null, 2)}\n`,
    );
  } else if (options.check) {
    for (const state of [...changed, ...stale]) io.out(difference(profile.shown, state));
    if (changed.length + stale.length === 0)
      io.out(`${quantity(states.length, 'file')} of ${profile.shown} as generated\n`);
  } else {
    for (const { path, state } of states) {
      const word = state === 'same' ? 'unchanged' : state === 'stale' ? 'not generated' : 'written';
      io.out(`${word.padEnd(13)}  ${printable(`${profile.shown}/${path}`)}\n`);
    }
  }
  if (!options.check && !options.json && changed.length > 0) {
    io.out(
      `\n${quantity(changed.length, 'file')} written. Next:\n  confine check ${printable(profile.shown)}   compile it, link it, prove the nevers\n`,
    );
  }
  for (const { path } of stale) {
    io.err(
      `${io.errStyle.warn('stale:')} nothing generates ${printable(`${profile.shown}/${path}`)}; remove it\n`,
    );
  }
  for (const owner of knownOwners(profile.confinement)) {
    io.err(`${io.errStyle.warn('warning:')} ${printable(owner)}\n`);
  }
  const wrong = stale.length > 0 || (options.check === true && changed.length > 0);
  return wrong ? ExitCode.no : ExitCode.yes;
}

function difference(profile: string, { path, state, found, wanted }: FileState): string {
  const shown = printable(`${profile}/${path}`);
  if (state === 'missing') return `missing: ${shown}\n`;
  if (state === 'stale') return `stale: ${shown}\n`;
  if (found === wanted!.text)
    return `not ${wanted!.executable ? '' : 'to be '}executable: ${shown}\n`;
  const patch = createTwoFilesPatch(
    `${shown} (on disk)`,
    `${shown} (generated)`,
    found!,
    wanted!.text,
  );
  return `${patch.split('\n').map(printable).join('\n')}\n`;
}
