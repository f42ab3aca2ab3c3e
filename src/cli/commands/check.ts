import { emit } from '../../emit/index.ts';
import { type Proved, prove } from '../../guarantee/index.ts';
import { domainSummary, type Grant } from '../../query/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { POLICY_TARGETS } from '../../toolchain/index.ts';
import { type Linked, linkProfile } from '../check-profile.ts';
import { ExitCode } from '../exit-code.ts';
import { compareGenerated } from '../generated-files.ts';
import type { Io } from '../io.ts';
import { loadFileContexts } from '../load-file-contexts.ts';
import { loadPolicy } from '../load-policy.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile, rulesetOf } from '../load-profile.ts';
import { step } from '../progress.ts';
import { proofComparison, proofExitCode, proofJson } from '../proof-table.ts';
import { summaryTable } from '../summary-table.ts';
import { addTargets, chosenTargets, type LeftOut, leftOutText, targetNames } from '../targets.ts';
import type { Verb } from '../verb.ts';

export const check: Verb = {
  name: 'check',
  summary: 'build, compile, link, say what the domain may do, and prove the nevers (the main job)',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option(
        '--target <names>',
        `of ${targetNames()}; several in a list, or said again (default: all that this machine can have)`,
        addTargets,
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
The first run fetches each distribution's compilers and policy (about 30 MB) and links them; later ones take seconds.

Examples:
  confine check                            ${DEFAULT_PROFILE}
  confine check --target host              on this machine's own policy, as root: its store is for root to read
  confine check profiles/tcpdump --json    another profile, for scripts`,
      )
      .action((profile: string, options: Options) => run(() => checkProfile(profile, options, io)));
  },
};

interface Options {
  readonly target?: string[];
  readonly json?: true;
}

async function checkProfile(named: string, options: Options, io: Io): Promise<ExitCode> {
  const { targets: chosen, leftOut } = chosenTargets(io, options.target, POLICY_TARGETS);
  const profile = await step(io, `description ${printable(named)}`, () => loadProfile(io, named));
  const outdated = compareGenerated(profile.directory, emit(profile.confinement)).filter(
    ({ state }) => state !== 'same',
  );
  const linked = await linkProfile(io, profile.confinement, chosen);
  const targets = await step(io, 'proved on each linked policy', () =>
    linked.map((one) => examined(one, profile, io)),
  );
  const result = {
    profile,
    outdated: outdated.map(({ path, state }) => ({ path, state })),
    targets,
    leftOut,
  };
  io.out(options.json ? json(result) : text(result, io));
  const warned = linked.some(({ warnings }) => warnings.length > 0);
  return outdated.length > 0 || warned
    ? ExitCode.no
    : proofExitCode(targets.flatMap(({ proved }) => proved));
}

interface Examined extends Linked {
  readonly grants: readonly Grant[];
  readonly proved: readonly Proved[];
}

/** What the domain may do in one linked policy, and what of the nevers holds there. */
function examined(one: Linked, profile: Profile, io: Io): Examined {
  const db = loadPolicy(io, one.policy.policy);
  const contexts = loadFileContexts(io, { fileContexts: one.policy.fileContexts });
  return {
    ...one,
    // The linked policy has the domain: the module that declares it was just linked into it.
    grants: domainSummary(db, db.types.ids.get(profile.confinement.domain)!),
    proved: prove(db, contexts, profile.confinement, rulesetOf(profile)),
  };
}

interface Result {
  readonly profile: Profile;
  readonly outdated: readonly { path: string; state: string }[];
  readonly targets: readonly Examined[];
  readonly leftOut: readonly LeftOut[];
}

function text({ profile, outdated, targets, leftOut }: Result, io: Io): string {
  const { confinement } = profile;
  const style = io.outStyle;
  const titled = targets.map((one) => ({ ...one, title: one.target.title }));
  const lines = [
    '',
    style.strong(`What ${confinement.domain} may do, in the linked policies`),
    '',
    summaryTable(titled, style),
    style.strong(`What ${confinement.domain} must never do`),
    '',
    proofComparison(titled, style),
    style.strong('Residuals: what no policy can refuse without breaking the program'),
    '',
    ...confinement.residuals.map(({ what, why }) => `  ${what}\n    ${style.faint(why)}`),
    '',
  ];
  for (const one of leftOut) lines.push(style.faint(`left out: ${leftOutText(one)}`), '');
  for (const { target, warnings, notes } of targets) {
    for (const note of notes) lines.push(`${target.title}: ${printable(note)}`, '');
    for (const warning of warnings) {
      lines.push(`${style.warn('warning')} (${target.title}): ${printable(warning)}`);
    }
  }
  for (const { path, state } of outdated) {
    lines.push(`${style.bad(state)}: ${printable(`${profile.shown}/${path}`)}`);
  }
  if (outdated.length > 0) {
    lines.push(
      `${quantity(outdated.length, 'generated file')} not as the description says: run \`confine build ${profile.shown}\``,
      '',
    );
  }
  return lines.join('\n');
}

function json({ profile, outdated, targets, leftOut }: Result): string {
  const value = {
    profile: profile.shown,
    domain: profile.confinement.domain,
    outdated,
    residuals: profile.confinement.residuals,
    leftOut,
    targets: targets.map(({ target, policy, warnings, notes, grants, proved }) => ({
      target: target.id,
      title: target.title,
      policy: policy.policy,
      warnings,
      notes,
      grants,
      nevers: proofJson(proved),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
