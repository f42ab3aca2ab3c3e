import { emit } from '../../emit/index.ts';
import { domainSummary, type Grant } from '../../query/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { type Linked, linkProfile } from '../check-profile.ts';
import { ExitCode } from '../exit-code.ts';
import { compareGenerated } from '../generated-files.ts';
import type { Io } from '../io.ts';
import { loadPolicy } from '../load-policy.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile } from '../load-profile.ts';
import { step } from '../progress.ts';
import { summaryTable } from '../summary-table.ts';
import type { Verb } from '../verb.ts';

export const check: Verb = {
  name: 'check',
  summary: 'build, compile, link, and say what the domain may do (the main job)',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
The first run fetches each distribution's compilers and policy (about 30 MB) and links them; later ones take seconds.

Examples:
  confine check                            ${DEFAULT_PROFILE}
  confine check profiles/tcpdump --json    another profile, for scripts`,
      )
      .action((profile: string, options: { json?: true }) =>
        run(() => checkProfile(profile, options, io)),
      );
  },
};

async function checkProfile(named: string, options: { json?: true }, io: Io): Promise<ExitCode> {
  const profile = await step(io, `description ${printable(named)}`, () => loadProfile(io, named));
  const outdated = compareGenerated(profile.directory, emit(profile.confinement)).filter(
    ({ state }) => state !== 'same',
  );
  const linked = await linkProfile(io, profile.confinement);
  const result = {
    profile,
    outdated: outdated.map(({ path, state }) => ({ path, state })),
    linked,
  };
  io.out(options.json ? json(result, io) : text(result, io));
  const warned = linked.some(({ warnings }) => warnings.length > 0);
  return outdated.length > 0 || warned ? ExitCode.no : ExitCode.yes;
}

interface Result {
  readonly profile: Profile;
  readonly outdated: readonly { path: string; state: string }[];
  readonly linked: readonly Linked[];
}

function text({ profile, outdated, linked }: Result, io: Io): string {
  const { confinement } = profile;
  const style = io.outStyle;
  const summaries = linked.map(({ target, policy }) => ({
    title: target.title,
    grants: grantsOf(io, policy.policy, confinement.domain),
  }));
  const lines = [
    '',
    style.strong(`What ${confinement.domain} may do, in the linked policies`),
    '',
    summaryTable(summaries, style),
    style.strong('Residuals: what no policy can refuse without breaking the program'),
    '',
    ...confinement.residuals.map(({ what, why }) => `  ${what}\n    ${style.faint(why)}`),
    '',
  ];
  for (const { target, warnings } of linked) {
    for (const warning of warnings)
      lines.push(`${style.warn('warning')} (${target.title}): ${printable(warning)}`);
  }
  for (const { path, state } of outdated) {
    lines.push(`${style.bad(state)}: ${printable(`${profile.shown}/${path}`)}`);
  }
  lines.push(
    outdated.length > 0
      ? `${quantity(outdated.length, 'generated file')} not as the description says: run \`confine build ${profile.shown}\``
      : style.good(
          `${profile.shown} is as its description says, on ${linked.map(({ target }) => target.title).join(' and ')}`,
        ),
    '',
  );
  return lines.join('\n');
}

function json({ profile, outdated, linked }: Result, io: Io): string {
  const value = {
    profile: profile.shown,
    domain: profile.confinement.domain,
    outdated,
    residuals: profile.confinement.residuals,
    targets: linked.map(({ target, policy, warnings }) => ({
      target: target.id,
      policy: policy.policy,
      warnings,
      grants: grantsOf(io, policy.policy, profile.confinement.domain),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The linked policy has the domain: the module that declares it was just linked into it. */
function grantsOf(io: Io, policy: string, domain: string): readonly Grant[] {
  const db = loadPolicy(io, policy);
  return domainSummary(db, db.types.ids.get(domain)!);
}
